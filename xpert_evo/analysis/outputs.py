"""Writes a run's tables: `front.csv`, `promoted.csv`, `designs/`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from xpert_evo.analysis.promotion import promoted_table
from xpert_evo.design.designs import Design, save_design

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
