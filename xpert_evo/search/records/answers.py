"""Which images each training classified rightly, a bit each: kept beside the accuracies, and read of a few designs."""

from __future__ import annotations

from collections.abc import Iterable

from xpert_evo.errors import InputError, in_short
from xpert_evo.search.records.rows import Rows

ANSWERS_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT NOT NULL, replicate INTEGER NOT NULL, epochs INTEGER NOT NULL, correct BLOB NOT NULL,
    PRIMARY KEY (key, replicate, epochs));
"""


class Answers(Rows):
    """The table `answers` of a run; whoever inherits it makes the table."""

    def answers(self, keys: Iterable[str], epochs: int = 0) -> dict[str, dict[int, bytes]]:
        """Which images were classified rightly, by accuracy key and replicate, see `AccuracyEstimate`.

        What isn't known is left out; runs of earlier versions know nothing of it.

        Args:
            epochs: of promotions; 0 for the search's own trainings and those with fresh seeds.

        Raises:
            InputError: what stands there are no bits.
        """
        found: dict[str, dict[int, bytes]] = {}
        if not self._has_table("answers"):
            return found
        query = "SELECT key, replicate, correct FROM answers WHERE epochs = ? AND key IN ({})"
        for key, replicate, right in self._rows(query, list(keys), epochs):
            if not isinstance(right, bytes) or not isinstance(replicate, int):
                raise InputError(f"{self.path}: answers, {in_short(str(key))}: the bits of a training are wanted")
            found.setdefault(key, {})[replicate] = right
        return found

    def _add_answers(self, key: str, replicate: int, epochs: int, right: bytes | None) -> None:
        """Within a transaction of the caller's."""
        if right is not None:
            row = (key, replicate, epochs, right)
            self._connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)
