"""What designs came to: a run's table of evaluations, with the designs and the metrics of their hardware."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

import numpy as np
import pandas as pd

from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError, in_short
from xpert_evo.search.keys import may_be_homogeneous
from xpert_evo.search.records.accuracies import Accuracies
from xpert_evo.search.records.extra_figures import ExtraFigures
from xpert_evo.search.records.stored import checked_evaluations, checked_metrics, layers_differ, stored_designs

METRIC_COLUMNS = (
    "energy_pj",
    "latency_ns",
    "area_um2",
    "edap_pj_ns_um2",
    "tops",
    "tops_per_w",
    "tops_per_mm2",
    "leakage_energy_pj",
    "macs",
    "parameters",
)

EVALUATIONS_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS evaluations (
    number INTEGER PRIMARY KEY, generation INTEGER NOT NULL, id TEXT NOT NULL, accuracy_key TEXT NOT NULL,
    feasible INTEGER NOT NULL, design TEXT NOT NULL, {", ".join(f"{name} REAL" for name in METRIC_COLUMNS)});
"""


class Evaluations(Accuracies, ExtraFigures):
    """The table `evaluations` of a run; whoever inherits it makes the table."""

    def metrics_of(self, numbers: Sequence[int], ids: Sequence[str], extra: Sequence[str] = ()) -> np.ndarray:
        """Metrics of the evaluations of some numbers, float64 (N, metrics); nan where none of that number was written.

        Args:
            numbers: N of them, in any order.
            ids: of the designs that are evaluated under them now.
            extra: names of figures that stand behind the metrics.

        Raises:
            InputError: another design stands there: the run was made by other code or on another machine.
        """
        query = f"SELECT number, id, {', '.join(METRIC_COLUMNS)} FROM evaluations WHERE number IN ({{}})"
        there = {row[0]: row[1:] for row in self._rows(query, sorted(set(numbers)))}
        metrics = np.full((len(numbers), len(METRIC_COLUMNS) + len(extra)), np.nan)
        known = [row for row, number in enumerate(numbers) if number in there]
        for row in known:
            stored = there[numbers[row]][0]
            if stored != ids[row]:
                raise InputError(
                    f"{self.path}: evaluation {numbers[row]} was {in_short(str(stored))} and is now {ids[row]}; the "
                    "run was made by another version or on another machine and can't be continued here"
                )
        if known:
            rows = [(numbers[row], *there[numbers[row]][1:]) for row in known]
            own = checked_metrics(rows, METRIC_COLUMNS, self.path)
            metrics[known] = np.column_stack([own, self.figures_of(extra, [numbers[row] for row in known])])
        return metrics

    def add_evaluations(
        self,
        numbers: Sequence[int],
        *,
        generation: int,
        ids: Sequence[str],
        accuracy_keys: Sequence[str],
        feasible: np.ndarray,
        designs: Sequence[str],
        metrics: np.ndarray,
        extra: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        """Writes a batch of N evaluations, all or none; they must be new.

        Args:
            numbers: in the run, from 0 on.
            generation: of all of them.
            ids, designs: of the designs, and their texts, see `design.texts`.
            accuracy_keys: by which their accuracies are known.
            feasible: bool (N,).
            metrics: float64 (N, metrics), in the order of `METRIC_COLUMNS`.
            extra: name -> float64 (N,), of figures that the run has besides.
        """
        columns = (numbers, repeat(generation), ids, accuracy_keys, feasible.astype(int).tolist(), designs)
        rows = ((*row, *values) for *row, values in zip(*columns, metrics.tolist(), strict=False))
        marks = ", ".join("?" * (len(columns) + len(METRIC_COLUMNS)))
        with self._named(), self._connection:
            self._connection.executemany(f"INSERT INTO evaluations VALUES ({marks})", rows)
            self._add_figures(numbers, extra or {})

    def evaluations(self) -> pd.DataFrame:
        """All evaluations in the order of their number, each with its search accuracy (replicate 0), and behind all
        else the figures that only some runs have.

        The designs themselves are what `designs` gives, of those that somebody looks at.
        """
        metrics = ", ".join(METRIC_COLUMNS)
        query = (
            f"SELECT number, generation, feasible, id, accuracy_key, typeof(design) AS design, {metrics} "
            "FROM evaluations ORDER BY number"
        )
        own = self._accuracies(
            "SELECT key, replicate, status, accuracy, standard_error, images FROM accuracies WHERE replicate = 0"
        )
        with self._named():
            rows = self._connection.execute(query)
            frame = checked_evaluations(rows, METRIC_COLUMNS, own.pop("key").tolist(), self.path)
        found = own.drop(columns="replicate").reindex(frame.pop("accuracy_row"))
        extra = dict(self.figure_columns(frame["number"].tolist()))
        clash = set(extra) & {*frame, *found}
        if clash:
            raise InputError(f"{self.path}: figures: {min(clash)} is the name of another column")
        return pd.concat([frame, found.set_axis(frame.index), pd.DataFrame(extra, index=frame.index)], axis=1)

    def homogeneous(self, evaluations: pd.DataFrame) -> np.ndarray:
        """Whether the designs of evaluations are the same in every layer, bool (P,).

        Those alone are parsed that may be, by their accuracy keys and at first sight.

        Args:
            evaluations: rows of `evaluations()`.
        """
        if evaluations.empty:
            return np.zeros(0, dtype=bool)
        first = self.designs(evaluations["number"].iloc[:1])[0]
        may_be = may_be_homogeneous(evaluations["accuracy_key"].tolist(), first.graph, first.image.size)
        query = "SELECT number, design FROM evaluations WHERE number IN ({})"
        candidates = self._rows(query, evaluations["number"][may_be].tolist())
        left = [number for number, text in candidates if not layers_differ(text)]
        same = np.array(left)[stack(self.designs(left)).homogeneous()] if left else []
        return evaluations["number"].isin(same).to_numpy()

    def designs(self, numbers: Iterable[int]) -> list[Design]:
        """The designs of the evaluations of some numbers, in their order.

        Raises:
            InputError: one isn't there, is no design, or another one than its id says.
        """
        wanted = [int(number) for number in numbers]
        query = "SELECT number, id, design FROM evaluations WHERE number IN ({})"
        there = {number: (identity, text) for number, identity, text in self._rows(query, wanted)}
        missing = set(wanted) - set(there)
        if missing:
            raise InputError(f"{self.path}: there is no evaluation {min(missing)}")
        return stored_designs((there[number] for number in wanted), self.path)
