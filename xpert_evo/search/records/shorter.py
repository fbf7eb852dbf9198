"""What trainings came to that were shorter than the run's own: they chose which designs were trained for longer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xpert_evo.search.records.accuracies import LOST, StoredAccuracy
from xpert_evo.search.records.rows import Rows
from xpert_evo.search.records.stored import checked_accuracies

SHORTER_SCHEMA = """
CREATE TABLE IF NOT EXISTS shorter (
    key TEXT NOT NULL, epochs INTEGER NOT NULL, generation INTEGER NOT NULL, status TEXT NOT NULL,
    accuracy REAL, standard_error REAL, images INTEGER, seconds REAL, error TEXT,
    PRIMARY KEY (key, epochs));
"""
_COLUMNS = "key, epochs, status, accuracy, standard_error, images, seconds, error"


class Shorter(Rows):
    """The table `shorter` of a run; whoever inherits it makes the table."""

    def add_shorter(self, epochs: int, generation: int, found: StoredAccuracy) -> None:
        """Writes the accuracy of a training for so many epochs, which a generation asked for; it must be new."""
        fields = {name: value for name, value in vars(found).items() if name not in ("replicate", "right")}
        row = {"epochs": epochs, "generation": generation, **fields}
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        with self._named(), self._connection:
            self._connection.execute(f"INSERT INTO shorter ({names}) VALUES ({marks})", tuple(row.values()))

    def shorter_of(self, keys: Sequence[str], epochs: int) -> dict[str, StoredAccuracy]:
        """Those of some keys that are known, by key."""
        query = f"SELECT {_COLUMNS} FROM shorter WHERE epochs = ? AND key IN ({{}})"
        return {key: StoredAccuracy(key, 0, *rest) for key, _, *rest in self._rows(query, keys, epochs)}

    def shorter(self) -> pd.DataFrame:
        """All of them, in the order of epochs and key; none of a run of an earlier version.

        Raises:
            InputError: what stands there are no trainings.
        """
        if not self._has_table("shorter"):
            return pd.DataFrame(columns=_COLUMNS.split(", "))
        with self._named():
            rows = self._connection.execute(f"SELECT {_COLUMNS} FROM shorter ORDER BY epochs, key")
            return checked_accuracies(rows, self.path)

    def _first_lost_shorter(self) -> int | None:
        """The first generation that asked for one which the machine lost."""
        query = "SELECT MIN(generation) FROM shorter WHERE status = ?"
        found: int | None = self._connection.execute(query, (LOST,)).fetchone()[0]
        return found
