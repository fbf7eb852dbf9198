"""The pictures of a run. Every one says which accuracy it shows and what the figures are valid for."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xpert_evo.analysis.front import gain_column, nondominated
from xpert_evo.analysis.marks import Mark, baseline, points, ring, upwards
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.pictured import Pictured
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.analysis.style import DOT, WIDE_IN, blank, foot, legend_above, log_x, log_y
from xpert_evo.analysis.units import ADC_NAMES, PROXY_ACCURACY
from xpert_evo.analysis.words import gain_said, nought, one, scales
from xpert_evo.hardware.quantities import ERROR, quantity_of

MOST_DOMINATED = 5_000  # points of a picture, evenly spaced among all: a vector picture holds each of them


def fronts(run: Pictured, width_in: float) -> Figure:
    """What is traded against every metric of the run, in panels of one picture: beside each other if there is room."""
    count, wide = len(run.metrics), width_in >= WIDE_IN
    figure = blank(width_in, 0.6 + 0.36 * width_in if wide else 0.9 + 1.9 * count)
    axes = figure.subplots(*((1, count) if wide else (count, 1)), sharey=wide, squeeze=False).ravel()
    entries: dict[str, Mark] = {}
    for axis, metric in zip(axes, run.metrics, strict=True):
        entries |= _panel(axis, metric, run)
    for axis in axes[: 1 if wide else count]:
        axis.set_ylabel(_upwards(run))
    legend_above(figure, entries)
    foot(figure, _valid(run))
    return figure


def accuracy_against(metric: str, run: Pictured, width_in: float) -> Figure:
    """Proxy accuracy, or what stands in its place, against one metric."""
    figure = blank(width_in, 1.3 + 0.45 * width_in)
    axis = figure.subplots()
    legend_above(figure, _panel(axis, metric, run))
    axis.set_ylabel(_upwards(run))
    foot(figure, _valid(run))
    return figure


def draw_front(run: Pictured, axis: Axes) -> Axes:
    """Proxy accuracy against EDAP, or what stands in their place, into somebody else's picture, with a legend."""
    entries = _panel(axis, run.plane[1], run)
    axis.set_ylabel(_upwards(run))
    axis.legend([*entries.values()], [*entries], frameon=False)
    return axis


def convergence(history: pd.DataFrame, run: Pictured, width_in: float) -> Figure:
    """Hypervolume in the run's plane against distinct trainings; see `indicators.convergence`."""
    figure = blank(width_in, 1.2 + 0.35 * width_in)
    axis = figure.subplots()
    axis.step(history["trainings"], history["hypervolume"], where="post", color=COLOURS["front"], marker="o", ms=3)
    axis.set_xlabel("distinct trainings")
    axis.set_ylabel(f"hypervolume\n({scales(run.plane)})")
    axis.set_ylim(bottom=0)
    kind = next(iter(run.baselines), None)
    reference = f"{ADC_NAMES[kind]} {run.labels.network}'s" if kind else "baseline's"
    foot(figure, f"0: {nought(run.plane, f'the {reference}')}{DOT}1: {one(run.plane)}{DOT}{run.labels.sentence()}")
    return figure


def _panel(axis: Axes, metric: str, run: Pictured) -> dict[str, Mark]:
    """Draws what the run found and returns what stands for it, by name."""
    quantity, up = quantity_of(metric), run.plane[0]
    scale, traded = quantity.factor, "accuracy" if up == ERROR else up
    feasible = run.table[run.table["feasible"].astype(bool)]
    plane = run.table[nondominated(run.table, (up, metric))].sort_values(
        up, ascending=quantity_of(up).better == "lower"
    )
    others = feasible[~feasible["id"].isin(plane["id"])]
    entries: dict[str, Mark] = {}
    # By falling accuracy: what is short of one design's cost gets the accuracy of the next, so steps fall at once.
    steps: dict[str, Any] = {"drawstyle": "steps-pre", "color": COLOURS["front"], "lw": 1}
    axis.plot(plane[metric] * scale, upwards(plane, traded), **steps)
    if len(plane):
        name = "front, accuracy of the search" if up == ERROR else "front"
        entries[name] = points(axis, plane, metric, traded, COLOURS["front"])
    if up == ERROR:
        entries |= _measured_again(axis, metric, plane)
    for _, row in run.front[run.front["knee"]].iterrows():
        there = float(upwards(row.to_frame().T, traded).iloc[0])
        entries[_knee_label(row, run)] = ring(axis, row[metric] * scale, there)
    network = run.labels.network
    entries |= dict(baseline(axis, row, metric, kind, network, traded) for kind, row in run.baseline_rows.items())
    if len(others):
        shown = others.iloc[evenly_spaced(len(others), MOST_DOMINATED)]
        grey: dict[str, Any] = {"color": COLOURS["dominated"], "marker": ".", "ms": 4, "mew": 0, "ls": "", "zorder": 1}
        some = f" ({len(shown):,} of them drawn)" if len(shown) < len(others) else ""
        (entries[f"dominated here{some}"],) = axis.plot(shown[metric] * scale, upwards(shown, traded), **grey)
    if quantity.log:
        log_x(axis)
    if quantity_of(up).log:
        log_y(axis)
    axis.set_xlabel(quantity.directed)
    return entries


def _measured_again(axis: Axes, metric: str, plane: pd.DataFrame) -> dict[str, Mark]:
    """A front's accuracies with fresh seeds and by longer trainings, as far as there are any."""
    entries = {}
    repeated = plane[plane["repeats"] > 0]
    if len(repeated):
        mark = points(axis, repeated, metric, "repeated_accuracy", COLOURS["repeated"], hollow=True)
        entries["front, fresh seeds"] = mark
    longer = plane[plane["promoted_accuracy"].notna()]
    if len(longer):
        mark = points(axis, longer, metric, "promoted_accuracy", COLOURS["promoted"], marker="D")
        entries[f"front, {longer['promoted_epochs'].iloc[0]:.0f} epochs"] = mark
    return entries


def _upwards(run: Pictured) -> str:
    """The label of the axis that all pictures have upwards."""
    return PROXY_ACCURACY if run.plane[0] == ERROR else quantity_of(run.plane[0]).directed


def _knee_label(row: pd.Series, run: Pictured) -> str:
    """With what it gains over the first baseline, so that a picture can be read alone."""
    for kind in run.baseline_rows:
        if quantity_of(run.plane[1]).log:
            return f"knee: {gain_said(run.plane[1], row[gain_column(run.plane[1], kind)])}"
    return "knee"


def _valid(run: Pictured) -> str:
    gains = [*run.baseline_rows][:1] if quantity_of(run.plane[1]).log else []
    beside = [f"knee's gain: over the {ADC_NAMES[kind]} {run.labels.network}" for kind in gains]
    bars = ["bars: standard errors"] if run.plane[0] == ERROR else []
    return DOT.join([run.labels.sentence(), *bars, *beside])
