"""Writes a run's tables: `front.csv`, `baselines.csv`, `promoted.csv`, `designs/`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from xpert_evo.analysis.promotion import PROMOTED, promoted_table
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import save_design
from xpert_evo.search.objectives import PLANE, Plane
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.whole import whole

FRONT_FILE = "front.csv"
BASELINES_FILE = "baselines.csv"
PROMOTED_FILE = "promoted.csv"
DESIGNS_FOLDER = "designs"

_OF_BASELINES = (
    *("accuracy", "standard_error", "images", "repeated_accuracy", "repeated_standard_error", "repeats"),
    *(*PROMOTED, "feasible", *METRIC_COLUMNS),
)


def write_tables(
    out: Path,
    front: pd.DataFrame,
    table: pd.DataFrame,
    baselines: dict[str, str],
    designs: Sequence[Design],
    plane: Plane = PLANE,
    extra: Sequence[str] = (),
) -> None:
    """Writes `front.csv`, a design file for every design in it, what its ratios are to in `baselines.csv`, and
    `promoted.csv` where designs were promoted.

    Args:
        table: see `front.evaluated`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        designs: those of the front, with their ids.
        plane: the two objectives that the front is shown in.
        extra: columns that the run has besides, see `figures.extra_names`.
    """
    promoted = promoted_table(table, baselines, plane[1])
    tables = {FRONT_FILE: front, BASELINES_FILE: baselines_table(table, baselines, extra)}
    for name, content in {**tables, **({PROMOTED_FILE: promoted} if len(promoted) else {})}.items():
        with whole(out / name) as file:
            content.to_csv(file, index=False)
    folder = out / DESIGNS_FOLDER
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for design in designs:
        save_design(design, folder / f"{design.id}.json")


def baselines_table(table: pd.DataFrame, baselines: dict[str, str], extra: Sequence[str] = ()) -> pd.DataFrame:
    """The homogeneous baselines that could be trained, a row each: `baseline` (ADC type), `id`, accuracies, costs.

    Args:
        table: see `front.evaluated`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        extra: columns that the run has besides.
    """
    kinds = pd.DataFrame({"baseline": list(baselines), "id": list(baselines.values())})
    return kinds.merge(table[["id", *_OF_BASELINES, *extra]], on="id")
