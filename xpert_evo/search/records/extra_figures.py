"""Figures of evaluations that only some runs have, such as those of functions of their user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

import numpy as np

from xpert_evo.errors import InputError, in_short
from xpert_evo.search.records.rows import Rows

FIGURES_SCHEMA = """
CREATE TABLE IF NOT EXISTS figures (
    name TEXT NOT NULL, number INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (name, number)) WITHOUT ROWID;
"""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_NAMES = 100


class ExtraFigures(Rows):
    """The table `figures` of a run; whoever inherits it makes the table."""

    def figures_of(self, names: Sequence[str], numbers: Sequence[int]) -> np.ndarray:
        """Figures of evaluations that are there, float64 (N, names).

        Raises:
            InputError: one is missing, or is no number.
        """
        found = np.full((len(numbers), len(names)), np.nan)
        rows = {number: row for row, number in enumerate(numbers)}
        query = "SELECT number, value FROM figures WHERE name = ? AND number IN ({})"
        for column, name in enumerate(names if self._has_table("figures") else ()):
            for number, value in self._rows(query, sorted(rows), name):
                found[rows[number], column] = self._number(name, number, value)
        self._require_all(found, names, numbers)
        return found

    def figure_columns(self, numbers: Sequence[int]) -> Iterator[tuple[str, np.ndarray]]:
        """Every figure of a run and its values, float64 (N,), of evaluations by rising number.

        Raises:
            InputError: one is missing, or is no number.
        """
        if not self._has_table("figures"):
            return
        with self._named():
            names = [row[0] for row in self._connection.execute("SELECT DISTINCT name FROM figures ORDER BY name")]
        if len(names) > MOST_NAMES or not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
            raise InputError(f"{self.path}: figures: names of a run's functions are wanted, at most {MOST_NAMES}")
        for name in names:
            with self._named():
                rows = self._connection.execute(
                    "SELECT number, value FROM figures WHERE name = ? ORDER BY number", (name,)
                ).fetchall()
            there = {number: self._number(name, number, value) for number, value in rows}
            values = np.array([there.get(number, np.nan) for number in numbers])
            self._require_all(values[:, None], [name], numbers)
            yield name, values

    def _add_figures(self, numbers: Sequence[int], figures: Mapping[str, np.ndarray]) -> None:
        """Within a transaction of the caller's."""
        for name, values in figures.items():
            rows = zip(repeat(name), numbers, values.tolist(), strict=False)
            self._connection.executemany("INSERT INTO figures VALUES (?, ?, ?)", rows)

    def _number(self, name: str, number: object, value: object) -> float:
        if not isinstance(value, int | float) or not np.isfinite(value):
            raise InputError(f"{self.path}: number {number}: {name} is {in_short(repr(value))}; a number is wanted")
        return float(value)

    def _require_all(self, values: np.ndarray, names: Sequence[str], numbers: Sequence[int]) -> None:
        missing = np.argwhere(np.isnan(values))
        if len(missing):
            row, column = missing[0]
            raise InputError(f"{self.path}: number {numbers[row]}: {names[column]} is missing")
