"""A design on its way out of a run: a folder that explains itself."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.training.full import CHECKPOINT
from xpert_evo.analysis.breakdown import breakdown_picture, layer_frame
from xpert_evo.analysis.front import Labels
from xpert_evo.design.designs import Design, save_design
from xpert_evo.errors import InputError
from xpert_evo.export import plain_network, timeloop, xpertsim
from xpert_evo.export.onnx_model import write_onnx
from xpert_evo.export.templates import render
from xpert_evo.files import require_unused
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.store import METRIC_COLUMNS
from xpert_evo.version import __version__


@dataclass(frozen=True)
class Chosen:
    """One design that is to be written, and what is known of it.

    Attributes:
        design: with its id.
        picks: what named it.
        figures: its row of `analysis.front.evaluated`.
        network: of the design; trained or with random weights.
        weights: name of the checkpoint that the network is of; None where its weights are random.
    """

    design: Design
    picks: tuple[str, ...]
    figures: pd.Series
    network: CrossbarNetwork
    weights: str | None


def accuracy_used(figures: pd.Series) -> str:
    """Which accuracy a pick held a design against, in words."""
    return (
        f"mean over {figures['repeats']} fresh seeds" if figures["repeats"] else "search accuracy less a standard error"
    )


def write_folder(
    folder: Path, chosen: Chosen, *, hardware: HardwareModel, labels: Labels, preset: str, onnx: bool = False
) -> float | None:
    """Writes one design as files for this package and for others; all of them, or none.

    Args:
        folder: to be made; must not hold anything yet.
        preset: hardware preset by name or path, for the commands in README.md.
        onnx: whether network.onnx is written; needs the optional extra.

    Returns:
        The largest difference of onnxruntime's logits from torch's; None without ONNX.

    Raises:
        InputError: the folder is in use or cannot be written.
        RuntimeError: what onnxruntime computes isn't the network.
    """
    require_unused(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or error}; a folder that can be written is wanted") from error
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as inside:
        unfinished = Path(inside)
        difference = _write_networks(unfinished, chosen, onnx)
        figures, accuracies = _write_tables(unfinished, chosen, hardware, labels)
        text = render(
            "README.md.jinja",
            identity=chosen.design.id,
            design=chosen.design,
            picks=chosen.picks,
            figures={**accuracies, **figures},
            labels=labels,
            preset=preset,
            weights=chosen.weights,
            onnx_difference=difference,
            columns=xpertsim.COLUMNS,
            checkpoint=CHECKPOINT,
            version=__version__,
        )
        (unfinished / "README.md").write_text(text, encoding="utf-8")
        for path in list(unfinished.iterdir()):
            path.rename(folder / path.name)
    return difference


def _write_networks(folder: Path, chosen: Chosen, onnx: bool) -> float | None:
    """Writes network.py, its weights where they are trained, and network.onnx."""
    design, source = chosen.design, folder / "network.py"
    source.write_text(plain_network.module_source(design, chosen.network), encoding="utf-8")
    weights = folder / "weights.safetensors" if chosen.weights else None
    if weights is not None:
        plain_network.save_weights(chosen.network, weights, design=design)
    if not onnx:
        return None
    image = (design.image.channels, design.image.size, design.image.size)
    return write_onnx(plain_network.import_network(source, weights), folder / "network.onnx", image=image)


def _write_tables(
    folder: Path, chosen: Chosen, hardware: HardwareModel, labels: Labels
) -> tuple[dict[str, float], dict[str, float]]:
    """Writes design file, metrics, breakdown, picture and other tools' tables; returns metrics and accuracies."""
    design, row = chosen.design, chosen.figures
    save_design(design, folder / "design.json")
    xpertsim.write_table(design, folder / "xpertsim.csv")
    timeloop.write_workload(design, folder / "timeloop")
    metrics = {name: float(row[name]) for name in METRIC_COLUMNS}
    accuracies = {"proxy_accuracy": float(row["accuracy"]), "proxy_standard_error": float(row["standard_error"])}
    if row["repeats"]:
        accuracies |= {
            "proxy_accuracy_fresh_seeds": float(row["repeated_accuracy"]),
            "proxy_standard_error_fresh_seeds": float(row["repeated_standard_error"]),
        }
    picked = {"picks": chosen.picks, "accuracy_used": accuracy_used(row)}
    content: dict[str, Any] = {"id": design.id, **picked, **accuracies, **metrics, **vars(labels)}
    content["version"] = __version__
    (folder / "metrics.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    layers = layer_frame(design, hardware)
    layers.to_csv(folder / "layers.csv", index=False)
    breakdown_picture(f"design {design.id}", layers, labels.sentence(), folder / "design.png")
    return metrics, accuracies
