"""What commands print on: tables on standard output, what is going on on error output."""

from __future__ import annotations

import errno
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from xpert_evo.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def table_console() -> Console:
    """Standard output, wide enough for tables."""
    console = Console()
    if not console.is_terminal:
        console.width = 110  # a file or a pipe has no width of its own
    return console


def waiting(text: str) -> Status:
    """Says on a terminal what takes its time within it: loading PyTorch does, and reading a large run."""
    return Console(stderr=True).status(escape(text))


def show_front(table: pd.DataFrame, as_json: bool) -> None:
    """A run's front, as JSON or as a table."""
    if as_json:
        print(table.to_json(orient="records", indent=1))
        return
    from xpert_evo.analysis.summary import front_rich_table

    table_console().print(front_rich_table(table))


def note(text: str) -> None:
    """A line beside the output."""
    Console(stderr=True).print(text, highlight=False, soft_wrap=True, markup=False)


class FrameWriter:
    """Puts a table together that comes in pieces: as CSV into a file, else as JSON or text on standard output.

    Nothing is seen of it before it is whole, and memory doesn't grow with it.

    Args:
        csv: file to be written; None for none.
        as_json: JSON on standard output, beside a file too.
        hidden: nothing on standard output.

    Raises:
        InputError: the file can't be written.
    """

    def __init__(self, csv: Path | None, as_json: bool, *, hidden: bool = False) -> None:
        self._csv, self._as_json, self._printed = csv, as_json, not hidden and (as_json or csv is None)
        self._text = tempfile.SpooledTemporaryFile(max_size=2**24, mode="w+", encoding="utf-8")  # noqa: SIM115
        self._rows = 0
        self._unfinished = csv
        if csv is not None and (csv.is_file() or not csv.exists()):  # no device and no pipe
            self._unfinished = csv.resolve().with_name(f"{csv.name}.tmp")

    def __enter__(self) -> FrameWriter:
        return self

    def add(self, frame: pd.DataFrame) -> None:
        """The next rows; columns are those of the first."""
        if self._unfinished is not None:
            with _named(self._csv):
                frame.to_csv(self._unfinished, mode="a" if self._rows else "w", header=not self._rows, index=False)
        if self._printed and self._as_json:
            rows = frame.to_json(orient="records", indent=1)[1:-1].strip("\n")
            self._text.write(f"{',' if self._rows else '['}\n{rows}")
        elif self._printed:
            self._text.write(frame.to_string(index=False, float_format=lambda value: f"{value:.5g}") + "\n")
        self._rows += len(frame)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._unfinished is not None and self._csv is not None and self._unfinished != self._csv:
            if kind is None and self._rows:
                with _named(self._csv):
                    self._unfinished.replace(self._csv.resolve())
            self._unfinished.unlink(missing_ok=True)
        if kind is None and self._printed:
            self._text.seek(0)
            shutil.copyfileobj(self._text, sys.stdout)
            if self._as_json:
                print("\n]")
        self._text.close()


@contextmanager
def _named(path: Path | None) -> Iterator[None]:
    """A file's name in what goes wrong with it."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise InputError(f"{path}: {error.strerror or error}") from error
