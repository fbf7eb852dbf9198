"""xpert-evo compare"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xpert_evo.cli.consoles import print_sentences, print_sheet, waiting
from xpert_evo.cli.options import Csv, Json
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.cli.written import CsvFile

if TYPE_CHECKING:
    import pandas as pd

# column of `analysis.comparison.indicators`: head, rank
_INDICATORS = {
    "run": ("run", 0),
    "seed": ("seed", 3),
    "algorithm": ("algorithm", 5),
    "trainings": ("trainings", 2),
    "designs_search": ("designs", 4),
    "hypervolume_search": ("hypervolume", 0),
    "designs_fresh_seeds": ("designs (fresh seeds)", 6),
    "hypervolume_fresh_seeds": ("hypervolume (fresh seeds)", 1),
}
_NAMES = ("run", "algorithm")


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs, two or more.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to be written: indicators.csv, coverage_*.csv and a picture of the fronts."),
    ] = None,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Compare the fronts of runs: hypervolume and coverage in (proxy error, EDAP). All but the search must be alike."""
    with waiting("reading the runs"):
        from xpert_evo.workflows.comparison import compare_runs

        result = compare_runs(runs, out)
    with CsvFile(csv) as file:
        file.add(result.indicators)
    if as_json:
        print(json.dumps(result.to_json(), indent=1))
        return
    if csv is None:
        print_sheet(_indicators_sheet(result.indicators))
    for called, shares in result.coverages.items():
        print()
        print_sheet(_coverage_sheet(f"Coverage ({called.replace('_', ' ')})", shares), "--out FOLDER has them all")
    print_sentences(
        [
            "",
            "Coverage: the share of a column's front that some design of the row's run is no worse than.",
            result.sentence(),
            f"All of it: {result.labels.sentence()}; proxy accuracies rank designs and are no final accuracies.",
            *([f"Tables and picture are in {out}"] if out is not None else []),
        ]
    )


def _indicators_sheet(indicators: pd.DataFrame) -> Sheet:
    columns = [
        Column(head, [_text(value) for value in indicators[name]], rank, names=name in _NAMES)
        for name, (head, rank) in _INDICATORS.items()
    ]
    return Sheet("Fronts of proxy error and EDAP", columns)


def _coverage_sheet(title: str, shares: pd.DataFrame) -> Sheet:
    columns = [Column("run", [str(name) for name in shares.index], names=True)]
    for rank, name in enumerate(shares):
        columns.append(Column(str(name), [_text(value) for value in shares[name]], rank))
    return Sheet(title, columns)


def _text(value: object) -> str:
    if value is None or value != value:  # a NaN differs from itself
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
