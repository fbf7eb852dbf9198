"""Draws a run's pictures: `plots/`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from xpert_evo.analysis import indicators, plots
from xpert_evo.analysis.breakdown import breakdown_picture, layer_frame
from xpert_evo.analysis.front import Labels
from xpert_evo.design.designs import Design
from xpert_evo.hardware.model import HardwareModel


def write_plots(
    out: Path,
    *,
    front: pd.DataFrame,
    table: pd.DataFrame,
    baselines: dict[str, str],
    classes: int,
    hardware: HardwareModel,
    labels: Labels,
) -> list[Path]:
    """Draws the run's pictures into `plots/` and returns their paths."""
    folder = out / "plots"
    written = [folder / "fronts.png"]
    plots.fronts(table, front, baselines, labels, written[-1])
    for metric in plots.PANELS:
        written.append(folder / f"accuracy_vs_{metric.split('_pj')[0]}.png")
        plots.accuracy_against(metric, table, front, baselines, labels, written[-1])
    reference = table[table["id"] == next(iter(baselines.values()), None)]
    if len(reference):
        history = indicators.convergence(
            table, classes=classes, baseline_edap=float(reference["edap_pj_ns_um2"].iloc[0])
        )
        history.to_csv(out / "convergence.csv", index=False)
        written.append(folder / "convergence.png")
        plots.convergence(history, labels, written[-1])
    for identity in front.loc[front["knee"], "id"]:
        design = Design.model_validate_json(table.set_index("id")["design"][identity])
        written.append(folder / "design_knee.png")
        breakdown_picture(f"design {identity}", layer_frame(design, hardware), labels.sentence(), written[-1])
    return written
