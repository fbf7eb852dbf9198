"""The picture of a full training: loss and validation accuracy by epoch, and under which fidelity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from xpert_evo.analysis import style
from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.palette import COLOURS

# As in curves.csv: colour, marker, what fills it, what it means. In grey print the colours are alike, and of many
# epochs the markers' shapes, too.
FIDELITIES = {
    "float": (COLOURS["knee"], "o", "white", "float: without quantisation, noise and ADCs"),
    "noise": (COLOURS["front"], "s", COLOURS["front"], "noise: quantised, under the ADCs' noise"),
}


def training_curves(curves: Path, path: Path, *, title: str, valid: str) -> None:
    """Draws a training's curves.csv at the width of a screen.

    Args:
        curves: the file; see `accuracy.training.listener.EpochRow`.
        path: PNG, PDF or SVG to be written.
        valid: what the figures are valid for.
    """
    with style.drawing(TWO_COLUMNS_IN):
        style.save(curves_figure(pd.read_csv(curves), TWO_COLUMNS_IN, title=title, valid=valid), path)


def curves_figure(history: pd.DataFrame, width_in: float, *, title: str, valid: str) -> Figure:
    """Loss and validation accuracy by epoch; `history` is the content of curves.csv."""
    figure = style.blank(width_in, 1.9 + 0.45 * width_in)
    loss, accuracy = figure.subplots(2, 1, sharex=True)
    entries = _lines(loss, history, history["train_loss"])
    _lines(accuracy, history, 100 * history["validation_accuracy"])
    loss.set_ylabel("training loss\n(cross-entropy)")
    accuracy.set_ylabel("accuracy on held-out\ntraining images (%)")
    accuracy.set_xlabel("epoch")
    accuracy.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    style.legend_above(figure, entries, title)
    style.foot(figure, valid)
    return figure


def _lines(axis: Axes, history: pd.DataFrame, values: pd.Series) -> dict[str, Artist]:
    """A line a fidelity, and what stands for each by its meaning."""
    axis.plot(history["epoch"], values, color=COLOURS["dominated"], lw=0.8, zorder=1)
    entries: dict[str, Artist] = {}
    for fidelity, (colour, marker, filling, meaning) in FIDELITIES.items():
        here = history["fidelity"] == fidelity
        if here.any():
            look: dict[str, Any] = {"color": colour, "marker": marker, "mfc": filling, "ms": 3, "mew": 0.8}
            (line,) = axis.plot(history["epoch"][here], values[here], **look)
            entries[meaning] = line
    return entries
