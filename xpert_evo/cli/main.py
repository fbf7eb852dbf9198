"""The command line. Every command imports what it needs when it runs: `--help` and `simulate` stay light."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from xpert_evo.cli.compare import compare
from xpert_evo.cli.export import export
from xpert_evo.cli.front import front, plot
from xpert_evo.cli.options import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_INTERRUPTED
from xpert_evo.cli.promote import promote
from xpert_evo.cli.report import report
from xpert_evo.cli.search import search
from xpert_evo.cli.simulate import simulate
from xpert_evo.cli.start import init, list_all
from xpert_evo.cli.training import audit, train
from xpert_evo.errors import InputError, in_short
from xpert_evo.version import __version__

# What the system says of a file that the user named wrongly; the rest (a full disk, say) is the machine's fault.
WRONG_PATH = (
    *(errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST),
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL),
)
LONGEST_MESSAGE = 1000

app = typer.Typer(
    name="xpert-evo",
    help="Co-search of DNN architecture and analog in-memory-computing periphery.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point: one line and exit code 2 for bad input, 1 for a failing machine, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # what stands in its place may have no encoding
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a character that an encoding lacks
    try:
        with _one_interrupt():
            code = app(standalone_mode=False)
            sys.stdout.flush()
    except (InputError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        code = _told(message, getattr(error, "exit_code", EXIT_BAD_INPUT))
    except (typer.Abort, KeyboardInterrupt):
        code = _told("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:  # whoever read the output has read enough
        code = EXIT_FAILED
        _drop_output()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        code = _told(f"{where}{error.strerror or error}", EXIT_BAD_INPUT if error.errno in WRONG_PATH else EXIT_FAILED)
        _drop_output()
    except sqlite3.Error as error:
        code = _told(f"the run's store: {error}", EXIT_FAILED)
    except MemoryError as error:
        code = _told(f"out of memory {error}", EXIT_FAILED)
    sys.exit(code)


def _told(message: str, code: int) -> int:
    with suppress(OSError):
        print(f"xpert-evo: {in_short(message, LONGEST_MESSAGE)}", file=sys.stderr)
    return code


def _drop_output() -> None:
    """What is still to be printed is given up, so that the interpreter doesn't try again at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _one_interrupt() -> Iterator[None]:
    """The first Ctrl-C stops; what follows it mustn't disturb the tidying up."""

    def stop(*_: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # ignored, as in the background, or somebody else's
        yield
        return
    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"xpert-evo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    return


for _command in (search, simulate, front, plot, report, compare, export, promote, train, audit, init):
    app.command()(_command)
app.command("list")(list_all)


if __name__ == "__main__":
    main()
