"""The command line. Every command imports what it needs when it runs: `--help` and `simulate` stay light."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from xpert_evo.cli.commands import Quiet, Verbose, epilog, with_loudness
from xpert_evo.cli.compare import compare
from xpert_evo.cli.export import export
from xpert_evo.cli.front import front
from xpert_evo.cli.interrupts import Interrupted, interruptible
from xpert_evo.cli.loudness import Loudness, ask_for, loudness, set_loudness
from xpert_evo.cli.network import network
from xpert_evo.cli.options import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_INTERRUPTED
from xpert_evo.cli.plot import plot
from xpert_evo.cli.promote import promote
from xpert_evo.cli.report import report
from xpert_evo.cli.search import search
from xpert_evo.cli.simulate import simulate
from xpert_evo.cli.start import init, list_all
from xpert_evo.cli.training import audit, train
from xpert_evo.errors import InputError, MachineError, in_short
from xpert_evo.version import __version__

# What the system says of a file that the user named wrongly; the rest (a full disk, say) is the machine's fault.
WRONG_PATH = (
    *(errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST),
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL),
)
LONGEST_MESSAGE = 1000
PACKAGE = Path(__file__).parents[1]

EXAMPLES: dict[Callable[..., None], tuple[str, ...]] = {
    search: (
        "search problems/cifar10.toml --preset quick --out results/cifar10-quick-1",
        "search problems/digits.toml --set search.trainings=40 --out results/mine",
    ),
    simulate: (
        "simulate chosen/design.json --breakdown --picture design.png",
        "simulate designs.json --hardware rram-22nm --csv metrics.csv",
    ),
    front: ("front results/cifar10-quick-1",),
    plot: ("plot results/cifar10-quick-1 --format pdf,svg --width 3.5in",),
    report: ("report results/cifar10-quick-1",),
    compare: ("compare results/mine-1 results/mine-2 --out compared",),
    export: (
        "export results/cifar10-quick-1 --pick best-edap@0.55 --to chosen",
        "export results/cifar10-quick-1 --weights chosen/training/codes.safetensors --to chosen --force",
    ),
    promote: ("promote results/cifar10-quick-1 --pick knee --designs 3 --factor 10",),
    train: ("train chosen/design.json --dataset cifar10 --epochs 60 --out chosen/training",),
    audit: ("audit chosen/design.json --weights chosen/training/codes.safetensors --dataset cifar10",),
    init: ("init --problem cifar10", "init mine.toml --dataset digits"),
    network: ("network mynet.py:MyNet --image 3x32x32 --to mynet.toml",),
    list_all: ("list --json",),
}
_NAMES = {list_all: "list"}  # of functions that can't be called what their commands are

app = typer.Typer(
    name="xpert-evo",
    help="Co-search of DNN architecture and analog in-memory-computing periphery.",
    epilog=epilog("init mine.toml", "search mine.toml --out results/mine", "front results/mine"),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point: one line and exit code 2 for bad input, 1 for a failing machine, 128 + a signal that interrupts."""
    set_loudness(Loudness.USUAL)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # what stands in its place may have no encoding
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a character that an encoding lacks
    interrupted = Interrupted()
    try:
        with interruptible() as interrupted:
            code = app(standalone_mode=False)
            sys.stdout.flush()
    except (InputError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        code = _told(message.replace("Value error, ", ""), getattr(error, "exit_code", EXIT_BAD_INPUT))
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
    except MachineError as error:
        code = _told(str(error), EXIT_FAILED)
    except MemoryError as error:
        code = _told(f"out of memory {error}", EXIT_FAILED)
    except Exception as error:
        code = _told(f"unexpected {type(error).__name__}: {error} ({_place(error)}); -v shows where", EXIT_FAILED)
    sys.exit(interrupted.exit_code or code)


def _told(message: str, code: int) -> int:
    with suppress(OSError):
        if loudness() is Loudness.VERBOSE:
            traceback.print_exc()
        print(f"xpert-evo: {in_short(message, LONGEST_MESSAGE)}", file=sys.stderr)
    return code


def _place(error: Exception) -> str:
    """The last line of this package that an exception came by."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if PACKAGE in Path(frame.filename).parents] or frames
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"


def _drop_output() -> None:
    """What is still to be printed is given up, so that the interpreter doesn't try again at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        print(f"xpert-evo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    ask_for(quiet, verbose)


for _command, _examples in EXAMPLES.items():
    app.command(_NAMES.get(_command), epilog=epilog(*_examples))(with_loudness(_command))


if __name__ == "__main__":
    main()
