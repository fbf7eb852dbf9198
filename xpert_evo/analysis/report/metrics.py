"""The figures that a page can show of a design: its axes, its columns, its ratios to the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from xpert_evo.analysis.front import GAINS, gain_column
from xpert_evo.hardware.quantities import ERROR, QUANTITIES, Quantity, quantity_of


@dataclass(frozen=True)
class Metric:
    """One figure of a design.

    Attributes:
        key: the column of `analysis.front.evaluated` that holds it, or `MODEL_COLUMN` of another network model.
        quantity: its name, unit and direction.
        error: the column of its standard error, if it has one.
        log: whether axes of it are logarithmic.
    """

    key: str
    quantity: Quantity
    error: str | None = None
    log: bool = True

    def to_json(self) -> dict[str, object]:
        """What the page's scripts need of it."""
        return {
            "key": self.key,
            "name": self.quantity.name,
            "label": self.quantity.label,
            "unit": self.quantity.unit,
            "better": self.quantity.better,
            "log": self.log,
        }


_COSTS = ("edap_pj_ns_um2", "energy_pj", "latency_ns", "area_um2", "tops_per_w", "tops_per_mm2")
_SIZES = ("macs", "parameters")


def shown(objectives: Sequence[str]) -> tuple[str, ...]:
    """Metrics of the hardware that tables and axes have, the search's own among them."""
    own = [name for name in objectives if name not in (ERROR, *_SIZES)]
    return tuple(dict.fromkeys([*_COSTS, *own]))


def metrics_of(
    table: pd.DataFrame, elsewhere: Mapping[str, pd.DataFrame], objectives: Sequence[str] = ()
) -> list[Metric]:
    """The metrics that any design of a table has.

    Args:
        objectives: of the search.
        table: see `analysis.front.evaluated`.
        elsewhere: see `other_models`.
    """
    accuracies = [
        Metric("accuracy", Quantity("proxy accuracy", "%", 100.0, "higher"), "standard_error", log=False),
        Metric(
            "repeated_accuracy",
            Quantity("proxy accuracy, fresh seeds", "%", 100.0, "higher"),
            "repeated_standard_error",
            log=False,
        ),
        Metric(
            "promoted_accuracy",
            Quantity(f"proxy accuracy, {_epochs(table)} epochs", "%", 100.0, "higher"),
            "promoted_standard_error",
            log=False,
        ),
    ]
    costs = [Metric(key, quantity_of(key), log=quantity_of(key).log) for key in shown(objectives)]
    others = [
        Metric(
            f"{model}_{key}", Quantity(f"{quantity.name} in {model}", quantity.unit, quantity.factor, quantity.better)
        )
        for model in elsewhere
        for key, quantity in QUANTITIES.items()
        if key in elsewhere[model]
    ]
    sizes = [Metric(key, QUANTITIES[key]) for key in _SIZES]
    known = set(table.columns[table.notna().any()]) | {metric.key for metric in others}
    return [metric for metric in [*accuracies, *costs, *others, *sizes] if metric.key in known]


def other_models(front: pd.DataFrame, baselines: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """What other network models say of the front's designs, and, by the gains over them, of the baselines.

    Args:
        front: see `analysis.front.front_table`.
        baselines: ADC type -> id of the homogeneous baseline with it.

    Returns:
        Name of a model -> a row an id, with the metrics that it gives; empty where the front is.
    """
    suffix = f"_{GAINS[0]}"
    models = [str(column).removesuffix(suffix) for column in front if str(column).endswith(suffix)]
    found = {}
    for model in models if len(front) else []:
        keys = [key for key in QUANTITIES if f"{model}_{key}" in front]
        there = front.set_index("id")[[f"{model}_{key}" for key in keys]].set_axis(keys, axis=1)
        for kind, identity in baselines.items():
            there.loc[identity] = [_of_baseline(front, model, key, kind) for key in keys]
        found[model] = there
    return found


def _of_baseline(front: pd.DataFrame, model: str, key: str, kind: str) -> float:
    """A baseline's figure, from the first design's and its gain."""
    gain = f"{model}_{gain_column(key, kind)}"
    if gain not in front:
        return float("nan")
    value, ratio = float(front[f"{model}_{key}"].iloc[0]), float(front[gain].iloc[0])
    return value / ratio if QUANTITIES[key].better == "higher" else value * ratio


def _epochs(table: pd.DataFrame) -> str:
    longest = table["promoted_epochs"].max()
    return "more" if pd.isna(longest) else f"{longest:.0f}"
