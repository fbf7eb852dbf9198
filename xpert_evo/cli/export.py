"""xpert-evo export"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli.consoles import waiting
from xpert_evo.cli.options import Json


def export(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    to: Annotated[Path, typer.Option(help="Folder to be written.")],
    pick: Annotated[
        list[str] | None,
        typer.Option(
            help="A design's id, knee, or best-edap@ACCURACY, best-tops-per-w@ACCURACY, best-tops-per-mm2@ACCURACY "
            "(0 to 1), knee@ACCURACY; where none is given the knee of designs with at least nine tenths of the best "
            "accuracy. May be repeated: then every design gets a folder of its own."
        ),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Checkpoint of the design's training; its weights go with the network.")
    ] = None,
    onnx: Annotated[bool, typer.Option("--onnx", help=r"Write network.onnx too; needs xpert-evo\[onnx].")] = False,
    as_json: Json = False,
) -> None:
    """Take designs out of a run: design file, metrics, the network for PyTorch and ONNX, tables for other tools."""
    with waiting("exporting"):
        from xpert_evo.workflows.export import export_designs

        written = export_designs(run, pick or [], to, weights=weights, onnx=onnx)
    if as_json:
        print(json.dumps({"folder": str(to), "designs": written}, indent=1))
        return
    for row in written:
        line = f"exported {row['id']} ({', '.join(row['picks'])}; by its {row['accuracy_used']}) to {row['folder']}"
        if onnx:
            line += f"; onnxruntime's logits differ from torch's by at most {row['onnx_difference']:.2g}"
        print(line)
