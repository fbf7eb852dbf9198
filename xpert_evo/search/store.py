"""The run's memory: every accuracy and every evaluation, in one sqlite file.

Accuracies are keyed by what determines them (channel depths, ADC and input precisions, and the replicate,
which picks the seed; the rest is fixed for a run). They are written the moment they exist, so that a run
that was stopped replays in seconds and goes on where it was. Promotions, trainings for longer, have a table of their
own, keyed by their epochs as well.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import numpy as np
import pandas as pd

from xpert_evo.design.designs import Design, stack
from xpert_evo.errors import InputError, in_short
from xpert_evo.files import parse_json
from xpert_evo.search.answers import ANSWERS_SCHEMA, Answers
from xpert_evo.search.extra_figures import FIGURES_SCHEMA, ExtraFigures
from xpert_evo.search.facts import opened_to_read
from xpert_evo.search.foretold import FORETOLD_SCHEMA, Foretold
from xpert_evo.search.keys import may_be_homogeneous
from xpert_evo.search.stored import (
    checked_accuracies,
    checked_evaluations,
    checked_metrics,
    layers_differ,
    stored_designs,
)

STORE_FORMAT = "xpert-evo/store-1"
OK, FAILED, LOST = "ok", "failed", "lost"  # of accuracies: there is one; the design has none; the machine gave none
PAGE_BYTES = 16_384  # some ten designs: of sqlite's own 4,096 a quarter would stay empty
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

_SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO run VALUES ('format', '{STORE_FORMAT}');
CREATE TABLE IF NOT EXISTS accuracies (
    key TEXT NOT NULL, replicate INTEGER NOT NULL, status TEXT NOT NULL,
    accuracy REAL, standard_error REAL, images INTEGER, seconds REAL, error TEXT,
    PRIMARY KEY (key, replicate));
CREATE TABLE IF NOT EXISTS promotions (
    key TEXT NOT NULL, epochs INTEGER NOT NULL, status TEXT NOT NULL,
    accuracy REAL, standard_error REAL, images INTEGER, seconds REAL, error TEXT,
    PRIMARY KEY (key, epochs));
CREATE TABLE IF NOT EXISTS evaluations (
    number INTEGER PRIMARY KEY, generation INTEGER NOT NULL, id TEXT NOT NULL, accuracy_key TEXT NOT NULL,
    feasible INTEGER NOT NULL, design TEXT NOT NULL, {", ".join(f"{name} REAL" for name in METRIC_COLUMNS)});
CREATE TABLE IF NOT EXISTS rounds (generation INTEGER PRIMARY KEY, content TEXT NOT NULL);
{ANSWERS_SCHEMA}
{FORETOLD_SCHEMA}
{FIGURES_SCHEMA}
COMMIT;
"""


@dataclass(frozen=True)
class StoredAccuracy:
    """One row of the table of accuracies.

    Attributes:
        status: `OK`, `FAILED` where the design itself can't be trained, or `LOST` where the machine failed, again and
            again; figures are there for the first alone.
        error: what went wrong; of one that is ok, why it was tried more than once.
        right: which images were classified rightly, see `AccuracyEstimate`; kept beside the table, not read with it.
    """

    key: str
    replicate: int
    status: str
    accuracy: float | None = None
    standard_error: float | None = None
    images: int | None = None
    seconds: float | None = None
    error: str | None = None
    right: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether there is an accuracy."""
        return self.status == OK


class Store(Answers, Foretold, ExtraFigures):
    """The sqlite file of one run. Every write is committed at once.

    Args:
        path: of the file.
        read_only: nothing is made or written, so that a folder that can't be written is read as well.

    Raises:
        InputError: the file is no store of this format. All methods raise it where sqlite can't go on, and `OSError`
            where the disk is full.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        self.path = Path(path)
        with self._named():
            if read_only:
                self._connection = opened_to_read(self.path)
            else:
                self._connection = sqlite3.connect(self.path)
                self._connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a file that is yet to be made
                if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone() or self.get("format"):
                    self._connection.executescript(_SCHEMA)  # with its format: a store is none, or whole
        version = self.get("format")
        if version != STORE_FORMAT:
            shown = in_short(repr(version))
            raise InputError(f"{self.path}: format is {shown}, {STORE_FORMAT!r} is wanted")

    def accuracy(self, key: str, replicate: int) -> StoredAccuracy | None:
        """What is known of one accuracy, or None."""
        with self._named():
            row = self._connection.execute(
                "SELECT * FROM accuracies WHERE key = ? AND replicate = ?", (key, replicate)
            ).fetchone()
        return StoredAccuracy(*row) if row else None

    def add_accuracy(self, accuracy: StoredAccuracy) -> None:
        """Writes one accuracy; it must be new."""
        fields = {name: value for name, value in vars(accuracy).items() if name != "right"}
        marks = ", ".join("?" for _ in fields)
        with self._named(), self._connection:
            self._connection.execute(f"INSERT INTO accuracies VALUES ({marks})", tuple(fields.values()))
            self._add_answers(accuracy.key, accuracy.replicate, 0, accuracy.right)

    def add_promotion(self, epochs: int, accuracy: StoredAccuracy) -> None:
        """Writes the accuracy of a training for so many epochs; it must be new."""
        fields = {name: value for name, value in vars(accuracy).items() if name not in ("replicate", "right")}
        with self._named(), self._connection:
            self._connection.execute(
                "INSERT INTO promotions (epochs, key, status, accuracy, standard_error, images, seconds, error) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (epochs, *fields.values()),
            )
            self._add_answers(accuracy.key, accuracy.replicate, epochs, accuracy.right)

    def accuracies_of(self, keys: Sequence[str], replicate: int = 0) -> dict[str, StoredAccuracy]:
        """Those of some keys that are known, by key."""
        query = "SELECT * FROM accuracies WHERE replicate = ? AND key IN ({})"
        return {row[0]: StoredAccuracy(*row) for row in self._rows(query, keys, replicate)}

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

    def add_round(self, generation: int, report: Mapping[str, float]) -> None:
        """Writes what the algorithm reports of a generation; of one that is replayed it stands there already."""
        with self._named(), self._connection:
            self._connection.execute("INSERT OR IGNORE INTO rounds VALUES (?, ?)", (generation, json.dumps(report)))

    def rounds(self) -> list:
        """What the algorithm reported of its generations, in their order."""
        whole = self.content("rounds", list)  # as earlier versions wrote it
        if not self._has_table("rounds"):
            return whole
        with self._named():
            texts = self._connection.execute("SELECT generation, content FROM rounds ORDER BY generation").fetchall()
        rounds = [parse_json(str(text), f"{self.path}: rounds, {in_short(str(number))}") for number, text in texts]
        return rounds + whole[len(rounds) :]  # where a run of an earlier version is being continued

    def empty(self) -> bool:
        """Whether nothing was found yet."""
        found = "SELECT EXISTS (SELECT 1 FROM evaluations) OR EXISTS (SELECT 1 FROM accuracies)"
        with self._named():
            return not self._connection.execute(found).fetchone()[0]

    def forget_lost(self) -> int:
        """Takes away the accuracies that the machine lost, and what was evaluated from the first of them on.

        The accuracies that were found later stay, so that a search which goes on comes to what it would have come to on
        a machine that didn't fail.

        Returns:
            How many were lost.
        """
        first = (
            "SELECT MIN(number), MIN(generation) FROM evaluations WHERE accuracy_key IN "
            "(SELECT key FROM accuracies WHERE status = ? AND replicate = 0)"
        )
        with self._named(), self._connection:
            number, generation = self._connection.execute(first, (LOST,)).fetchone()
            self._forget_from(number)
            self._connection.execute("DELETE FROM rounds WHERE generation >= ?", (generation,))
            return self._connection.execute("DELETE FROM accuracies WHERE status = ?", (LOST,)).rowcount

    def begin_rivals(self, number: int) -> None:
        """Notes that all evaluations from a number on are of rivals, which aren't the search's own."""
        self.put("rivals_from", str(number))

    def forget_rivals(self) -> None:
        """Takes away what was evaluated of rivals; their accuracies stay. A search that goes on may choose others."""
        first = self.number("rivals_from")
        if first is not None:
            with self._named(), self._connection:
                self._forget_from(first)
                self._connection.execute("DELETE FROM run WHERE key = 'rivals_from'")

    def _forget_from(self, number: int | None) -> None:
        """Takes away the evaluations from a number on, within a transaction of the caller's."""
        for table in ("evaluations", "figures"):
            self._connection.execute(f"DELETE FROM {table} WHERE number >= ?", (number,))

    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are: `evaluations`, `distinct_trainings`, `repeated_trainings`."""
        query = (
            "SELECT (SELECT COUNT(*) FROM evaluations), COUNT(*) FILTER (WHERE replicate = 0), COUNT(*) FROM accuracies"
        )
        with self._named():
            evaluations, distinct, trainings = self._connection.execute(query).fetchone()
        return {
            "evaluations": evaluations,
            "distinct_trainings": distinct,
            "repeated_trainings": trainings - distinct,
        }

    def accuracies(self) -> pd.DataFrame:
        """All accuracies, in the order of key and replicate."""
        return self._accuracies("SELECT * FROM accuracies ORDER BY key, replicate")

    def repeated_accuracies(self) -> pd.DataFrame:
        """Those with fresh seeds alone, in the same order: few, where there are millions of others."""
        return self._accuracies("SELECT * FROM accuracies WHERE replicate <> 0 ORDER BY key, replicate")

    def troubled_accuracies(self) -> pd.DataFrame:
        """Those that there are none of, or not at the first try, in the same order."""
        return self._accuracies(
            f"SELECT * FROM accuracies WHERE status <> '{OK}' OR error IS NOT NULL ORDER BY key, replicate"
        )

    def promotions(self) -> pd.DataFrame:
        """All trainings for longer, in the order of key and epochs."""
        return self._accuracies("SELECT * FROM promotions ORDER BY key, epochs")

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

    def _accuracies(self, query: str) -> pd.DataFrame:
        with self._named():
            return checked_accuracies(self._connection.execute(query), self.path)
