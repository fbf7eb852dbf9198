"""What the pictures of a run are drawn from; loads no matplotlib."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from xpert_evo.analysis.breakdown import Totals
from xpert_evo.analysis.front import GAINS, Labels
from xpert_evo.search.objectives import PLANE, Plane, plane_of

METRICS = GAINS  # that accuracy is drawn against where EDAP is an objective


@dataclass(frozen=True)
class Pictured:
    """What a run found, as its pictures need it.

    Attributes:
        table: see `analysis.front.evaluated`; a baseline whose accuracy isn't known has none, and isn't `feasible`.
        front: see `analysis.front.front_table`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        metrics: that accuracy, or what stands in its place, is drawn against; of those in whose front with it no design
            is missing from the table.
        plane: the two objectives that the front is shown in.
        whole: whether the table holds all that was evaluated.
    """

    table: pd.DataFrame
    front: pd.DataFrame
    baselines: dict[str, str]
    labels: Labels
    metrics: tuple[str, ...] = METRICS
    plane: Plane = PLANE
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
    metrics = tuple(metric for metric in drawn(objectives) if metric in objectives)
    return Pictured(table, front, baselines, labels, metrics, plane_of(objectives), whole=False)


def drawn(objectives: tuple[str, ...]) -> tuple[str, ...]:
    """Metrics that pictures have to the right: with EDAP `METRICS`, and all objectives but the one upwards."""
    up, right = plane_of(objectives)
    first = METRICS if (up, right) == PLANE else (right,)
    return tuple(dict.fromkeys([*first, *(name for name in objectives if name != up)]))
