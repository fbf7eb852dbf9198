"""The tables of a run: its front, and the designs that were trained for longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from xpert_evo.analysis.front import front_column, gain_column
from xpert_evo.analysis.units import ADC_NAMES
from xpert_evo.analysis.words import times
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.objectives import PLANE, plane_of
from xpert_evo.search.settings import DEFAULT_OBJECTIVES

_OTHERS = ("tops_per_w", "tops_per_mm2", "area_um2", "energy_pj", "latency_ns")  # the first ones are kept longest


def figures(values: Iterable[float], factor: float = 1.0, digits: int = 3) -> list[str]:
    """Numbers as text, in another unit; a dash where there is none."""
    return ["-" if pd.isna(value) else f"{value * factor:.{digits}g}" for value in values]


def quantity(table: pd.DataFrame, name: str, rank: int, digits: int = 3) -> Column:
    """A metric, named and in the unit that pictures give it in."""
    return Column(quantity_of(name).label, figures(table[name], quantity_of(name).factor, digits), rank)


def front_sheet(front: pd.DataFrame, objectives: Sequence[str] = DEFAULT_OBJECTIVES) -> Sheet:
    """The designs on the front of error and EDAP, or of what the search has in their place.

    Args:
        front: see `analysis.front.front_table`.
        objectives: of the search.
    """
    names = plane_of(objectives)
    own = [name for name in names if name != ERROR]
    plane = front[front[front_column(names)].astype(bool)]
    kind = _baseline(front, own[-1])
    columns = [
        Column("id", [f"{row['id']} knee" if row["knee"] else row["id"] for _, row in plane.iterrows()], names=True),
        Column("proxy accuracy (%)", _accuracies(plane, "")),
    ]
    if plane["repeated_accuracy"].notna().any():
        columns.append(Column("fresh seeds (%)", _accuracies(plane, "repeated_"), 2))
    if plane["promoted_accuracy"].notna().any():
        columns.append(Column(f"{plane['promoted_epochs'].max():.0f} epochs (%)", _accuracies(plane, "promoted_"), 3))
    columns += [quantity(plane, name, 0, 4) for name in own]
    remark = "accuracies with standard errors"
    if kind is not None:
        columns.append(Column("gain", [times(gain) for gain in plane[gain_column(own[-1], kind)]], 1))
        remark += f"; gain: how many times {_better(own[-1])} is than the {ADC_NAMES[kind]} baseline's"
    others = [name for name in objectives if name not in (ERROR, *_OTHERS)]
    shown = [name for name in dict.fromkeys([*others, *_OTHERS]) if name not in own]
    columns += [quantity(plane, name, rank) for rank, name in enumerate(shown, start=4)]
    called = " and ".join(quantity_of(name).name for name in names)
    return Sheet(f"Front of {called}", columns, [remark])


def promoted_sheet(promoted: pd.DataFrame, network: str, cost: str = PLANE[1]) -> Sheet:
    """Designs that were trained for longer, and the baselines; see `analysis.promotion.promoted_table`.

    Args:
        network: that was searched, see `analysis.front.Labels`.
        cost: EDAP, or what the search has in its place.
    """
    kind = _baseline(promoted, cost)
    names = [
        row["id"] if pd.isna(row["baseline"]) else f"{row['id']} {ADC_NAMES[row['baseline']]} {network}"
        for _, row in promoted.iterrows()
    ]
    columns = [
        Column("id", names, names=True),
        Column("trained longer (%)", _accuracies(promoted, "promoted_")),
        Column("proxy accuracy (%)", _accuracies(promoted, ""), 2),
        Column("fresh seeds (%)", _accuracies(promoted, "repeated_"), 3),
        quantity(promoted, cost, 0, 4),
    ]
    if kind is not None:
        columns.append(Column("gain", [times(gain) for gain in promoted[gain_column(cost, kind)]], 1))
    return Sheet(
        f"Trained once for {promoted['promoted_epochs'].max():.0f} epochs",
        columns,
        [
            "proxy accuracies with standard errors (of longer trainings the images' alone); "
            f"{quantity_of(cost).name} of the cheapest design that shares the training"
            + (f", gain over the {ADC_NAMES[kind]} baseline's" if kind else "")
        ],
    )


def _baseline(table: pd.DataFrame, cost: str) -> str | None:
    """The ADC type of the baseline that gains in a metric are told over."""
    return next((kind for kind in ADC_TYPES if gain_column(cost, kind) in table), None)


def _better(metric: str) -> str:
    """Such as `lower EDAP`."""
    return f"{quantity_of(metric).better} {quantity_of(metric).name}"


def _accuracies(table: pd.DataFrame, source: str) -> list[str]:
    pairs = zip(table[f"{source}accuracy"], table[f"{source}standard_error"], strict=True)
    return ["-" if pd.isna(value) else f"{100 * value:.1f} ± {100 * error:.1f}" for value, error in pairs]
