"""The pictures of a run. Every one says which accuracy it shows and what the figures are valid for."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from xpert_evo.analysis.front import Labels, nondominated
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.promotion import promoted_label
from xpert_evo.analysis.style import STYLE, foot, save

PANELS = {
    "edap_pj_ns_um2": ("EDAP (mJ ms mm²), lower is better", 1e-21),
    "tops_per_w": ("TOPS/W, higher is better", 1.0),
    "tops_per_mm2": ("TOPS/mm², higher is better", 1.0),
}


def fronts(table: pd.DataFrame, front: pd.DataFrame, baselines: dict[str, str], labels: Labels, path: Path) -> None:
    """Proxy accuracy against EDAP, TOPS/W and TOPS/mm2 in three panels of one picture.

    Args:
        table: see `analysis.front.evaluated`.
        front: see `analysis.front.front_table`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        path: PNG to be written.
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(15, 5.2), sharey=True, layout="constrained")
        for axis, metric in zip(axes, PANELS, strict=True):
            _panel(axis, metric, table, front, baselines)
        axes[0].set_ylabel("proxy accuracy on held-out training images (%)")
        handles, names = axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=4, frameon=False)
        foot(figure, labels.sentence())
        save(figure, path)


def accuracy_against(
    metric: str,
    table: pd.DataFrame,
    front: pd.DataFrame,
    baselines: dict[str, str],
    labels: Labels,
    path: Path,
) -> None:
    """Proxy accuracy against one metric of `PANELS`; arguments as in `fronts`."""
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(8, 5.6), layout="constrained")
        _panel(axis, metric, table, front, baselines)
        axis.set_ylabel("proxy accuracy on held-out training images (%)")
        axis.legend(frameon=False, loc="best", fontsize=9)
        foot(figure, labels.sentence())
        save(figure, path)


def convergence(history: pd.DataFrame, labels: Labels, path: Path) -> None:
    """Hypervolume of (proxy error, EDAP) against distinct trainings; see `indicators.convergence`."""
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(8, 4.6), layout="constrained")
        axis.step(history["trainings"], history["hypervolume"], where="post", color=COLOURS["front"], marker="o", ms=4)
        axis.set_xlabel("distinct trainings")
        axis.set_ylabel("hypervolume (proxy error, log EDAP)")
        axis.set_ylim(bottom=0)
        axis.set_title(
            "1 would be no error at 10,000x less EDAP than the first baseline; reference: chance, the baseline's EDAP",
            fontsize=9,
            color=COLOURS["text"],
        )
        foot(figure, labels.sentence())
        save(figure, path)


def _panel(axis: Axes, metric: str, table: pd.DataFrame, front: pd.DataFrame, baselines: dict[str, str]) -> None:
    name, scale = PANELS[metric]
    feasible = table[table["feasible"].astype(bool)]
    on_plane = nondominated(table, ("error", metric))
    plane = table[on_plane].sort_values("error")
    others = feasible[~feasible["id"].isin(plane["id"])]
    axis.scatter(
        others[metric] * scale, 100 * others["accuracy"], s=16, color=COLOURS["dominated"], label="dominated here"
    )
    # By falling accuracy: what is short of one design's cost gets the accuracy of the next, so steps fall at once.
    axis.plot(plane[metric] * scale, 100 * plane["accuracy"], drawstyle="steps-pre", color=COLOURS["front"], lw=1.2)
    axis.errorbar(
        plane[metric] * scale,
        100 * plane["accuracy"],
        yerr=100 * plane["standard_error"],
        fmt="o",
        color=COLOURS["front"],
        ms=5,
        elinewidth=0.8,
        label="front, accuracy of the search (± s.e.)",
    )
    repeated = plane[plane["repeats"] > 0]
    if len(repeated):
        axis.errorbar(
            repeated[metric] * scale,
            100 * repeated["repeated_accuracy"],
            yerr=100 * repeated["repeated_standard_error"],
            fmt="o",
            mfc="white",
            mec=COLOURS["repeated"],
            ecolor=COLOURS["repeated"],
            ms=5,
            elinewidth=0.8,
            label="the same, fresh seeds (± s.e.)",
        )
    _promoted(axis, metric, plane, COLOURS["promoted"], "the same, {}")
    chosen = front[front["knee"]]
    axis.scatter(
        chosen[metric] * scale,
        100 * chosen["accuracy"],
        s=170,
        facecolors="none",
        edgecolors=COLOURS["knee"],
        linewidths=2,
        zorder=5,
        label="knee of error and EDAP",
    )
    for kind, identity in baselines.items():
        row = table[table["id"] == identity]
        axis.scatter(
            row[metric] * scale,
            100 * row["accuracy"],
            marker="*",
            s=190,
            color=COLOURS[kind],
            edgecolors="white",
            zorder=6,
            label=f"homogeneous VGG16, {kind}",
        )
        _promoted(axis, metric, row, COLOURS[kind], None)
    axis.set_xscale("log")
    low, high = axis.get_xlim()
    if high / low < 30:  # less than a decade and a half: decades alone would leave the axis bare
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlabel(name)


def _promoted(axis: Axes, metric: str, rows: pd.DataFrame, colour: str, label: str | None) -> None:
    """Diamonds for the rows that were trained for longer; baselines' have their stars' colours and need no name."""
    promoted = rows[rows["promoted_accuracy"].notna()]
    if promoted.empty:
        return
    axis.errorbar(
        promoted[metric] * PANELS[metric][1],
        100 * promoted["promoted_accuracy"],
        yerr=100 * promoted["promoted_standard_error"],
        fmt="D",
        color=colour,
        mec=COLOURS["text"],
        mew=0.8,
        ms=7,
        elinewidth=0.8,
        zorder=6,
        label=label and label.format(promoted_label(promoted["promoted_epochs"].iloc[0])),
    )
