"""A design on its way out of a run: a folder that explains itself."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.training.full import CHECKPOINT
from xpert_evo.analysis.breakdown import breakdown_picture, layer_frame
from xpert_evo.analysis.front import Labels
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import save_design
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.errors import InputError
from xpert_evo.export import plain_network, timeloop, xpertsim
from xpert_evo.export.onnx_model import write_onnx
from xpert_evo.export.templates import render
from xpert_evo.export.xpertsim_rows import has_rows
from xpert_evo.files import read_json, require_unused
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.version import __version__

# All that may be written of a design; an export with fewer of them leaves none of an earlier one's behind.
METRICS_FILE, DESIGN_FILE, HARDWARE_FILE = "metrics.json", "design.json", "hardware.toml"
FILES = (
    *(DESIGN_FILE, METRICS_FILE, HARDWARE_FILE, "layers.csv", "design.png", "README.md"),
    *("network.py", "weights.safetensors", "network.onnx", "xpertsim.csv", "timeloop"),
)


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


def holds_export(folder: Path) -> bool:
    """Whether a folder holds a design that was written by `write_folder`."""
    if not (folder / METRICS_FILE).is_file() or not (folder / DESIGN_FILE).is_file():
        return False
    try:
        content = read_json(folder / METRICS_FILE, "an export's metrics")
    except InputError:
        return False
    return isinstance(content, dict) and {"id", "picks", "accuracy_used"} <= set(content)


def require_place(folder: Path, *, force: bool) -> None:
    """Looks whether a design can be written into a folder.

    Raises:
        InputError: there is something in it, or something that is no earlier export where `force` allows those.
    """
    if not holds_export(folder):
        try:
            require_unused(folder)
        except InputError as error:
            raise InputError(f"{error}; --force replaces an earlier export alone" if force else str(error)) from None
    elif not force:
        raise InputError(f"{folder}: is in use, by an earlier export; replace it with --force or name a new folder")


def write_folder(
    folder: Path,
    chosen: Chosen,
    *,
    hardware: HardwareModel,
    labels: Labels,
    chip: dict[str, Any] | None = None,
    onnx: bool = False,
    force: bool = False,
) -> float | None:
    """Writes one design as files for this package and for others; all of them, or none.

    Args:
        folder: to be made; must not hold anything yet, but for an earlier export where `force` is set. What else is in
            that folder, such as a training, stays.
        chip: content of a hardware preset of the user's own, which then becomes a part of the folder: its path means
            nothing elsewhere. None for a preset of ours.
        onnx: whether network.onnx is written; needs the optional extra.

    Returns:
        The largest difference of onnxruntime's logits from torch's; None without ONNX.

    Raises:
        InputError: the folder is in use or cannot be written.
        RuntimeError: what onnxruntime computes isn't the network.
    """
    require_place(folder, force=force)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or error}; a folder that can be written is wanted") from error
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as inside:
        unfinished = Path(inside)
        difference = _write_networks(unfinished, chosen, onnx)
        figures, accuracies = _write_tables(unfinished, chosen, hardware, labels)
        if chip is not None:
            (unfinished / HARDWARE_FILE).write_text(tomli_w.dumps(chip), encoding="utf-8")
        text = render(
            "README.md.jinja",
            identity=chosen.design.id,
            design=chosen.design,
            picks=chosen.picks,
            figures={**accuracies, **figures},
            labels=labels,
            preset=hardware.name if chip is None else HARDWARE_FILE,
            own_chip=chip is not None,
            weights=chosen.weights,
            onnx_difference=difference,
            columns=xpertsim.COLUMNS,
            xpertsim=has_rows(chosen.design),
            other_weights=set(chosen.design.gene("weight_bits")) != {WEIGHT_BITS},
            checkpoint=CHECKPOINT,
            version=__version__,
        )
        (unfinished / "README.md").write_text(text, encoding="utf-8")
        for name in FILES:
            _remove(folder / name)
        for path in list(unfinished.iterdir()):
            path.rename(folder / path.name)
    return difference


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
    save_design(design, folder / DESIGN_FILE)
    if has_rows(design):
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
    (folder / METRICS_FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    layers = layer_frame(design, hardware)
    layers.to_csv(folder / "layers.csv", index=False)
    breakdown_picture(f"design {design.id}", layers, labels.sentence(), folder / "design.png")
    return metrics, accuracies
