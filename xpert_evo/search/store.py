"""The run's memory: every accuracy and every evaluation, in one sqlite file.

Accuracies are keyed by what determines them (channel depths, ADC and input precisions, and the replicate,
which picks the seed; the rest is fixed for a run). They are written the moment they exist, so that a run
that was stopped replays in seconds and goes on where it was. Promotions, trainings for longer, have a table of their
own, keyed by their epochs as well.
"""

from __future__ import annotations

import errno
import json
import math
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from xpert_evo.design.designs import ADC_TYPES, Design
from xpert_evo.errors import InputError, in_short
from xpert_evo.files import parse_json
from xpert_evo.search.stored import checked_accuracies, checked_evaluations

Content = TypeVar("Content", bound=dict | list)

STORE_FORMAT = "xpert-evo/store-1"
OK, FAILED, LOST = "ok", "failed", "lost"  # of accuracies: there is one; the design has none; the machine gave none
MOST_SECONDS = 1e11  # some 3,000 years: more is no time
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
COMMIT;
"""


def _opened_to_read(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, but for what a process that was killed while it wrote has left to be undone."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error):
            raise
        connection.close()
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return connection


@dataclass(frozen=True)
class StoredAccuracy:
    """One row of the table of accuracies.

    Attributes:
        status: `OK`, `FAILED` where the design itself can't be trained, or `LOST` where the machine failed, again and
            again; figures are there for the first alone.
        error: what went wrong; of one that is ok, why it was tried more than once.
    """

    key: str
    replicate: int
    status: str
    accuracy: float | None = None
    standard_error: float | None = None
    images: int | None = None
    seconds: float | None = None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether there is an accuracy."""
        return self.status == OK


class Store:
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
                self._connection = _opened_to_read(self.path)
            else:
                self._connection = sqlite3.connect(self.path)
                if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone() or self.get("format"):
                    self._connection.executescript(_SCHEMA)  # with its format: a store is none, or whole
        version = self.get("format")
        if version != STORE_FORMAT:
            shown = in_short(repr(version))
            raise InputError(f"{self.path}: format is {shown}, {STORE_FORMAT!r} is wanted")

    @contextmanager
    def _named(self) -> Iterator[None]:
        """sqlite's errors as ours, with the file's name."""
        try:
            yield
        except sqlite3.Error as error:
            if "full" in str(error) or "disk I/O" in str(error):
                raise OSError(errno.ENOSPC, str(error), str(self.path)) from error
            damaged = "not a database" in str(error) or "malformed" in str(error)
            what = "is no store of a run, or a damaged one" if damaged else "the store of a run can't be used"
            raise InputError(f"{self.path}: {what} ({in_short(str(error))})") from error

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def get(self, key: str) -> str | None:
        """A fact of the run, or None."""
        with self._named():
            row = self._connection.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        if row and not isinstance(row[0], str):
            raise InputError(f"{self.path}: run, {key}: {in_short(repr(row[0]))} is no text")
        return row[0] if row else None

    def seconds(self, key: str) -> float:
        """A fact of the run that is a time; 0 where it isn't known."""
        text = self.get(key) or "0"
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value <= MOST_SECONDS:
            raise InputError(f"{self.path}: run, {key}: {in_short(text)} is no number of seconds")
        return value

    def seed(self) -> int | None:
        """The run's, or None."""
        text = self.get("seed")
        if text is not None and not re.fullmatch(r"\d{1,20}", text):
            raise InputError(f"{self.path}: run, seed: {in_short(text)} is no whole number")
        return None if text is None else int(text)

    def content(self, key: str, kind: type[Content]) -> Content:
        """A fact of the run that is a JSON list or object; an empty one where it isn't known."""
        text = self.get(key)
        if text is None:
            return kind()
        content = parse_json(text, f"{self.path}: run, {key}")
        if not isinstance(content, kind):
            raise InputError(f"{self.path}: run, {key}: {in_short(text)} is no {kind.__name__}")
        return content

    def baselines(self) -> dict[str, str]:
        """ADC type -> id of the homogeneous baseline with it."""
        found = self.content("baselines", dict)
        for kind, identity in found.items():
            if kind not in ADC_TYPES or not isinstance(identity, str):
                raise InputError(f"{self.path}: run, baselines: {in_short(repr(kind))} is no ADC type with an id")
        return found

    def put(self, key: str, value: str) -> None:
        """Writes a fact of the run."""
        with self._named(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, value))

    def accuracy(self, key: str, replicate: int) -> StoredAccuracy | None:
        """What is known of one accuracy, or None."""
        with self._named():
            row = self._connection.execute(
                "SELECT * FROM accuracies WHERE key = ? AND replicate = ?", (key, replicate)
            ).fetchone()
        return StoredAccuracy(*row) if row else None

    def add_accuracy(self, accuracy: StoredAccuracy) -> None:
        """Writes one accuracy; it must be new."""
        fields = vars(accuracy)
        marks = ", ".join("?" for _ in fields)
        with self._named(), self._connection:
            self._connection.execute(f"INSERT INTO accuracies VALUES ({marks})", tuple(fields.values()))

    def add_promotion(self, epochs: int, accuracy: StoredAccuracy) -> None:
        """Writes the accuracy of a training for so many epochs; it must be new."""
        fields = {name: value for name, value in vars(accuracy).items() if name != "replicate"}
        with self._named(), self._connection:
            self._connection.execute(
                "INSERT INTO promotions (epochs, key, status, accuracy, standard_error, images, seconds, error) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (epochs, *fields.values()),
            )

    def add_evaluation(
        self,
        number: int,
        *,
        generation: int,
        design: Design,
        accuracy_key: str,
        feasible: bool,
        metrics: Mapping[str, float],
    ) -> None:
        """Writes the number-th evaluation. A replayed one must be the one that stands there.

        Raises:
            InputError: another design stands there: the run was made by other code or on another machine.
        """
        with self._named():
            row = self._connection.execute("SELECT id FROM evaluations WHERE number = ?", (number,)).fetchone()
        if row is not None:
            if row[0] != design.id:
                raise InputError(
                    f"{self.path}: evaluation {number} was {row[0]} and is now {design.id}; the run was made by "
                    "another version or on another machine and can't be continued here"
                )
            return
        values = (
            number,
            generation,
            design.id,
            accuracy_key,
            int(feasible),
            json.dumps(design.to_json()),
            *(float(metrics[name]) for name in METRIC_COLUMNS),
        )
        marks = ", ".join("?" for _ in values)
        with self._named(), self._connection:
            self._connection.execute(f"INSERT INTO evaluations VALUES ({marks})", values)

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
        with self._named(), self._connection:
            self._connection.execute(
                "DELETE FROM evaluations WHERE number >= (SELECT MIN(number) FROM evaluations WHERE accuracy_key IN "
                "(SELECT key FROM accuracies WHERE status = ? AND replicate = 0))",
                (LOST,),
            )
            return self._connection.execute("DELETE FROM accuracies WHERE status = ?", (LOST,)).rowcount

    def accuracies(self) -> pd.DataFrame:
        """All accuracies, in the order of key and replicate."""
        return checked_accuracies(self._frame("SELECT * FROM accuracies ORDER BY key, replicate"), self.path)

    def evaluations(self) -> pd.DataFrame:
        """All evaluations in the order of their number, each with its search accuracy (replicate 0)."""
        frame = self._frame(
            "SELECT e.*, a.status, a.accuracy, a.standard_error, a.images FROM evaluations e "
            "LEFT JOIN accuracies a ON a.key = e.accuracy_key AND a.replicate = 0 ORDER BY number"
        )
        return checked_evaluations(frame, METRIC_COLUMNS, self.path)

    def promotions(self) -> pd.DataFrame:
        """All trainings for longer, in the order of key and epochs."""
        return checked_accuracies(self._frame("SELECT * FROM promotions ORDER BY key, epochs"), self.path)

    def _frame(self, query: str) -> pd.DataFrame:
        try:
            with self._named():
                return pd.read_sql(query, self._connection)
        except pd.errors.DatabaseError as error:  # pandas wraps sqlite's
            raise InputError(
                f"{self.path}: can't be used as the store of a run ({in_short(str(error.__cause__ or error))})"
            ) from error
