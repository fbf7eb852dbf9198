"""Figures of designs in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xpert_evo.analysis.front import GAINS, gain_column
from xpert_evo.analysis.indicators import DECADES
from xpert_evo.analysis.units import ADC_NAMES, in_short
from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.objectives import Plane


def percent(value: float, error: float) -> str:
    """An accuracy and its standard error as text."""
    return f"{100 * value:.1f} +- {100 * error:.1f} %"


def times(ratio: float) -> str:
    """A ratio as text, such as 0.52x, 12.3x or 4,100x."""
    return f"{ratio:,.0f}x" if ratio >= 100 else f"{ratio:.3g}x"


def fresh(row: pd.Series) -> tuple[float, float]:
    """The repeated accuracy and its standard error where there is one, else the search's own."""
    if row["repeats"]:
        return float(row["repeated_accuracy"]), float(row["repeated_standard_error"])
    return float(row["accuracy"]), float(row["standard_error"])


def accuracies_of(row: pd.Series) -> str:
    """A design's accuracies as text."""
    text = f"proxy accuracy of {percent(row['accuracy'], row['standard_error'])}"
    if row["repeats"]:
        seeds = f"{row['repeats']} fresh seed{'s' if row['repeats'] > 1 else ''}"
        text += f" ({percent(row['repeated_accuracy'], row['repeated_standard_error'])} over {seeds})"
    return text


def gains_of(row: pd.Series, kind: str, network: str, metrics: Sequence[str] = GAINS) -> str:
    """What a design gains over the baseline with an ADC type, as text; a row of the front.

    Args:
        network: what the baseline is a homogeneous design of, see `front.Labels`.
        metrics: whose ratios are told, see `front.gains_told`; nothing is said where there is none.
    """
    if not metrics:
        return ""
    ratios = {metric: float(row[gain_column(metric, kind)]) for metric in metrics}
    told = listed([gain_said(metric, ratio) for metric, ratio in ratios.items()])
    lower = all(quantity_of(metric).better == "lower" for metric in metrics)
    text = f" at {told} {'than' if lower else 'of'} the {ADC_NAMES[kind]} {network}"
    for model in _other_models(row):
        names = {metric: f"{model}_{gain_column(metric, kind)}" for metric in metrics}
        there = {metric: float(row[name]) for metric, name in names.items() if name in row}
        say = _ratio if len(there) == len(metrics) else gain_said
        text += f" ({model}: {', '.join(say(*each) for each in there.items())})" if there else ""
    return text


def gain_said(metric: str, ratio: float) -> str:
    """Such as `12x lower EDAP` or `1.20x TOPS/W`."""
    lower = "lower " if quantity_of(metric).better == "lower" else ""
    return f"{_ratio(metric, ratio)} {lower}{quantity_of(metric).name}"


def figure_said(metric: str, value: float) -> str:
    """Such as `energy 3.2 µJ`, or `mine 7.5` of a function of the user's own."""
    quantity = quantity_of(metric)
    return f"{quantity.name} {in_short(value * quantity.factor)}" + (f" {quantity.unit}" if quantity.unit else "")


def scales(plane: Plane) -> str:
    """What a hypervolume is of, such as `proxy error, log EDAP`."""
    names = [("log " if quantity_of(metric).log else "") + quantity_of(metric).name for metric in plane]
    return ", ".join(names)


def nought(plane: Plane, whose: str) -> str:
    """Where hypervolume is 0, such as `error of chance, or the flash VGG16's EDAP`; see `indicators.unit_plane`."""
    traded, cost = plane
    first = "error of chance" if traded == ERROR else f"{whose} {quantity_of(traded).name}"
    return f"{first}, or {whose} {quantity_of(cost).name}"


def one(plane: Plane) -> str:
    """Where it is 1, such as `no error at 10,000x lower EDAP`."""
    parts = [
        "no error" if metric == ERROR else gain_said(metric, 10**DECADES) if quantity_of(metric).log else f"{metric} 0"
        for metric in plane
    ]
    return " at ".join(parts)


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _ratio(metric: str, ratio: float) -> str:
    return times(ratio) if quantity_of(metric).better == "lower" else f"{ratio:.2f}x"


def _other_models(row: pd.Series) -> list[str]:
    """Network models beside the run's own whose figures a row of the front has."""
    suffix = f"_{GAINS[0]}"
    return [str(column).removesuffix(suffix) for column in row.index if str(column).endswith(suffix)]
