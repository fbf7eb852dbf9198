"""What several commands share: options, and the console that tables are printed on."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON on standard output.")]


def table_console() -> Console:
    """Standard output for tables."""
    printed = Console()
    if not printed.is_terminal:
        printed.width = 110  # a file or a pipe has no width of its own
    return printed
