"""What commands print on: tables on standard output, what is going on on error output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
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
    return Console(stderr=True).status(text)


def show_front(table: pd.DataFrame, as_json: bool) -> None:
    """A run's front, as JSON or as a table."""
    if as_json:
        print(table.to_json(orient="records", indent=1))
        return
    from xpert_evo.analysis.summary import front_rich_table

    table_console().print(front_rich_table(table))


def show_frame(frame: pd.DataFrame, csv: Path | None, as_json: bool) -> None:
    """A table as CSV in a file, as JSON or as text."""
    if csv is not None:
        write_frame(frame, csv)
    if as_json:
        print(frame.to_json(orient="records", indent=1))
    elif csv is None:
        print(frame.to_string(index=False, float_format=lambda value: f"{value:.5g}"))


def write_frame(frame: pd.DataFrame, csv: Path) -> None:
    """Writes a table as CSV.

    Raises:
        InputError: the file can't be written.
    """
    try:
        frame.to_csv(csv, index=False)
    except OSError as error:
        raise InputError(f"{csv}: {error.strerror or error}") from error
