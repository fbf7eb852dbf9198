"""xpert-evo export"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli import completion
from xpert_evo.cli.consoles import loading, print_sentences
from xpert_evo.cli.options import Json, RunFolder
from xpert_evo.cli.written import CsvFile


def export(
    run: RunFolder,
    to: Annotated[Path, typer.Option(help="Folder to be written.")],
    pick: Annotated[
        list[str] | None,
        typer.Option(
            help="A design's id, knee, or best-edap@ACCURACY, best-tops-per-w@ACCURACY, best-tops-per-mm2@ACCURACY "
            "(0 to 1), knee@ACCURACY; where none is given the knee of designs with at least nine tenths of the best "
            "accuracy. May be repeated: then every design gets a folder of its own.",
            autocompletion=completion.picks,
        ),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Checkpoint of the design's training; its weights go with the network.")
    ] = None,
    onnx: Annotated[bool, typer.Option("--onnx", help=r"Write network.onnx too; needs xpert-evo\[onnx].")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace the files of an earlier export in the folder; others in it stay."),
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help="Write what was exported to this file, a row a design; a design's figures are in metrics.json and "
            "layers.csv of its folder.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take designs out of a run: design file, metrics, the network for PyTorch and ONNX, tables for other tools."""
    with loading(("torch",), f"exporting from {run}: loading PyTorch"):
        import pandas as pd

        from xpert_evo.workflows.export import export_designs

        written = export_designs(run, pick or [], to, weights=weights, onnx=onnx, force=force)
    with CsvFile(csv) as file:
        file.add(pd.DataFrame([{**row, "picks": " ".join(row["picks"])} for row in written]))
    if as_json:
        print(json.dumps({"folder": str(to), "designs": written}, indent=1))
    elif csv is None:
        print_sentences(_sentence(row) for row in written)


def _sentence(row: dict[str, object]) -> str:
    picks = row["picks"]
    assert isinstance(picks, list)
    line = f"exported {row['id']} ({', '.join(picks)}; by its {row['accuracy_used']}) to {row['folder']}"
    if "onnx_difference" in row:
        line += f"; onnxruntime's logits differ from torch's by at most {row['onnx_difference']:.2g}"
    return line
