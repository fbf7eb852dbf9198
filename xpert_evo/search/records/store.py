"""The run's memory: every accuracy and every evaluation, in one sqlite file.

They are written the moment they exist, so that a run that was stopped replays in seconds and goes on where it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from xpert_evo.errors import InputError, in_short
from xpert_evo.search.records.accuracies import ACCURACIES_SCHEMA, LOST
from xpert_evo.search.records.answers import ANSWERS_SCHEMA
from xpert_evo.search.records.evaluations import EVALUATIONS_SCHEMA, Evaluations
from xpert_evo.search.records.extra_figures import FIGURES_SCHEMA
from xpert_evo.search.records.facts import opened_to_read
from xpert_evo.search.records.foretold import FORETOLD_SCHEMA, Foretold
from xpert_evo.search.records.rounds import ROUNDS_SCHEMA, Rounds
from xpert_evo.search.records.shorter import SHORTER_SCHEMA, Shorter

STORE_FORMAT = "xpert-evo/store-1"
PAGE_BYTES = 16_384  # some ten designs: of sqlite's own 4,096 a quarter would stay empty

_SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO run VALUES ('format', '{STORE_FORMAT}');
{ACCURACIES_SCHEMA}
{EVALUATIONS_SCHEMA}
{ROUNDS_SCHEMA}
{SHORTER_SCHEMA}
{ANSWERS_SCHEMA}
{FORETOLD_SCHEMA}
{FIGURES_SCHEMA}
COMMIT;
"""


class Store(Evaluations, Foretold, Rounds, Shorter):
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

    def empty(self) -> bool:
        """Whether nothing was found yet."""
        found = "SELECT EXISTS (SELECT 1 FROM evaluations) OR EXISTS (SELECT 1 FROM accuracies)"
        with self._named():
            return not self._connection.execute(found).fetchone()[0]

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

    def forget_lost(self) -> int:
        """Takes away the accuracies that the machine lost, and what was evaluated from the first of them on.

        The accuracies that were found later stay, so that a search which goes on comes to what it would have come to on
        a machine that didn't fail.

        Returns:
            How many were lost.
        """
        first = (
            "SELECT MIN(number) FROM evaluations WHERE generation >= ? OR accuracy_key IN "
            "(SELECT key FROM accuracies WHERE status = ? AND replicate = 0)"
        )
        with self._named(), self._connection:
            number = self._connection.execute(first, (self._first_lost_shorter(), LOST)).fetchone()[0]
            self._connection.execute(
                "DELETE FROM rounds WHERE generation >= (SELECT generation FROM evaluations WHERE number = ?)",
                (number,),
            )
            self._forget_from(number)
            lost = [
                self._connection.execute(f"DELETE FROM {table} WHERE status = ?", (LOST,)).rowcount
                for table in ("accuracies", "shorter")
            ]
        return sum(lost)

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
