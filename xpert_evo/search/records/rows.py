"""Queries of a run's sqlite file for many values at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xpert_evo.search.records.facts import Facts

MOST_PARAMETERS = 500  # of one query: sqlite's own limit was 999 once


class Rows(Facts):
    """Reads tables of a run; whoever inherits it makes them."""

    def _has_table(self, name: str) -> bool:
        """Whether a table is there: earlier versions had fewer, and a file that is only read gets none."""
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        with self._named():
            return self._connection.execute(query, (name,)).fetchone() is not None

    def _rows(self, query: str, values: Sequence[Any], *first: Any) -> Iterator[tuple]:
        """Rows of a query for any number of values, which stand where the query has braces."""
        for start in range(0, len(values), MOST_PARAMETERS):
            some = values[start : start + MOST_PARAMETERS]
            with self._named():
                found = self._connection.execute(query.format(", ".join("?" * len(some))), (*first, *some)).fetchall()
            yield from found
