"""The command line. Every command imports what it needs when it runs: `--help` and `simulate` stay light."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from xpert_evo.cli.compare import compare
from xpert_evo.cli.export import export
from xpert_evo.cli.front import front, plot
from xpert_evo.cli.options import EXIT_BAD_INPUT
from xpert_evo.cli.promote import promote
from xpert_evo.cli.report import report
from xpert_evo.cli.search import search
from xpert_evo.cli.simulate import simulate
from xpert_evo.cli.start import init, list_all
from xpert_evo.cli.training import audit, train
from xpert_evo.errors import InputError
from xpert_evo.version import __version__

app = typer.Typer(
    name="xpert-evo",
    help="Co-search of DNN architecture and analog in-memory-computing periphery.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point: one line and exit code 2 for bad input, 130 when interrupted."""
    try:
        code = app(standalone_mode=False)
    except (InputError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        print(f"xpert-evo: {' '.join(message.split())}", file=sys.stderr)
        code = getattr(error, "exit_code", EXIT_BAD_INPUT)
    sys.exit(code)


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
