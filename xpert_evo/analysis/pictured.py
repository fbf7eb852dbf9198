"""What the pictures of a run are drawn from; loads no matplotlib."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from xpert_evo.analysis.breakdown import Totals
from xpert_evo.analysis.front import Labels

METRICS = ("edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")  # that accuracy is drawn against


@dataclass(frozen=True)
class Pictured:
    """What a run found, as its pictures need it.

    Attributes:
        table: see `analysis.front.evaluated`; a baseline whose accuracy isn't known has none, and isn't `feasible`.
        front: see `analysis.front.front_table`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        metrics: those of `METRICS` in whose front with error no design is missing from the table.
        whole: whether the table holds all that was evaluated.
    """

    table: pd.DataFrame
    front: pd.DataFrame
    baselines: dict[str, str]
    labels: Labels
    metrics: tuple[str, ...] = METRICS
    whole: bool = True

    @property
    def baseline_rows(self) -> dict[str, pd.Series]:
        """ADC type -> row of the table; of those that are there."""
        found = {kind: self.table[self.table["id"] == identity] for kind, identity in self.baselines.items()}
        return {kind: rows.iloc[0] for kind, rows in found.items() if len(rows)}


@dataclass(frozen=True)
class Knee:
    """The design of a front's knee.

    Attributes:
        title: of its picture.
        layers: see `breakdown.layer_frame`.
        beside: what its totals are compared with.
    """

    title: str
    layers: pd.DataFrame
    beside: Totals | None


def from_tables(front: pd.DataFrame, references: pd.DataFrame, labels: Labels, objectives: tuple[str, ...]) -> Pictured:
    """Of a run whose store is gone: the designs of its front, and its baselines.

    Args:
        front: `front.csv`.
        references: the baselines, with what is known of them: `baselines.csv`, or `baseline`, `id` and metrics alone.
        labels: what the figures are valid for.
        objectives: of the search.
    """
    designs = front.assign(feasible=True)
    known = references[~references["id"].isin(front["id"])].reindex(columns=designs.columns)
    known["feasible"] = known["accuracy"].notna() & known["feasible"].eq(1)
    known["repeats"] = known["repeats"].fillna(0)
    table = pd.DataFrame({column: [*designs[column], *known[column]] for column in designs})
    table["error"] = 1 - table["accuracy"]
    baselines = dict(zip(references["baseline"], references["id"], strict=True))
    metrics = tuple(metric for metric in METRICS if metric in objectives)
    return Pictured(table, front, baselines, labels, metrics, whole=False)
