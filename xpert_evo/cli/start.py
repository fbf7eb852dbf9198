"""xpert-evo init and list: what to start from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli import completion
from xpert_evo.cli.consoles import error_console, print_sentences, print_sheet, waiting
from xpert_evo.cli.image_progress import ImageProgress
from xpert_evo.cli.options import Csv, Json
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.cli.template import filled_template
from xpert_evo.cli.written import CsvFile
from xpert_evo.errors import InputError

HEADS = ["what", "name"]  # of `list --csv`


def init(
    path: Annotated[
        Path | None, typer.Argument(help="File to be written; by default problem.toml, or NAME.toml of --problem.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            help="Data set, or folder:PATH with images of your own; by default cifar10.",
            autocompletion=completion.datasets,
        ),
    ] = None,
    problem: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Copy one of the problem files that come with the package, as `list` names them, with its presets.",
            autocompletion=completion.problem_files,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a commented problem file to start from."""
    from xpert_evo.data.settings import FOLDER

    if problem is not None and dataset is not None:
        raise InputError("init: give either --problem or --dataset; a problem file names its own data set")
    path = path or Path("problem.toml" if problem is None else f"{problem}.toml")
    if path.exists():
        raise InputError(f"{path}: exists already; name a new file")
    shown = ImageProgress(error_console())
    if dataset is not None and dataset.startswith(FOLDER):
        shown.say(f"looking for images in {dataset.removeprefix(FOLDER)}")  # listing very many takes seconds
    filled = filled_template(dataset or "cifar10", shown) if problem is None else _problem_text(problem)
    try:
        path.write_text(filled, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    told = f"wrote {path}; run it with: xpert-evo search {path} --out results/{path.stem}"
    if as_json:
        print(json.dumps({"file": str(path)}))
    else:
        print_sentences([told])


def _problem_text(name: str) -> str:
    """What comes with the package."""
    from xpert_evo.workflows.packaged_problems import problem_file

    return problem_file(name).read_text(encoding="utf-8")


def list_all(csv: Csv = None, as_json: Json = False) -> None:
    """What there is: data sets, hardware presets, encodings, backbones, genes, objectives."""
    with waiting("looking"):
        from xpert_evo.data import dataset_names
        from xpert_evo.design.encodings import ENCODINGS
        from xpert_evo.design.genes import GENES
        from xpert_evo.design.networks.registry import backbones
        from xpert_evo.hardware.model import preset_names
        from xpert_evo.search.settings import CONSTRAINED, OBJECTIVES
        from xpert_evo.workflows.packaged_problems import problem_files

    there: dict[str, list[str]] = {
        "data sets": [*dataset_names(), "folder:PATH"],
        "problem files": list(problem_files()),
        "problems here": sorted(str(path) for path in Path("problems").glob("*.toml")),
        "hardware presets": preset_names(),
        "weight encodings": list(ENCODINGS),
        "backbones": list(backbones()),
        "genes of a layer": list(GENES),
        "objectives": list(OBJECTIVES),
        "metrics for constraints": list(CONSTRAINED),
    }
    if csv is not None:
        import pandas as pd

        with CsvFile(csv) as file:
            file.add(pd.DataFrame([(what, name) for what, names in there.items() for name in names], columns=HEADS))
    if as_json:
        print(json.dumps(there, indent=1))
    elif csv is None:
        cells = [", ".join(names) or "-" for names in there.values()]
        columns = [Column("what", list(there), names=True), Column("names", cells, names=True, breaks=True)]
        print_sheet(Sheet("What there is", columns))
