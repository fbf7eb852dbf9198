"""Tables that fit a terminal: whole columns are left out, the least important first, and no number or id is cut."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

GAP = 2  # characters between columns
_PIECES = re.compile(r"\([^)]*\)|\S+")  # a head is broken at spaces, but not within a unit
_GLUE = "\u00a0"
_SPELT = str.maketrans({"²": "2", "µ": "u", "±": "+-", "─": "-", "·": ";"})


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        head: what it holds, in the field's terms, with its unit in parentheses.
        cells: text, a cell a row.
        rank: 0 is always shown; of the others the highest is left out first.
        names: names stand at the left, numbers at the right.
        breaks: whether cells may be broken at spaces.
    """

    head: str
    cells: Sequence[str]
    rank: int = 0
    names: bool = False
    breaks: bool = False

    def least_width(self) -> int:
        """With its head broken, and its cells where they may be."""
        pieces = [word for cell in self.cells for word in cell.split()] if self.breaks else self.cells
        return max(map(cell_len, (*_PIECES.findall(self.head), *pieces)), default=0)

    def full_width(self) -> int:
        """With nothing broken."""
        return max(map(cell_len, (self.head, *self.cells)))


@dataclass(frozen=True)
class Sheet:
    """A table of which it isn't known yet how wide it may be.

    Attributes:
        title: stands above it.
        columns: of equal length.
        remarks: sentences below it.
    """

    title: str
    columns: Sequence[Column]
    remarks: Sequence[str] = ()

    def spelt(self, encoding: str) -> Sheet:
        """The same in letters that an encoding has."""
        columns = [
            replace(column, head=spelt(column.head, encoding), cells=[spelt(cell, encoding) for cell in column.cells])
            for column in self.columns
        ]
        return Sheet(spelt(self.title, encoding), columns, [spelt(remark, encoding) for remark in self.remarks])


@dataclass(frozen=True)
class Fitted:
    """The lines of a table without its title and remarks, and the heads of the columns that were left out."""

    head: list[str]
    body: list[str]
    left_out: list[str]


def fitted(sheet: Sheet, width: int | None) -> Fitted:
    """A table in lines of at most `width` characters; wider only where the columns of rank 0 don't fit.

    Args:
        width: None where there is no limit.
    """
    kept = list(sheet.columns)
    while width is not None and _whole(column.least_width() for column in kept) > width:
        least = max(reversed(kept), key=lambda column: column.rank)
        if not least.rank:
            break
        kept.remove(least)
    widths = _widths(kept, width)
    heads = [_filled(_PIECES.findall(column.head), each) for column, each in zip(kept, widths, strict=True)]
    tallest = max(map(len, heads))
    heads = [[""] * (tallest - len(head)) + head for head in heads]  # they stand on the rule below them
    rule = (" " * GAP).join("─" * each for each in widths)
    body = []
    for row in zip(*(column.cells for column in kept), strict=True):
        cells = [
            _filled(cell.split(), each) if column.breaks else [cell]
            for column, cell, each in zip(kept, row, widths, strict=True)
        ]
        body += _lines(cells, kept, widths)
    left_out = [column.head for column in sheet.columns if column not in kept]
    return Fitted([*_lines(heads, kept, widths), rule], body, left_out)


def wrapped(text: str, width: int | None) -> str:
    """A text broken at spaces alone: paths, ids and percentages stay whole. As it is where there is no limit."""
    if width is None:
        return text
    whole = text.replace(" +- ", f"{_GLUE}+-{_GLUE}").replace(" %", f"{_GLUE}%")
    return textwrap.fill(whole, width, break_long_words=False, break_on_hyphens=False).replace(_GLUE, " ")


def spelt(text: str, encoding: str) -> str:
    """A text whose signs and rules are spelt in ASCII where an encoding lacks one of them."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return text.translate(_SPELT)
    return text


def _whole(widths: Iterable[int]) -> int:
    each = list(widths)
    return sum(each) + GAP * (len(each) - 1)


def _widths(columns: Sequence[Column], width: int | None) -> list[int]:
    """The least widths, and what room there is besides to the first columns that it makes whole."""
    if width is None:
        return [column.full_width() for column in columns]
    widths = [column.least_width() for column in columns]
    for number, column in enumerate(columns):
        spare = width - _whole(widths)
        missing = column.full_width() - widths[number]
        if missing <= spare or column.breaks:
            widths[number] += max(0, min(missing, spare))
    return widths


def _filled(words: Sequence[str], width: int) -> list[str]:
    """Words in lines; one that is too long has a line of its own."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and cell_len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _lines(cells: Sequence[Sequence[str]], columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    """A row, whose cells may have several lines."""
    result = []
    for number in range(max(map(len, cells))):
        parts = []
        for cell, column, width in zip(cells, columns, widths, strict=True):
            text = cell[number] if number < len(cell) else ""
            padding = " " * (width - cell_len(text))
            parts.append(text + padding if column.names else padding + text)
        result.append((" " * GAP).join(parts).rstrip())
    return result
