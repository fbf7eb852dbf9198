"""xpert-evo init and list: what to start from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from xpert_evo.cli.options import Json
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.errors import InputError


def init(
    path: Annotated[Path, typer.Argument(help="File to be written.")] = Path("problem.toml"),
    dataset: Annotated[str, typer.Option(help="Data set.")] = "cifar10",
    as_json: Json = False,
) -> None:
    """Write a commented problem file to start from."""
    from xpert_evo.data import dataset_info

    images = dataset_info(dataset).train_images
    if path.exists():
        raise InputError(f"{path}: exists already; name a new file")
    filled = (Path(__file__).parent / "problem_template.toml").read_text(encoding="utf-8")
    validation = min(5000, images // 4)
    budget = {"@DATASET@": dataset, "@TRAIN@": min(10000, images - validation), "@VALIDATION@": validation}
    for mark, value in budget.items():
        filled = filled.replace(mark, str(value))
    try:
        path.write_text(filled, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    told = f"wrote {path}; run it with: xpert-evo search {path} --out results/{path.stem}"
    print(json.dumps({"file": str(path)}) if as_json else told)


def list_all(as_json: Json = False) -> None:
    """What there is: data sets, hardware presets, encodings, backbones, genes, objectives."""
    from xpert_evo.data import dataset_names
    from xpert_evo.design.backbones import BACKBONES
    from xpert_evo.design.designs import GENES
    from xpert_evo.hardware.model import preset_names
    from xpert_evo.search.settings import CONSTRAINED, MAXIMISED

    problems = sorted(str(path) for path in Path("problems").glob("*.toml"))
    there: dict[str, list[str]] = {
        "data sets": dataset_names(),
        "problems here": problems,
        "hardware presets": preset_names(),
        "weight encodings": list(ENCODINGS),
        "backbones": list(BACKBONES),
        "genes of a layer": list(GENES),
        "objectives": list(MAXIMISED),
        "metrics for constraints": list(CONSTRAINED),
    }
    if as_json:
        print(json.dumps(there, indent=1))
        return
    table = Table("what", "names", show_lines=False)
    for what, names in there.items():
        table.add_row(what, ", ".join(names) or "-")
    Console().print(table)
