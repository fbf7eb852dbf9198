"""Fronts of several searches held against each other: hypervolume and coverage in (error, log EDAP), and a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xpert_evo.analysis.front import Labels, nondominated
from xpert_evo.analysis.indicators import hypervolume, unit_square
from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.units import ADC_NAMES, PROXY_ACCURACY
from xpert_evo.hardware.quantities import QUANTITIES

if TYPE_CHECKING:  # its tables need no matplotlib
    from matplotlib.figure import Figure

# accuracy: what it is called; fresh seeds are measured after a search has chosen, so they flatter none
ACCURACIES = {"accuracy": "search", "repeated_accuracy": "fresh_seeds"}
_TITLES = {"accuracy": "accuracy of the search", "repeated_accuracy": "over fresh seeds"}
_ERRORS = {"accuracy": "standard_error", "repeated_accuracy": "repeated_standard_error"}


@dataclass(frozen=True)
class ComparedRun:
    """One search.

    Attributes:
        name: what tables and pictures call it.
        seed: of the search; None where nobody noted it.
        algorithm: `search.algorithm`.
        trainings: distinct accuracies that the search asked for; likewise.
        designs: the designs on its front of proxy error and EDAP, rows of `analysis.front.front_table`.
        baselines: ADC type -> what the search found of the homogeneous baseline, a row of `analysis.front.evaluated`.
    """

    name: str
    seed: int | None
    algorithm: str
    trainings: int | None
    designs: pd.DataFrame
    baselines: dict[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Scale:
    """What all of them are measured with: see `indicators.unit_square`; the reference point is (1, 1).

    Attributes:
        classes: of the data set.
        baseline_edap: pJ ns um2.
        baseline: ADC type of the homogeneous baseline whose EDAP that is.
        network: that it is of, the first run's.
    """

    classes: int
    baseline_edap: float
    baseline: str
    network: str


def front_of(designs: pd.DataFrame, accuracy: str) -> pd.DataFrame:
    """Those of a front's designs that stay on it by one of `ACCURACIES`, by rising EDAP, with their `error` by it."""
    there = designs[designs[accuracy].notna()].assign(feasible=True)
    there["error"] = 1 - there[accuracy]
    return there[nondominated(there, ("error", "edap_pj_ns_um2"))].sort_values("edap_pj_ns_um2")


def indicators(runs: list[ComparedRun], scale: Scale) -> pd.DataFrame:
    """A row a search: how many designs its front has and its hypervolume, by the search's accuracy and by fresh seeds.

    Columns run, seed, algorithm, trainings, then `designs_` and `hypervolume_` for either accuracy; no hypervolume
    where no design has it.
    """
    rows = []
    for run in runs:
        row: dict[str, Any] = {
            "run": run.name,
            "seed": run.seed,
            "algorithm": run.algorithm,
            "trainings": run.trainings,
        }
        for accuracy, called in ACCURACIES.items():
            front = front_of(run.designs, accuracy)
            row[f"designs_{called}"] = len(front)
            row[f"hypervolume_{called}"] = hypervolume(_points(front, scale)) if len(front) else np.nan
        rows.append(row)
    return pd.DataFrame(rows).astype({"seed": "Int64", "trainings": "Int64"})


def coverage(runs: list[ComparedRun], accuracy: str) -> pd.DataFrame:
    """Share of the front of each column's search that some design of the row's search is at least as good as.

    The C-metric of Zitzler and Thiele (1999). It isn't symmetric. A diagonal holds ones; nothing stands where a search
    has no design with that accuracy.
    """
    fronts = {run.name: front_of(run.designs, accuracy)[["error", "edap_pj_ns_um2"]].to_numpy() for run in runs}
    shares = {
        covered: {name: _covered(front, points) for name, front in fronts.items()} for covered, points in fronts.items()
    }
    return pd.DataFrame(shares)


def picture(runs: list[ComparedRun], scale: Scale, labels: Labels, path: Path) -> None:
    """Draws `comparison_figure` at the width of a screen."""
    from xpert_evo.analysis import style

    with style.drawing(TWO_COLUMNS_IN):
        style.save(comparison_figure(runs, scale, labels, TWO_COLUMNS_IN), path)


def comparison_figure(runs: list[ComparedRun], scale: Scale, labels: Labels, width_in: float) -> Figure:
    """The fronts over each other, by the search's accuracy and by fresh seeds where there are any, and the baseline.

    Every search has trained the baseline itself: a star of the search's colour where its accuracy is known.
    """
    from xpert_evo.analysis import palette, style

    quantity = QUANTITIES["edap_pj_ns_um2"]
    shown = [accuracy for accuracy in ACCURACIES if any(run.designs[accuracy].notna().any() for run in runs)]
    wide = width_in >= style.WIDE_IN
    height = 0.9 + 0.4 * width_in if wide else 1 + 2.1 * len(shown)
    figure = style.blank(width_in, height)
    shape = (1, len(shown)) if wide else (len(shown), 1)
    axes = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
    entries: dict[str, Any] = {}
    for axis, accuracy in zip(axes, shown, strict=True):
        for number, run in enumerate(runs):
            look = number % len(palette.SERIES)
            colour, line = palette.SERIES[look], palette.SERIES_LINES[number % len(palette.SERIES_LINES)]
            front = front_of(run.designs, accuracy)
            edap, values = front["edap_pj_ns_um2"] * quantity.factor, 100 * front[accuracy]
            axis.plot(edap, values, drawstyle="steps-post", color=colour, ls=line, lw=1)
            marks = {"fmt": palette.SERIES_MARKERS[look], "color": colour, "ms": 4, "elinewidth": 0.7}
            mark = axis.errorbar(edap, values, yerr=100 * front[_ERRORS[accuracy]], **marks)
            entries.setdefault(run.name, mark)
            own = run.baselines.get(scale.baseline)
            if own is not None and not pd.isna(own[accuracy]):
                star = {"marker": palette.MARKERS["flash"], "ms": 9, "mec": palette.COLOURS["text"], "mew": 0.5}
                axis.plot(own["edap_pj_ns_um2"] * quantity.factor, 100 * own[accuracy], color=colour, ls="", **star)
        line = axis.axvline(scale.baseline_edap * quantity.factor, color=palette.COLOURS["text"], ls=":", lw=0.9)
        axis.set_title(f"{_TITLES[accuracy]} (± s.e.)")
        style.log_x(axis)
    name = f"homogeneous {scale.network}, {ADC_NAMES[scale.baseline]}"
    style.legend_above(figure, {**entries, name: line})
    for axis in axes[:1] if wide else axes:
        axis.set_ylabel(PROXY_ACCURACY)
    for axis in axes if wide else axes[-1:]:
        axis.set_xlabel(quantity.directed)
    style.foot(figure, labels.sentence())
    return figure


def _points(front: pd.DataFrame, scale: Scale) -> np.ndarray:
    return unit_square(
        front["error"].to_numpy(),
        front["edap_pj_ns_um2"].to_numpy(),
        classes=scale.classes,
        baseline_edap=scale.baseline_edap,
    )


def _covered(front: np.ndarray, points: np.ndarray) -> float:
    """Share of points (P, 2) that some point of a front (Q, 2) is no worse than in either."""
    if not len(front) or not len(points):
        return float("nan")
    return float((front[:, None, :] <= points[None, :, :]).all(axis=2).any(axis=0).mean())
