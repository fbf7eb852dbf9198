"""Fronts of several searches held against each other: hypervolume and coverage in (error, log EDAP), and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xpert_evo.analysis.front import Labels, nondominated
from xpert_evo.analysis.indicators import hypervolume, unit_square

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
    """

    name: str
    seed: int | None
    algorithm: str
    trainings: int | None
    designs: pd.DataFrame


@dataclass(frozen=True)
class Scale:
    """What all of them are measured with: see `indicators.unit_square`; the reference point is (1, 1).

    Attributes:
        classes: of the data set.
        baseline_edap: pJ ns um2.
        baseline: ADC type of the homogeneous baseline whose EDAP that is.
    """

    classes: int
    baseline_edap: float
    baseline: str


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


def picture(runs: list[ComparedRun], labels: Labels, path: Path) -> None:
    """Draws the fronts over each other, by the search's accuracy and by fresh seeds where there are any."""
    import matplotlib.pyplot as plt

    from xpert_evo.analysis import palette, style

    shown = [accuracy for accuracy in ACCURACIES if any(run.designs[accuracy].notna().any() for run in runs)]
    with plt.rc_context(style.STYLE):
        size = (1.5 + 6 * len(shown), 5.6)
        figure, axes = plt.subplots(
            1, len(shown), figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained"
        )
        for axis, accuracy in zip(axes[0], shown, strict=True):
            for number, run in enumerate(runs):
                front = front_of(run.designs, accuracy)
                edap, values = front["edap_pj_ns_um2"] * 1e-21, 100 * front[accuracy]
                series = palette.SERIES[number % len(palette.SERIES)]
                axis.plot(edap, values, drawstyle="steps-post", color=series, lw=1.2)
                errors = 100 * front[_ERRORS[accuracy]]
                axis.errorbar(edap, values, yerr=errors, fmt="o", color=series, ms=4.5, elinewidth=0.8, label=run.name)
            axis.set_xscale("log")
            axis.set_xlabel("EDAP (mJ ms mm²), lower is better")
            axis.set_title(f"{_TITLES[accuracy]} (± s.e.)", fontsize=10)
        axes[0, 0].set_ylabel("proxy accuracy on held-out training images (%)")
        handles, names = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=4, frameon=False)
        style.foot(figure, labels.sentence())
        style.save(figure, path)


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
