"""What stands for designs, fronts and baselines in pictures of accuracy against a metric."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.container import Container

from xpert_evo.analysis.palette import COLOURS, MARKERS
from xpert_evo.analysis.units import ADC_NAMES
from xpert_evo.hardware.quantities import quantity_of

Mark = Artist | Container  # what stands in a legend

_ERRORS = {
    "accuracy": "standard_error",
    "repeated_accuracy": "repeated_standard_error",
    "promoted_accuracy": "promoted_standard_error",
}


def points(
    axis: Axes,
    rows: pd.DataFrame,
    metric: str,
    up: str,
    colour: str,
    *,
    marker: str = "o",
    hollow: bool = False,
) -> Mark:
    """Designs, with the standard errors of one of their accuracies; returns what stands in the legend.

    Args:
        rows: see `analysis.front.evaluated`.
        metric: to the right, see `hardware.quantities`.
        up: another one, or `accuracy`, `repeated_accuracy` or `promoted_accuracy`.
    """
    return axis.errorbar(
        rows[metric] * quantity_of(metric).factor,
        upwards(rows, up),
        yerr=100 * rows[_ERRORS[up]] if up in _ERRORS else None,
        fmt=marker,
        color=colour,
        mfc="white" if hollow else colour,
        mec=COLOURS["text"] if marker == "D" else colour,
        mew=0.9 if hollow else 0.5,
        ms=4,
        elinewidth=0.7,
        zorder=4 if marker == "D" else 3,
    )


def upwards(rows: pd.DataFrame, up: str) -> pd.Series:
    """A column as axes show it."""
    return rows[up] * (100.0 if up in _ERRORS else quantity_of(up).factor)


def ring(axis: Axes, value: float, up: float) -> Artist:
    """Around a design that stands out."""
    return axis.plot(value, up, ls="", marker="o", ms=10, mfc="none", mec=COLOURS["knee"], mew=1.4, zorder=5)[0]


def baseline(
    axis: Axes, row: pd.Series, metric: str, kind: str, network: str, up: str = "accuracy"
) -> tuple[str, Mark]:
    """The homogeneous baseline of an ADC type: its name and mark; a line where its accuracy isn't known.

    Args:
        network: what it is a homogeneous design of.
    """
    name, colour = f"homogeneous {network}, {ADC_NAMES[kind]}", COLOURS[kind]
    value = row[metric] * quantity_of(metric).factor
    if pd.isna(row[up]):
        return f"{name} (accuracy unknown)", axis.axvline(
            value, color=colour, ls="--" if kind == "flash" else ":", lw=1.2
        )
    size = 8 if kind == "flash" else 5.5
    looks: dict[str, Any] = {
        "fmt": MARKERS[kind],
        "ms": size,
        "color": colour,
        "mec": COLOURS["text"],
        "mew": 0.5,
        "elinewidth": 0.7,
    }
    error = 100 * row[_ERRORS[up]] if up in _ERRORS else None
    mark = axis.errorbar(value, upwards(row.to_frame().T, up).iloc[0], yerr=error, zorder=6, **looks)
    if up in _ERRORS and not pd.isna(row["promoted_accuracy"]):
        points(axis, row.to_frame().T, metric, "promoted_accuracy", colour, marker="D")
    return name, mark
