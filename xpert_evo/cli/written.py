"""Tables and lists that come in pieces: seen when they are whole, or not at all; memory doesn't grow with them."""

from __future__ import annotations

import errno
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xpert_evo.cli.consoles import SEE_ALL, print_left_out, print_sheet, sheet_text
from xpert_evo.cli.tables import Sheet
from xpert_evo.errors import InputError
from xpert_evo.whole import whole

if TYPE_CHECKING:
    import pandas as pd

_IN_MEMORY = 2**24  # characters of what is to be printed


def show(frame: pd.DataFrame, sheet: Callable[[], Sheet], as_json: bool, csv: Path | None) -> None:
    """Shows a table: in a CSV file, or else printed; as JSON it is printed in any case.

    Args:
        sheet: gives the table as it is printed.

    Raises:
        InputError: the file can't be written.
    """
    with CsvFile(csv) as file:
        file.add(frame)
    if as_json:
        print(frame.to_json(orient="records", indent=1))
    elif csv is None:
        print_sheet(sheet())


class CsvFile:
    """A CSV file that comes in pieces; see `whole.whole`.

    Args:
        path: None: nothing is written.

    Raises:
        InputError: the file can't be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = self._unfinished = path
        self._begun = False
        self._end = ExitStack()

    def __enter__(self) -> CsvFile:
        if self._path is not None:
            target = self._path.resolve() if self._path.is_file() else self._path  # a link stays one
            self._unfinished = self._end.enter_context(whole(target))
        return self

    def add(self, frame: pd.DataFrame) -> None:
        """The next rows; columns are those of the first."""
        if self._path is None:
            return
        with _named(self._path):
            frame.to_csv(self._unfinished, mode="a" if self._begun else "w", header=not self._begun, index=False)
        self._begun = True

    def __exit__(self, *error: Any) -> None:
        if self._path is not None:
            with _named(self._path):
                self._end.__exit__(*error)


class Printed:
    """Tables, or the rows of one JSON list, for standard output.

    Args:
        see_all: where the columns can be seen that don't fit.
    """

    def __init__(self, see_all: str = SEE_ALL) -> None:
        self._text = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8")  # noqa: SIM115
        self._see_all, self._left_out, self._rows, self._begun = see_all, list[str](), 0, False

    def add_sheet(self, sheet: Sheet) -> None:
        """One more table."""
        text, left_out = sheet_text(sheet)
        self._text.write(("\n" if self._begun else "") + text)
        self._begun = True
        self._left_out += [head for head in left_out if head not in self._left_out]

    def add_rows(self, rows: Iterable[dict[str, Any]]) -> None:
        """More rows of the list."""
        for row in rows:
            self._text.write(f"{',' if self._rows else '['}\n{json.dumps(row, indent=1)}")
            self._rows += 1

    def close(self, *, show: bool) -> None:
        """Nothing follows; what was added is printed, or forgotten."""
        if show:
            self._text.write("\n]\n" if self._rows else "")
            self._text.seek(0)
            shutil.copyfileobj(self._text, sys.stdout)
            print_left_out(self._left_out, self._see_all)
        self._text.close()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """A file's name in what goes wrong with it."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise InputError(f"{path}: {error.strerror or error}") from error
