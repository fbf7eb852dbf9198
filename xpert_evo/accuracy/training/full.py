"""Full training of one design with its ADCs in the loop: a folder with checkpoint, curve, codes and result."""

import csv
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from xpert_evo.accuracy.audit import (
    CALIBRATION_IMAGES,
    DEFAULT_AUDIT,
    Audit,
    audited,
    calibrate_normalisation,
)
from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.checkpoints import TRAINING_FORMAT
from xpert_evo.accuracy.networks.codes import network_of_codes, round_to_codes, save_codes
from xpert_evo.accuracy.scoring import evaluate, plain_accuracy, standard_error
from xpert_evo.accuracy.settings import ArrayShape, Compute, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training.arithmetic import computes_in_bfloat16
from xpert_evo.accuracy.training.listener import EpochRow, Listener
from xpert_evo.accuracy.training.loop import EpochReport, check_settings, train
from xpert_evo.accuracy.training.memory import keep_freed_memory
from xpert_evo.accuracy.training.pace import measured_pace
from xpert_evo.data import Images, split
from xpert_evo.data.identity import same_images
from xpert_evo.data.images import VALIDATION_SHARE
from xpert_evo.design.design import Design
from xpert_evo.errors import InputError
from xpert_evo.files import read_json
from xpert_evo.machine import processor_name
from xpert_evo.version import __version__
from xpert_evo.whole import write_whole

CHECKPOINT, CODES, CURVES, RESULT = "checkpoint.safetensors", "codes.safetensors", "curves.csv", "result.json"

# Held out of the training images: enough for a standard error of about half a point.
_VALIDATION_IMAGES = 5000
_VALIDATION_SHARE = 10


@dataclass(frozen=True)
class FullTraining:
    """What a full training of a design is, beside its images: equal ones give equal networks.

    Attributes:
        array: how weights lie on crossbars.
        spread: the chips' devices, of the final test and, where `settings.device_variation` asks for it, in training.
        flip: whether mirrored images are of the same class.
        seed: determines held-out images, weights, order of the images, augmentation and noise.
        held_out: training images that only the curve is measured on, in place of a tenth of them.
        audit: how the trained network is tested.
    """

    settings: TrainingSettings
    array: ArrayShape
    spread: DeviceSpread
    flip: bool
    seed: int = 1
    held_out: int | None = None
    audit: Audit = DEFAULT_AUDIT


def held_out_split(train_set: Images, seed: int, held_out: int | None = None) -> tuple[Images, Images]:
    """What a full training is fitted to, and the images that its curve is measured on.

    Args:
        held_out: of these, at least 1; by default a tenth of the images, 5,000 at most.

    Raises:
        InputError: there are too few images to hold out so many.
    """
    if held_out is None:
        held_out = min(_VALIDATION_IMAGES, len(train_set) // _VALIDATION_SHARE)
    if held_out > len(train_set) // VALIDATION_SHARE:
        raise InputError(
            f"--held-out {held_out}: at most {len(train_set) // VALIDATION_SHARE} of the {len(train_set)} training "
            "images can be held out"
        )
    return split(train_set, train=len(train_set) - held_out, validation=held_out, seed=seed)


def train_design(
    design: Design,
    train_set: Images,
    test_set: Images,
    training: FullTraining,
    *,
    out_dir: Path,
    resume: bool = False,
    compute: Compute = Compute(),
    listener: Listener | None = None,
) -> dict[str, Any]:
    """Trains a design at full width and resolution; looks at the test images once, at the end.

    Writes into `out_dir`, after every epoch, the checkpoint and curves.csv, and at the end the network as codes and
    result.json. An interrupted training that is resumed ends as if it had not been, bit for bit; one that is at its
    end already isn't tested again.

    Args:
        train_set: of these some are held out for the curve.
        listener: hears what happens. The pace that it is told is measured for it, on a throwaway network, and changes
            nothing.

    Returns:
        The content of result.json: see `audit.audited`; `float_accuracy` is that of the trained weights in floating
        point, without rounding, noise and ADCs.

    Raises:
        InputError: the folder holds a training and `resume` is false, holds none to resume, or one of another
            design, array, data set, seed, number of images held out or settings; or those are too many.
    """
    settings, array, spread, seed = training.settings, training.array, training.spread, training.seed
    heard = listener or Listener()
    if settings.float_epochs >= settings.epochs:
        raise InputError(f"float_epochs: {settings.float_epochs}; fewer than the {settings.epochs} epochs are wanted")
    path = Path(out_dir) / CHECKPOINT
    varying = spread if settings.device_variation else None
    fitted, validation = held_out_split(train_set, seed, training.held_out)
    plan = {
        "design": design.to_json(),
        "array": array.to_json(),
        "seed": seed,
        "data": f"{train_set.source} ({len(train_set)})",
        "held_out": len(validation),
        "spread": varying.model_dump(mode="json") if varying else None,
    }
    saved = _load(path, plan, resume)
    if saved:
        check_settings(saved["training"], settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    network = build_network(design, hardware=array, spread=varying, seed=seed).to(compute.device)
    images, labels = _on(compute.device, fitted)
    scored, wanted = _on(compute.device, validation)
    curve = [EpochRow(*row) for row in saved["curve"]] if saved else []

    def after_epoch(report: EpochReport, snapshot: Callable[[], dict[str, Any]]) -> None:
        if report.epoch <= settings.float_epochs:
            fidelity, accuracy = "float", plain_accuracy(network, scored, wanted, clipped=False)
        else:
            fidelity, accuracy = "noise", evaluate(network, scored, wanted)
        row = EpochRow(report.epoch, fidelity, report.loss, accuracy, report.seconds)
        curve.append(row)
        checkpoints.write_state(path, TRAINING_FORMAT, {"plan": plan, "curve": curve, "training": snapshot()})
        _write_curve(curve, path.parent / CURVES)
        heard.epoch(row)

    if torch.device(compute.device).type == "cpu":
        keep_freed_memory()
    threads_before = torch.get_num_threads()
    torch.set_num_threads(compute.threads)
    try:
        if listener is not None and len(curve) < settings.epochs:
            throwaway = build_network(design, hardware=array, spread=varying).to(compute.device)
            pace = measured_pace(throwaway, images, labels, settings=settings, flip=training.flip)
            listener.begins(len(curve), pace)
        train(
            network,
            images,
            labels,
            settings=settings,
            flip=training.flip,
            seed=seed,
            state=saved["training"] if saved else None,
            on_images=heard.trained,
            on_epoch=after_epoch,
        )
        if (path.parent / RESULT).exists():
            there = read_json(path.parent / RESULT, "what a training writes")
            if not isinstance(there, dict):
                raise InputError(f"{path.parent / RESULT}: no object; what a training writes is wanted")
            return there
        heard.tested(0)
        began = time.perf_counter()
        floating = plain_accuracy(network, *_on(compute.device, test_set))
        round_to_codes(network)
        calibrate_normalisation(network, images[:CALIBRATION_IMAGES])
        save_codes(network, path.parent / CODES, design=design, array=array, seed=seed, data=train_set.source)
        # Read back: what is tested is what others will audit.
        coded = network_of_codes(*checkpoints.read(path.parent / CODES, "train again")).to(compute.device)
        tested = audited(
            coded,
            *_on(compute.device, test_set),
            audit=training.audit,
            spread=spread,
            known=images,
            on_images=heard.tested,
        )
    finally:
        torch.set_num_threads(threads_before)
    result = {
        "design": design.named().id,
        "float_accuracy": floating,
        "float_standard_error": standard_error(floating, len(test_set)),
        "float_images": len(test_set),
        **tested,
        "train_images": len(fitted),
        "validation_images": len(validation),
        "validation_accuracy": curve[-1].validation_accuracy,
        "data": [train_set.source, test_set.source],
        "seed": seed,
        "settings": settings.model_dump(mode="json"),
        "array": array.of(design).to_json(),
        **spread.model_dump(),
        "training_seconds": sum(row.seconds for row in curve),
        "test_seconds": time.perf_counter() - began,
        "device": compute.device,
        "threads": compute.threads,
        "arithmetic": "bfloat16" if computes_in_bfloat16(settings, compute.device) else "float32",
        "machine": processor_name(),
        "torch": torch.__version__,
        "version": __version__,
    }
    write_whole(path.parent / RESULT, json.dumps(result, indent=1) + "\n")
    return result


def _on(device: str, images: Images) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(images.pixels).to(device), torch.from_numpy(images.labels).to(device)


def _load(path: Path, plan: dict[str, Any], resume: bool) -> dict[str, Any] | None:
    if not resume:
        if path.exists():
            raise InputError(f"{path}: a training is there already; resume it or choose another folder")
        return None
    remedy = "there is no training to resume; start anew in another folder"
    tensors, facts = checkpoints.read(path, remedy)
    if facts.get("format") != TRAINING_FORMAT:
        raise InputError(f"{path}: its format is {facts.get('format')}; {remedy}")
    try:
        saved = checkpoints.state_of(tensors, facts)
        there, _ = dict(saved["plan"]), saved["training"]["settings"]
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged; start anew in another folder") from error
    data = str(there.get("data"))
    if not same_images(data, plan["data"]):
        raise InputError(f"{path}: is a training on other images, {data}; resume it with these, not {plan['data']}")
    for key, value in plan.items():
        if key != "data" and there.get(key) != value:
            raise InputError(f"{path}: is a training with another {key}; resume it with the same")
    return saved


def _write_curve(curve: list[EpochRow], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(EpochRow._fields)
        writer.writerows(curve)
