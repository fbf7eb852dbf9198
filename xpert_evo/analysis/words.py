"""Figures of designs in words."""

from __future__ import annotations

import pandas as pd

from xpert_evo.analysis.front import GAINS
from xpert_evo.analysis.units import ADC_NAMES


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


def gains_of(row: pd.Series, kind: str) -> str:
    """What a design gains over the baseline with an ADC type, as text; a row of the front."""
    names = [f"{metric.split('_pj')[0]}_gain_over_{kind}_baseline" for metric in GAINS]
    edap, watts, area = (row[name] for name in names)
    text = f" at {times(edap)} lower EDAP, {watts:.2f}x TOPS/W and {area:.2f}x TOPS/mm² of the {ADC_NAMES[kind]} VGG16"
    for column in row.index:
        if column.endswith(f"_{names[0]}"):
            model = column.removesuffix(f"_{names[0]}")
            edap, watts, area = (row[f"{model}_{name}"] for name in names)
            text += f" ({model}: {times(edap)}, {watts:.2f}x, {area:.2f}x)"
    return text
