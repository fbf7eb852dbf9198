"""Writes what a run leaves for its reader: `front.csv`, `designs/`, `plots/`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from xpert_evo.analysis import indicators, plots
from xpert_evo.analysis.breakdown import breakdown_picture
from xpert_evo.analysis.front import Labels
from xpert_evo.analysis.promotion import promoted_table
from xpert_evo.design.designs import Design, save_design, stack
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel

FRONT_FILE = "front.csv"
PROMOTED_FILE = "promoted.csv"


def write_tables(out: Path, front: pd.DataFrame, table: pd.DataFrame, baselines: dict[str, str]) -> None:
    """Writes `front.csv`, a design file for every design in it, and `promoted.csv` where designs were promoted."""
    front.to_csv(out / FRONT_FILE, index=False)
    promoted = promoted_table(table, baselines)
    if len(promoted):
        promoted.to_csv(out / PROMOTED_FILE, index=False)
    folder = out / "designs"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    designs = table.set_index("id")["design"]
    for identity in front["id"]:
        save_design(Design.model_validate_json(designs[identity]), folder / f"{identity}.json")


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


def layer_frame(design: Design, hardware: HardwareModel) -> pd.DataFrame:
    """A row a layer: genes, and costs by component; see `hardware.metrics.breakdown_frame`."""
    designs = stack([design])
    return breakdown_frame(designs, hardware.costs(designs))
