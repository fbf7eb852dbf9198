"""The pictures of a run. Every one says which accuracy it shows and what the figures are valid for."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xpert_evo.analysis.front import nondominated
from xpert_evo.analysis.marks import Mark, baseline, points, ring
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.pictured import METRICS, Pictured
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.analysis.style import DOT, WIDE_IN, blank, foot, legend_above, log_x
from xpert_evo.analysis.units import ADC_NAMES, PROXY_ACCURACY, QUANTITIES
from xpert_evo.analysis.words import times

MOST_DOMINATED = 5_000  # points of a picture, evenly spaced among all: a vector picture holds each of them
PANELS = {metric: (QUANTITIES[metric].directed, QUANTITIES[metric].factor) for metric in METRICS}


def fronts(run: Pictured, width_in: float) -> Figure:
    """Proxy accuracy against every metric of the run, in panels of one picture: beside each other if there is room."""
    count, wide = len(run.metrics), width_in >= WIDE_IN
    figure = blank(width_in, 0.6 + 0.36 * width_in if wide else 0.9 + 1.9 * count)
    axes = figure.subplots(*((1, count) if wide else (count, 1)), sharey=wide, squeeze=False).ravel()
    entries: dict[str, Mark] = {}
    for axis, metric in zip(axes, run.metrics, strict=True):
        entries |= _panel(axis, metric, run)
    for axis in axes[: 1 if wide else count]:
        axis.set_ylabel(PROXY_ACCURACY)
    legend_above(figure, entries)
    foot(figure, _valid(run))
    return figure


def accuracy_against(metric: str, run: Pictured, width_in: float) -> Figure:
    """Proxy accuracy against one metric of `PANELS`."""
    figure = blank(width_in, 1.3 + 0.45 * width_in)
    axis = figure.subplots()
    legend_above(figure, _panel(axis, metric, run))
    axis.set_ylabel(PROXY_ACCURACY)
    foot(figure, _valid(run))
    return figure


def draw_front(run: Pictured, axis: Axes) -> Axes:
    """Proxy accuracy against EDAP into somebody else's picture, with a legend."""
    entries = _panel(axis, METRICS[0], run)
    axis.set_ylabel(PROXY_ACCURACY)
    axis.legend([*entries.values()], [*entries], frameon=False)
    return axis


def convergence(history: pd.DataFrame, run: Pictured, width_in: float) -> Figure:
    """Hypervolume of (proxy error, EDAP) against distinct trainings; see `indicators.convergence`."""
    figure = blank(width_in, 1.2 + 0.35 * width_in)
    axis = figure.subplots()
    axis.step(history["trainings"], history["hypervolume"], where="post", color=COLOURS["front"], marker="o", ms=3)
    axis.set_xlabel("distinct trainings")
    axis.set_ylabel("hypervolume\n(proxy error, log EDAP)")
    axis.set_ylim(bottom=0)
    kind = next(iter(run.baselines), None)
    reference = f"{ADC_NAMES[kind]} VGG16's" if kind else "baseline's"
    scale = f"0: error of chance, or the {reference} EDAP{DOT}1: no error at 10,000x lower EDAP{DOT}"
    foot(figure, scale + run.labels.sentence())
    return figure


def _panel(axis: Axes, metric: str, run: Pictured) -> dict[str, Mark]:
    """Draws what the run found and returns what stands for it, by name."""
    name, scale = PANELS[metric]
    feasible = run.table[run.table["feasible"].astype(bool)]
    plane = run.table[nondominated(run.table, ("error", metric))].sort_values("error")
    others = feasible[~feasible["id"].isin(plane["id"])]
    entries: dict[str, Mark] = {}
    # By falling accuracy: what is short of one design's cost gets the accuracy of the next, so steps fall at once.
    axis.plot(plane[metric] * scale, 100 * plane["accuracy"], drawstyle="steps-pre", color=COLOURS["front"], lw=1)
    if len(plane):
        entries["front, accuracy of the search"] = points(axis, plane, metric, "accuracy", COLOURS["front"])
    repeated = plane[plane["repeats"] > 0]
    if len(repeated):
        mark = points(axis, repeated, metric, "repeated_accuracy", COLOURS["repeated"], hollow=True)
        entries["front, fresh seeds"] = mark
    longer = plane[plane["promoted_accuracy"].notna()]
    if len(longer):
        mark = points(axis, longer, metric, "promoted_accuracy", COLOURS["promoted"], marker="D")
        entries[f"front, {longer['promoted_epochs'].iloc[0]:.0f} epochs"] = mark
    for _, row in run.front[run.front["knee"]].iterrows():
        entries[_knee_label(row, run)] = ring(axis, row[metric] * scale, 100 * row["accuracy"])
    entries |= dict(baseline(axis, row, metric, kind) for kind, row in run.baseline_rows.items())
    if len(others):
        shown = others.iloc[evenly_spaced(len(others), MOST_DOMINATED)]
        grey: dict[str, Any] = {"color": COLOURS["dominated"], "marker": ".", "ms": 4, "mew": 0, "ls": "", "zorder": 1}
        some = f" ({len(shown):,} of them drawn)" if len(shown) < len(others) else ""
        (entries[f"dominated here{some}"],) = axis.plot(shown[metric] * scale, 100 * shown["accuracy"], **grey)
    log_x(axis)
    axis.set_xlabel(name)
    return entries


def _knee_label(row: pd.Series, run: Pictured) -> str:
    """With what it gains over the first baseline, so that a picture can be read alone."""
    for kind in run.baseline_rows:
        return f"knee: {times(row[f'edap_gain_over_{kind}_baseline'])} lower EDAP"
    return "knee"


def _valid(run: Pictured) -> str:
    beside = [f"knee's gain: over the {ADC_NAMES[kind]} VGG16" for kind in [*run.baseline_rows][:1]]
    return DOT.join([run.labels.sentence(), "bars: standard errors", *beside])
