"""The console that tables are printed on."""

from __future__ import annotations

from rich.console import Console


def table_console() -> Console:
    """Standard output, wide enough for tables."""
    console = Console()
    if not console.is_terminal:
        console.width = 110  # a file or a pipe has no width of its own
    return console
