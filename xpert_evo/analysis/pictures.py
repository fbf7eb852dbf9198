"""Draws a run's pictures: `plots/`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from xpert_evo.analysis import plots
from xpert_evo.analysis.breakdown import breakdown_figure
from xpert_evo.analysis.medium import Medium
from xpert_evo.analysis.pictured import Knee, Pictured
from xpert_evo.analysis.style import drawing, save
from xpert_evo.hardware.quantities import ERROR, short_name


def run_figures(run: Pictured, history: pd.DataFrame | None, knee: Knee | None, width_in: float) -> dict[str, Figure]:
    """Every picture of a run by the name of its file; to be called, and its pictures written, in `style.drawing`.

    Args:
        history: see `indicators.convergence`; None without a baseline.
        knee: of the front; None without a front.
        width_in: of every picture, in inches.
    """
    figures = {"fronts": plots.fronts(run, width_in)} if len(run.metrics) > 1 else {}
    for metric in run.metrics:
        up = "accuracy" if run.plane[0] == ERROR else short_name(run.plane[0])
        figures[f"{up}_vs_{short_name(metric)}"] = plots.accuracy_against(metric, run, width_in)
    if history is not None:
        figures["convergence"] = plots.convergence(history, run, width_in)
    if knee is not None:
        figures["design_knee"] = breakdown_figure(
            knee.title, knee.layers, run.labels.sentence(), width_in, beside=knee.beside
        )
    return figures


def write_plots(
    folder: Path, run: Pictured, history: pd.DataFrame | None, knee: Knee | None, medium: Medium
) -> list[Path]:
    """Draws the run's pictures into a folder, each in all formats, and returns their paths; see `run_figures`."""
    written = []
    with drawing(medium.width_in):
        for name, figure in run_figures(run, history, knee, medium.width_in).items():
            for kind in medium.formats:
                written.append(folder / f"{name}.{kind}")
                save(figure, written[-1])
    return written
