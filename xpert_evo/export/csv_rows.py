"""A small CSV file as rows of cells, and cells as whole numbers; what is wrong is said with row and column."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from xpert_evo.errors import InputError, in_short
from xpert_evo.files import read_text

MOST_BYTES = 2**20  # a table of 26 rows has about 1,000
LARGEST_NUMBER = 4096  # channels of the widest layer; no column of a layer table goes beyond


@dataclass(frozen=True)
class Row:
    """One row that isn't blank.

    Attributes:
        number: the line of the file where it begins, counted from 1.
        cells: without the blanks around them.
    """

    number: int
    cells: tuple[str, ...]


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file; empty where the file is.

    Raises:
        InputError: the file can't be read, is larger than `MOST_BYTES`, isn't UTF-8 or isn't CSV.
    """
    return parse_rows(read_text(path, "a layer table (CSV)", most_bytes=MOST_BYTES), str(path))


def parse_rows(text: str, where: str) -> list[Row]:
    """The rows of a CSV text; a byte-order mark and blank rows are passed over.

    Args:
        where: the file, for messages.

    Raises:
        InputError: a cell is larger than a CSV reader takes.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    rows, number = [], 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append(Row(number, stripped))
            number = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{where}: row {number}: not CSV ({error}); a layer table (CSV) is wanted") from error
    return rows


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number of any kind."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def is_header(row: Row) -> bool:
    """Whether no cell of a row is a number."""
    return not any(map(is_number, row.cells))


def names_match(row: Row, columns: tuple[str, ...]) -> bool:
    """Whether a header names the columns, be it in other case, with other signs or without what is in brackets."""
    return list(map(_letters, row.cells)) == list(map(_letters, columns))


def require_names(row: Row, columns: tuple[str, ...], where: str) -> None:
    """Looks whether a header names the columns in their order.

    Raises:
        InputError: it doesn't; the message says what stands where.
    """
    _require_columns(row, columns, where)
    for cell, name in zip(row.cells, columns, strict=True):
        if _letters(cell) != _letters(name):
            raise InputError(
                f"{where}: row {row.number}, {name}: the header has {in_short(repr(cell))}; valid is "
                f"{', '.join(columns)}, or no header"
            )


def whole_numbers(row: Row, columns: tuple[str, ...], where: str) -> list[int]:
    """The cells of a row, one a column, from 0 to `LARGEST_NUMBER`.

    Raises:
        InputError: the row has more or fewer cells, or one is no such number.
    """
    _require_columns(row, columns, where)
    for cell, name in zip(row.cells, columns, strict=True):
        # The length is looked at first: int() raises on thousands of digits.
        digits = cell.isascii() and cell.isdigit() and len(cell) <= len(str(LARGEST_NUMBER))
        if not digits or int(cell) > LARGEST_NUMBER:
            raise InputError(
                f"{where}: row {row.number}, {name}: {in_short(repr(cell))}; "
                f"a whole number from 0 to {LARGEST_NUMBER} is wanted"
            )
    return [int(cell) for cell in row.cells]


def _require_columns(row: Row, columns: tuple[str, ...], where: str) -> None:
    if len(row.cells) != len(columns):
        raise InputError(
            f"{where}: row {row.number}: {len(row.cells)} columns ({in_short(repr(','.join(row.cells)))}); "
            f"{len(columns)} are wanted, with commas between them"
        )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]+", " ", name.partition("(")[0].lower()).strip()
