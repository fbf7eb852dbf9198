"""What trainings came to: a run's tables of accuracies and of promotions.

Accuracies are keyed by what determines them (channel depths, ADC and input precisions, and the replicate, which picks
the seed; the rest is fixed for a run). Promotions, trainings for longer, have a table of their own, keyed by their
epochs as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from xpert_evo.search.records.answers import Answers
from xpert_evo.search.records.stored import checked_accuracies

OK, FAILED, LOST = "ok", "failed", "lost"  # of accuracies: there is one; the design has none; the machine gave none

ACCURACIES_SCHEMA = """
CREATE TABLE IF NOT EXISTS accuracies (
    key TEXT NOT NULL, replicate INTEGER NOT NULL, status TEXT NOT NULL,
    accuracy REAL, standard_error REAL, images INTEGER, seconds REAL, error TEXT,
    PRIMARY KEY (key, replicate));
CREATE TABLE IF NOT EXISTS promotions (
    key TEXT NOT NULL, epochs INTEGER NOT NULL, status TEXT NOT NULL,
    accuracy REAL, standard_error REAL, images INTEGER, seconds REAL, error TEXT,
    PRIMARY KEY (key, epochs));
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


class Accuracies(Answers):
    """The tables `accuracies` and `promotions` of a run; whoever inherits it makes the tables."""

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

    def _accuracies(self, query: str) -> pd.DataFrame:
        with self._named():
            return checked_accuracies(self._connection.execute(query), self.path)
