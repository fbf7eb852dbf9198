"""What commands print on: results on standard output, what is going on on error output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.text import Text

from xpert_evo.cli.loudness import Loudness, loudness
from xpert_evo.cli.tables import Sheet, fitted, spelt, wrapped

SEE_ALL = "--csv FILE has them all"


def output_width() -> int | None:
    """Characters in a line of standard output; None where it is no terminal: a line may be of any length there."""
    try:
        terminal = sys.stdout.isatty()
    except (AttributeError, ValueError):  # something stands in its place, or it is closed
        return None
    return shutil.get_terminal_size().columns if terminal else None


def print_sheet(sheet: Sheet, see_all: str = SEE_ALL) -> None:
    """Prints a table as wide as it may be, and says which columns were left out.

    Args:
        see_all: where they can be seen.
    """
    text, left_out = sheet_text(sheet)
    sys.stdout.write(text)
    print_left_out(left_out, see_all)


def sheet_text(sheet: Sheet) -> tuple[str, list[str]]:
    """A table as standard output shows it, and the heads of the columns that don't fit."""
    console = Console()
    sheet = sheet.spelt(console.encoding)
    shown = fitted(sheet, output_width())
    with console.capture() as captured:
        for lines, style in (([sheet.title], "italic"), (shown.head, "bold"), (shown.body, None)):
            if lines:
                console.out(spelt("\n".join(lines), console.encoding), style=style, highlight=False)
        for remark in sheet.remarks:
            console.out(wrapped(remark, output_width()), highlight=False)
    return captured.get(), shown.left_out


def print_left_out(heads: Sequence[str], see_all: str) -> None:
    """Says which columns a table lacks, and where they can be seen; nothing where it lacks none."""
    if heads:
        print_sentences([f"left out at {output_width()} columns: {', '.join(heads)}; {see_all}"])


def print_sentences(sentences: Iterable[str]) -> None:
    """Prints sentences, each on lines of its own."""
    console = Console()
    for sentence in sentences:
        console.out(wrapped(spelt(sentence, console.encoding), output_width()), highlight=False)


def error_console() -> Console:
    """Error output; mute where quiet was asked for."""
    return Console(stderr=True, quiet=loudness() is Loudness.QUIET)


def note(text: str) -> None:
    """A line beside the output."""
    _tell(error_console(), text)


def detail(text: str) -> None:
    """A line for whoever wants to know all."""
    if loudness() is Loudness.VERBOSE:
        note(text)


def tell(text: str) -> None:
    """A line that is heard even where quiet was asked for: how a command ended."""
    _tell(Console(stderr=True), text)


def waiting(text: str) -> AbstractContextManager[object]:
    """Says on a terminal what takes its time within it."""
    console = error_console()
    if not is_animated(console):
        return nullcontext()
    line = Text(text)
    line.truncate(max(1, console.width - 3), overflow="ellipsis")  # a spinner of several lines would flicker
    return console.status(line)


@contextmanager
def loading(modules: Sequence[str], text: str) -> Iterator[None]:
    """Says what takes seconds until modules are there, also where there is no terminal; nothing where they are there.

    Within it bad input that the modules aren't needed for is found already.
    """
    if not all(module in sys.modules for module in modules) and not is_animated(error_console()):
        note(text)
    with waiting(text):
        yield


def is_animated(console: Console) -> bool:
    """Whether a bar can move on it."""
    return console.is_terminal and not console.is_dumb_terminal and not console.quiet


def _tell(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=not console.is_terminal, markup=False)
