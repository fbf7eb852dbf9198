"""xpert-evo promote"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xpert_evo.cli import completion
from xpert_evo.cli.consoles import error_console, loading, note, tell
from xpert_evo.cli.options import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    Csv,
    DataRoot,
    Device,
    Json,
    NoDownload,
    Ray,
    RunFolder,
    Threads,
    Workers,
)
from xpert_evo.cli.written import show

if TYPE_CHECKING:
    from xpert_evo.cli.tables import Sheet


def promote(
    run: RunFolder,
    pick: Annotated[
        list[str] | None,
        typer.Option(
            help="A design's id, knee, or best-edap@ACCURACY, best-tops-per-w@ACCURACY, best-tops-per-mm2@ACCURACY "
            "(0 to 1). May be repeated.",
            autocompletion=completion.picks,
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
    ray: Ray = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Train designs of a run, and its baselines beside them, for longer than the search did. Run again, it goes on.

    The table is in the run's promoted.csv in any case.
    """
    if ray is not None:
        from xpert_evo.search.workers.ray_cluster import require_ray

        require_ray(ray)
    with loading(("torch",), f"designs of {run} for {factor} times the epochs: loading PyTorch"):
        from xpert_evo.data import ImageSource
        from xpert_evo.search.progress import ConsoleProgress
        from xpert_evo.workflows.promotion import promote_run
        from xpert_evo.workflows.resources import Resources

        resources = Resources.choose(device, threads, workers, ray)
    try:
        promoted = promote_run(
            run,
            pick or [],
            designs=designs if designs is not None else (0 if pick else 3),
            factor=factor,
            resources=resources,
            images=ImageSource(data, not no_download),
            progress=ConsoleProgress(error_console()),
        )
    except KeyboardInterrupt:
        tell(f"interrupted; finished trainings are kept, continue with the same command ({run})")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if promoted.empty and not as_json:
        tell("no training gave an accuracy")
        raise typer.Exit(EXIT_FAILED)
    from xpert_evo.cli.run_tables import promoted_sheet
    from xpert_evo.workflows.results import load_run

    def sheet() -> Sheet:
        found = load_run(run)
        return promoted_sheet(promoted, found.problem.labels().network, found.plane[1])

    show(promoted, sheet, as_json, csv)
    if not as_json:
        note(f"front.csv, promoted.csv, plots and report.html are in {run}")
