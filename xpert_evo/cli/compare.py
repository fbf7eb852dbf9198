"""xpert-evo compare"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from xpert_evo.cli.consoles import table_console, waiting
from xpert_evo.cli.options import Json


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs, two or more.")],
    out: Annotated[Path | None, typer.Option(help="Folder to be written: tables and a picture of the fronts.")] = None,
    as_json: Json = False,
) -> None:
    """Compare the fronts of runs: hypervolume and coverage in (proxy error, EDAP). All but the search must be alike."""
    with waiting("reading the runs"):
        from xpert_evo.workflows.comparison import compare_runs

        result = compare_runs(runs, out)
    if as_json:
        print(json.dumps(result.to_json(), indent=1))
        return
    indicators = result.indicators
    heads = [str(name).replace("_", " ") for name in indicators]
    rows = indicators.itertuples(index=False)
    table_console().print(_table("Fronts of proxy error and EDAP", heads, rows))
    for called, shares in result.coverages.items():
        title = f"Coverage ({called.replace('_', ' ')})"
        table_console().print(_table(title, ["run", *shares], shares.itertuples()))
    print("Coverage: the share of a column's front that some design of the row's run is no worse than.")
    print(result.sentence())
    print(f"All of it: {result.labels.sentence()}; proxy accuracies rank designs and are no final accuracies.")
    if out is not None:
        print(f"Tables and picture are in {out}")


def _table(title: str, heads: list[str], rows: Iterable[Iterable[object]]) -> Table:
    table = Table(title=title)
    for head in heads:
        table.add_column(head, justify="left" if head in ("run", "algorithm") else "right")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    return table


def _text(value: object) -> str:
    if value is None or value != value:  # a NaN differs from itself
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
