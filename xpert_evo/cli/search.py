"""xpert-evo search"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli import completion
from xpert_evo.cli.consoles import detail, error_console, loading, note, tell
from xpert_evo.cli.image_progress import ImageProgress
from xpert_evo.cli.options import (
    EXIT_INTERRUPTED,
    Csv,
    DataRoot,
    Device,
    Json,
    NoDownload,
    Ray,
    Threads,
    Workers,
)
from xpert_evo.cli.written import show
from xpert_evo.files import read_toml


def search(
    problem: Annotated[Path, typer.Argument(help="Problem file (TOML).")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    preset: Annotated[
        str | None,
        typer.Option(
            help="One of the file's presets; by default its first.", autocompletion=completion.problem_presets
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in the folder, if there is one.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the run.", min=0)] = 1,
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change a key: search.population=24. May be repeated.",
            autocompletion=completion.problem_keys,
        ),
    ] = None,
    device: Device = "auto",
    threads: Threads = 1,
    workers: Workers = None,
    ray: Ray = None,
    data: DataRoot = None,
    no_download: NoDownload = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Run or continue a search; leaves the front, the designs and the plots in a folder.

    The table is in the run's front.csv in any case.
    """
    if ray is not None:
        from xpert_evo.search.workers.ray_cluster import require_ray

        require_ray(ray)
    read_toml(problem, "a problem file (TOML)")  # what is wrong with it at first sight is told at once
    with loading(("torch", "pymoo"), f"search of {problem}, seed {seed}, into {out}: loading PyTorch and pymoo"):
        from xpert_evo.cli.run_tables import front_sheet
        from xpert_evo.data import ImageSource
        from xpert_evo.search.progress import ConsoleProgress
        from xpert_evo.workflows.problem_file import load_problem, resolved_toml
        from xpert_evo.workflows.resources import Resources
        from xpert_evo.workflows.results import load_run, run_sentences
        from xpert_evo.workflows.search import run_search

    shown = ImageProgress(error_console())  # where its images are the user's own, they are read now
    loaded = load_problem(problem, preset=preset, overrides=tuple(overrides or ()), listener=shown)
    resources = Resources.choose(device, threads, workers, ray)
    detail(f"the problem with all its defaults:\n{resolved_toml(loaded)}{resources}")
    try:
        front = run_search(
            loaded,
            out,
            seed=seed,
            resume=resume,
            resources=resources,
            images=ImageSource(data, not no_download),
            progress=ConsoleProgress(error_console()),
        )
    except KeyboardInterrupt:
        tell(f"interrupted; what was evaluated is kept, continue with the same command and --resume ({out})")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    show(front, lambda: front_sheet(front, loaded.search.objectives), as_json, csv)
    for line in run_sentences(load_run(out), front):
        note(line)
    note(f"Front, designs, plots and report.html are in {out}")
