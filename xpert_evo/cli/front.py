"""xpert-evo front: a run's front as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xpert_evo.cli.consoles import note, print_sentences, waiting
from xpert_evo.cli.options import Csv, Json, RunFolder
from xpert_evo.cli.written import show

if TYPE_CHECKING:
    import pandas as pd


def front(run: RunFolder, csv: Csv = None, as_json: Json = False) -> None:
    """The front of a run as a table, with what it says in words; brings front.csv and designs/ up to date.

    Of a folder without a store, as published runs are, what its front.csv holds.
    """
    with waiting(f"reading {run}"):
        from xpert_evo.cli.run_tables import front_sheet
        from xpert_evo.workflows.plots import has_tables_alone

        table, lines, objectives = _published(run) if has_tables_alone(run) else _stored(run)
    show(table, lambda: front_sheet(table, objectives), as_json, csv)
    if not as_json:
        print_sentences(lines if csv is not None else ["", *lines])


def _stored(run: Path) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    """The front of a run, what it says, and what was searched for."""
    from xpert_evo.workflows.results import load_run, run_front, run_sentences, write_tables_of

    found = load_run(run)
    table = run_front(found)
    try:
        write_tables_of(found, table)
    except OSError as error:  # of a folder that can't be written the front can be read all the same
        note(f"{run}: front.csv and designs/ aren't brought up to date ({error.strerror or error})")
    return table, run_sentences(found, table), found.problem.search.objectives


def _published(run: Path) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    """The front that the tables of a run hold, what it is valid for, and what was searched for."""
    from xpert_evo.workflows.plots import pictured

    problem, found = pictured(run)
    valid = f"All of it: {found.labels.sentence()}; proxy accuracies rank designs and are no final accuracies."
    lines = ["Read from front.csv: the run's store isn't here, which knows all designs.", valid]
    return found.front, lines, problem.search.objectives
