"""Full training of one design with the ADCs' noise in the loop: a folder with checkpoint, curve and result."""

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from xpert_evo.accuracy.network import CrossbarNetwork, build_network
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training import EpochReport, evaluate, standard_error, train
from xpert_evo.data import Images, split
from xpert_evo.design.designs import Design
from xpert_evo.errors import InputError

CHECKPOINT, CURVES, RESULT = "checkpoint.pt", "curves.csv", "result.json"
CURVE_COLUMNS = ("epoch", "train_loss", "validation_accuracy", "seconds")

# Held out of the training images: enough for a standard error of about half a point.
_VALIDATION_IMAGES = 5000
_VALIDATION_SHARE = 10

# (epoch from 1, epochs in all, mean training loss, validation accuracy)
OnProgress = Callable[[int, int, float, float], None]


def train_design(
    design: Design,
    train_set: Images,
    test_set: Images,
    *,
    settings: TrainingSettings,
    array: ArrayShape,
    spread: DeviceSpread | None = None,
    flip: bool,
    out_dir: Path,
    seed: int = 1,
    resume: bool = False,
    device: str = "cpu",
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Trains a design at full width and resolution; looks at the test images once, at the end.

    Writes into `out_dir`, after every epoch, `checkpoint.pt` (loadable with weights_only=True) and `curves.csv`,
    and at the end `result.json`. An interrupted training that is resumed ends as if it had not been.

    Args:
        train_set: of these a tenth, 5,000 at most, is held out for the curve.
        array: how weights lie on crossbars.
        spread: the chip's devices, used where `settings.device_variation` asks for it.
        flip: whether mirrored images are of the same class.
        seed: determines held-out images, weights, order of the images, augmentation and noise.
        threads: torch threads.

    Returns:
        The content of result.json.

    Raises:
        InputError: the folder holds a training and `resume` is false, holds none to resume, or one of another
            design, array, seed or settings.
    """
    path = Path(out_dir) / CHECKPOINT
    plan = {"design": design.to_json(), "array": array.model_dump(mode="json"), "seed": seed}
    saved = _load(path, plan, resume)
    path.parent.mkdir(parents=True, exist_ok=True)
    held_out = min(_VALIDATION_IMAGES, len(train_set) // _VALIDATION_SHARE)
    fitted, validation = split(train_set, train=len(train_set) - held_out, validation=held_out, seed=seed)
    varying = spread if settings.device_variation else None
    network = build_network(design, hardware=array, spread=varying, seed=seed).to(device)
    curve: list[list[float]] = saved["curve"] if saved else []
    before = sum(row[-1] for row in curve)
    began = time.perf_counter()

    def after_epoch(report: EpochReport, snapshot: Callable[[], dict[str, Any]]) -> None:
        accuracy = _score(network, validation, device)
        curve.append([report.epoch, report.loss, accuracy, report.seconds])
        _save({"plan": plan, "curve": curve, "training": snapshot()}, path)
        _write_curve(curve, path.parent / CURVES)
        if on_progress is not None:
            on_progress(report.epoch, settings.epochs, report.loss, accuracy)

    threads_before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        train(
            network,
            torch.from_numpy(fitted.pixels).to(device),
            torch.from_numpy(fitted.labels).to(device),
            settings=settings,
            flip=flip,
            seed=seed,
            state=saved["training"] if saved else None,
            on_epoch=after_epoch,
        )
        accuracy = _score(network, test_set, device)
    finally:
        torch.set_num_threads(threads_before)
    result = {
        "design": design.named().id,
        "fidelity": "noise",
        "test_accuracy": accuracy,
        "standard_error": standard_error(accuracy, len(test_set)),
        "test_images": len(test_set),
        "train_images": len(fitted),
        "seed": seed,
        "seconds": before + time.perf_counter() - began,
        "settings": settings.model_dump(mode="json"),
        "array": plan["array"],
    }
    (path.parent / RESULT).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def trained_network(path: Path, design: Design, array: ArrayShape) -> CrossbarNetwork:
    """The network of a checkpoint that `train_design` wrote, calibrated and in evaluation mode.

    Raises:
        InputError: there is no such checkpoint, or it is of another design or array.
    """
    saved = _read(path, "give the checkpoint.pt that a training wrote")
    for key, wanted in (("design", design.to_json()), ("array", array.model_dump(mode="json"))):
        there = saved["plan"].get(key)
        if there != wanted:
            raise InputError(f"{path}: was trained for another {key}: {_difference(there, wanted)}")
    network = build_network(design, hardware=array, seed=saved["plan"]["seed"])
    network.load_state_dict(saved["training"]["network"])
    return network.eval()


def _difference(there: Any, wanted: dict[str, Any]) -> str:
    """The first key in which two mappings differ, and both values."""
    there = there if isinstance(there, dict) else {}
    key = next((key for key in wanted if there.get(key) != wanted[key]), "")
    return f"{key} is {there.get(key)} there and {wanted.get(key)} here"


def _score(network: CrossbarNetwork, images: Images, device: str) -> float:
    return evaluate(network, torch.from_numpy(images.pixels).to(device), torch.from_numpy(images.labels).to(device))


def _load(path: Path, plan: dict[str, Any], resume: bool) -> dict[str, Any] | None:
    if not resume:
        if path.exists():
            raise InputError(f"{path}: a training is there already; resume it or choose another folder")
        return None
    if not path.exists():
        raise InputError(f"{path}: there is no training to resume")
    saved = _read(path, "start anew in another folder")
    for key, value in plan.items():
        if saved["plan"].get(key) != value:
            raise InputError(f"{path}: is a training with another {key}; resume it with the same")
    return saved


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        saved = torch.load(path, weights_only=True, map_location="cpu")
        if isinstance(saved["plan"], dict) and isinstance(saved["training"]["network"], dict):
            return dict(saved)
    except (OSError, RuntimeError, EOFError, UnpicklingError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no checkpoint of a training, or a damaged one; {remedy}") from error
    raise InputError(f"{path}: no checkpoint of a training; {remedy}")


def _save(content: dict[str, Any], path: Path) -> None:
    # By way of another file, so that an interruption never leaves half a checkpoint.
    unfinished = path.with_suffix(".tmp")
    torch.save(content, unfinished)
    unfinished.replace(path)


def _write_curve(curve: list[list[float]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CURVE_COLUMNS)
        writer.writerows(curve)
