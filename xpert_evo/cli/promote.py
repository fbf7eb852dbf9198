"""xpert-evo promote"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from xpert_evo.cli.consoles import note, table_console, waiting
from xpert_evo.cli.options import EXIT_INTERRUPTED, DataRoot, Device, Json, NoDownload, Threads, Workers


def promote(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    pick: Annotated[
        list[str] | None,
        typer.Option(
            help="A design's id, knee, or best-edap@ACCURACY, best-tops-per-w@ACCURACY, best-tops-per-mm2@ACCURACY "
            "(0 to 1). May be repeated."
        ),
    ] = None,
    designs: Annotated[
        int | None,
        typer.Option(
            help="So many of the front's most valuable designs, by hypervolume; 3 where nothing is picked, else 0.",
            min=0,
        ),
    ] = None,
    factor: Annotated[int, typer.Option(help="Times the epochs of the run's proxy.", min=2, max=1000)] = 10,
    device: Device = "auto",
    threads: Threads = 1,
    workers: Workers = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    as_json: Json = False,
) -> None:
    """Train designs of a run, and its baselines beside them, for longer than the search did. Run again, it goes on."""
    with waiting("loading PyTorch"):
        from xpert_evo.data import ImageSource
        from xpert_evo.search.progress import ConsoleProgress
        from xpert_evo.workflows.promotion import promote_run
        from xpert_evo.workflows.resources import Resources

        resources = Resources.choose(device, threads, workers)
    try:
        promoted = promote_run(
            run,
            pick or [],
            designs=designs if designs is not None else (0 if pick else 3),
            factor=factor,
            resources=resources,
            images=ImageSource(data, not no_download),
            progress=ConsoleProgress(Console(stderr=True)),
        )
    except KeyboardInterrupt:
        note(f"interrupted; finished trainings are kept, continue with the same command ({run})")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if as_json:
        print(promoted.to_json(orient="records", indent=1))
        return
    if promoted.empty:
        note("no training gave an accuracy")
        raise typer.Exit(1)
    from xpert_evo.analysis.summary import promoted_rich_table

    table_console().print(promoted_rich_table(promoted))
    note(f"front.csv, promoted.csv, plots and report.html are in {run}")
