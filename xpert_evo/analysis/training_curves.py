"""The picture of a full training: loss and validation accuracy by epoch, and under which fidelity."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.style import STYLE, foot, save

FIDELITIES = {  # as in curves.csv: colour, what it means
    "float": (COLOURS["knee"], "float: without quantisation, noise and ADCs"),
    "noise": (COLOURS["front"], "noise: quantised, under the ADCs' noise"),
}


def training_curves(curves: Path, path: Path, *, title: str, valid: str) -> None:
    """Draws a training's curves.csv.

    Args:
        curves: the file; see `accuracy.training.listener.EpochRow`.
        path: PNG to be written.
        valid: what the figures are valid for.
    """
    history = pd.read_csv(curves)
    with plt.rc_context(STYLE):
        figure, (loss, accuracy) = plt.subplots(2, 1, figsize=(8, 6), sharex=True, layout="constrained")
        _line(loss, history, history["train_loss"])
        _line(accuracy, history, 100 * history["validation_accuracy"])
        loss.set_ylabel("training loss")
        loss.set_title(title)
        accuracy.set_ylabel("accuracy on held-out\ntraining images (%)")
        accuracy.set_xlabel("epoch")
        accuracy.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        handles, names = accuracy.get_legend_handles_labels()
        accuracy.legend(handles, names, loc="lower right", frameon=False)
        foot(figure, valid)
        save(figure, path)


def _line(axis: Axes, history: pd.DataFrame, values: pd.Series) -> None:
    axis.plot(history["epoch"], values, color=COLOURS["dominated"], lw=1.0, zorder=1)
    for fidelity, (colour, meaning) in FIDELITIES.items():
        here = history["fidelity"] == fidelity
        if here.any():
            axis.plot(history["epoch"][here], values[here], "o-", ms=3.5, lw=1.6, color=colour, label=meaning)
