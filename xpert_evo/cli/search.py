"""xpert-evo search"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from xpert_evo.cli.consoles import note, show_front, waiting
from xpert_evo.cli.options import EXIT_INTERRUPTED, DataRoot, Device, Json, NoDownload, Threads, Workers


def search(
    problem: Annotated[Path, typer.Argument(help="Problem file (TOML).")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    preset: Annotated[str | None, typer.Option(help="One of the file's presets; by default its first.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, if there is one.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the run.", min=0)] = 1,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="Change a key: search.population=24. May be repeated.")
    ] = None,
    device: Device = "auto",
    threads: Threads = 1,
    workers: Workers = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    as_json: Json = False,
) -> None:
    """Run or continue a search; leaves the front, the designs and the plots in a folder."""
    with waiting("loading PyTorch and pymoo"):
        from xpert_evo.data import ImageSource
        from xpert_evo.search.progress import ConsoleProgress
        from xpert_evo.workflows.problem import load_problem
        from xpert_evo.workflows.resources import Resources
        from xpert_evo.workflows.results import load_run, run_sentences
        from xpert_evo.workflows.search import run_search

        loaded = load_problem(problem, preset=preset, overrides=tuple(overrides or ()))
        resources = Resources.choose(device, threads, workers)
    try:
        front = run_search(
            loaded,
            out,
            seed=seed,
            resume=resume,
            resources=resources,
            images=ImageSource(data, not no_download),
            progress=ConsoleProgress(Console(stderr=True)),
        )
    except KeyboardInterrupt:
        note(f"interrupted; what was evaluated is kept, continue with the same command and --resume ({out})")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    show_front(front, as_json)
    for line in run_sentences(load_run(out), front):
        note(line)
    note(f"Front, designs, plots and report.html are in {out}")
