"""The facts of a run: texts by their keys in its sqlite file, and how that file is opened and its errors are told."""

from __future__ import annotations

import errno
import math
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.errors import InputError, in_short
from xpert_evo.files import parse_json

Content = TypeVar("Content", bound=dict | list)

MOST_SECONDS = 1e11  # some 3,000 years: more is no time


def opened_to_read(path: Path) -> sqlite3.Connection:
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


class Facts:
    """What is known of a run as a whole; whoever inherits it opens the file, with a table `run` in it."""

    path: Path
    _connection: sqlite3.Connection

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

    def number(self, key: str) -> int | None:
        """A fact of the run that is a count, or None."""
        text = self.get(key)
        if text is not None and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InputError(f"{self.path}: run, {key}: {in_short(text)} is no count")
        return None if text is None else int(text)

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
