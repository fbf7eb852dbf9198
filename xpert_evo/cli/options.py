"""Options that several commands share, and the exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xpert_evo.cli import completion

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

RunFolder = Annotated[Path, typer.Argument(help="Folder of a run.")]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON on standard output.")]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write the table to this file, all of its columns; it isn't printed."),
]
DataRoot = Annotated[
    Path | None, typer.Option("--data", help="Folder of the data sets; by default XPERT_EVO_DATA, then ./data.")
]
NoDownload = Annotated[bool, typer.Option("--no-download", help="Never download a data set.")]
Dataset = Annotated[
    str, typer.Option(help="Data set, or folder:PATH with images of your own.", autocompletion=completion.datasets)
]
Device = Annotated[Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="Where trainings run.")]
Threads = Annotated[int, typer.Option(help="Threads of each worker.", min=1)]
Workers = Annotated[
    int | None,
    typer.Option(help="Trainings at a time; by default cores / threads; 1 on a GPU, with --ray on each.", min=1),
]
Ray = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Trainings run on this Ray cluster: auto, HOST:PORT on one of its nodes, ray://HOST:PORT from outside.",
    ),
]
Hardware = Annotated[
    str, typer.Option(help="Hardware preset or the path of a TOML file.", autocompletion=completion.hardware_presets)
]
WeightEncodingOption = Annotated[
    Literal["offset", "reference_column", "differential"] | None,  # of design.encodings, which loads numpy
    typer.Option(
        "--weight-encoding",
        metavar="NAME",
        help="How signed weights are held, in place of the preset's own: differential, reference_column or offset.",
    ),
]
