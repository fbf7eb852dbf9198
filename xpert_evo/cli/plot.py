"""xpert-evo plot: a run's front as pictures."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xpert_evo.cli.consoles import waiting
from xpert_evo.cli.options import Json, RunFolder


def plot(
    run: RunFolder,
    formats: Annotated[str, typer.Option("--format", help="png, pdf or svg; several with commas between them.")] = (
        "png"
    ),
    width: Annotated[str, typer.Option(help="Of every picture: 3.5in, a column; 7.16in, two; also cm and mm.")] = (
        "7.16in"
    ),
    as_json: Json = False,
) -> None:
    """Draw the pictures of a run into its plots/, at the width that they are to have on paper."""
    from xpert_evo.analysis.medium import Medium, read_formats, read_width

    medium = Medium(width_in=read_width(width), formats=read_formats(formats))
    with waiting(f"drawing {run}"):
        from xpert_evo.workflows.plots import write_plots

        written = [str(path) for path in write_plots(run, medium)]
    print(json.dumps(written) if as_json else "\n".join(written))
