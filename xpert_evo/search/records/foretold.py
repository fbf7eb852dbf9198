"""What the search's predictor foretold of designs before they were trained, kept beside their accuracies."""

from __future__ import annotations

import math
from collections.abc import Iterable

from xpert_evo.errors import InputError, in_short
from xpert_evo.search.records.rows import Rows

FORETOLD_SCHEMA = "CREATE TABLE IF NOT EXISTS foretold (key TEXT PRIMARY KEY, accuracy REAL NOT NULL);"


class Foretold(Rows):
    """The table `foretold` of a run; whoever inherits it makes the table."""

    def add_foretold(self, accuracies: Iterable[tuple[str, float]]) -> None:
        """Accuracies by their key; what is known already stays: a run that is replayed foretells the same."""
        with self._named(), self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO foretold VALUES (?, ?)", accuracies)

    def foretold(self, keys: Iterable[str]) -> dict[str, float]:
        """Of some accuracy keys; what isn't known is left out, runs of earlier versions know nothing of it.

        Raises:
            InputError: what stands there is no accuracy.
        """
        if not self._has_table("foretold"):
            return {}
        found = dict(self._rows("SELECT key, accuracy FROM foretold WHERE key IN ({})", list(keys)))
        for key, accuracy in found.items():
            if not isinstance(accuracy, float) or not math.isfinite(accuracy):
                raise InputError(f"{self.path}: foretold, {in_short(str(key))}: an accuracy is wanted")
        return found
