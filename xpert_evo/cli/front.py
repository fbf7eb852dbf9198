"""xpert-evo front and plot: a run's front as a table and as pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli.consoles import note, show_front, waiting
from xpert_evo.cli.options import Json

RunFolder = Annotated[Path, typer.Argument(help="Folder of a run.")]


def front(run: RunFolder, as_json: Json = False) -> None:
    """The front of a run as a table, with what it says in words; brings front.csv and designs/ up to date."""
    with waiting(f"reading {run}"):
        from xpert_evo.workflows.results import load_run, run_front, run_sentences, write_tables

        found = load_run(run)
        table = run_front(found)
        lines = run_sentences(found, table)
        try:
            write_tables(run)
        except OSError as error:  # of a folder that can't be written the front can be read all the same
            note(f"{run}: front.csv and designs/ aren't brought up to date ({error.strerror or error})")
    show_front(table, as_json)
    if not as_json:
        print("\n".join(lines))


def plot(run: RunFolder, as_json: Json = False) -> None:
    """Draw the pictures of a run into its plots/."""
    with waiting(f"drawing {run}"):
        from xpert_evo.workflows.results import write_plots

        written = [str(path) for path in write_plots(run)]
    print(json.dumps(written) if as_json else "\n".join(written))
