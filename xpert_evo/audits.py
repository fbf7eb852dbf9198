"""The audit of a trained design by names and paths: composes data, hardware preset and the exact simulation."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from xpert_evo.accuracy.activity import measure_activity
from xpert_evo.accuracy.audit import calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.full_training import trained_network
from xpert_evo.accuracy.training import evaluate, standard_error
from xpert_evo.data import load_test, load_train
from xpert_evo.design.designs import stack
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.runs import array_shape, device_spread, resolve_device, usable_cores
from xpert_evo.trainings import one_design

CALIBRATION_IMAGES = 500


def audit_design_file(
    path: Path,
    weights: Path,
    dataset: str,
    *,
    images: int = 2000,
    chips: int = 5,
    seed: int = 1,
    hardware: str = "xpert-rram",
    weight_encoding: WeightEncoding | None = None,
    device: str = "auto",
    threads: int | None = None,
    data_root: Path | None = None,
    download: bool = True,
    on_images: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Scores a trained design on the first test images, conversion by conversion.

    The normalisation behind the ADCs is calibrated once, on training images and ideal devices.

    Args:
        weights: the checkpoint that `train` wrote.
        images: so many test images, all where there are fewer.
        chips: so many chips whose devices deviate as the preset says, beside an ideal one.
        seed: of the first chip.
        weight_encoding: in place of the hardware preset's own.
        on_images: hears how many images more are done, and how many there are in all.

    Returns:
        Accuracies: `noise` as training sees it, `exact` on ideal devices, and of the chips with their mean, standard
        deviation and worst. Energy with the default activity and with that of the network, measured on training
        images.

    Raises:
        InputError: a file, the data set or the device is wrong, or they don't fit together.
    """
    began = time.perf_counter()
    design = one_design(path, dataset)
    chip = HardwareModel.from_preset(hardware, weight_encoding=weight_encoding)
    chosen = resolve_device(device)
    network = trained_network(weights, design, array_shape(chip)).to(chosen)
    train = load_train(dataset, root=data_root, download=download)
    test = load_test(dataset, root=data_root, download=download)
    pixels = torch.from_numpy(test.pixels[:images]).to(chosen)
    labels = torch.from_numpy(test.labels[:images]).to(chosen)
    spread = device_spread(chip)

    def done(more: int) -> None:
        if on_images is not None:
            on_images(more, (chips + 1) * len(labels))

    threads_before = torch.get_num_threads()
    torch.set_num_threads(threads or usable_cores())
    try:
        done(0)  # what comes first takes a minute or more
        noise = evaluate(network, pixels, labels)
        calibrate_normalisation(network, torch.from_numpy(train.pixels[:CALIBRATION_IMAGES]).to(chosen))
        exact = exact_accuracy(network, pixels, labels, on_images=done)
        varied = [
            exact_accuracy(network, pixels, labels, spread=spread, chip=seed + number, on_images=done)
            for number in range(chips)
        ]
    finally:
        torch.set_num_threads(threads_before)
    measured = measure_activity(
        network, torch.from_numpy(train.pixels[:CALIBRATION_IMAGES]).to(chosen), chip.cell_siemens()
    )
    energy = {
        name: float(chip.evaluate(stack([design]), activity).energy_pj[0])
        for name, activity in (("default", None), ("measured", Activity(**vars(measured))))
    }
    result: dict[str, Any] = {
        "design": design.named().id,
        "dataset": dataset,
        "test_images": len(labels),
        "noise_accuracy": noise,
        "exact_accuracy": exact,
        "standard_error": standard_error(exact, len(labels)),
    }
    if varied:
        result |= {
            "chips_mean_accuracy": statistics.fmean(varied),
            "chips_deviation": statistics.stdev(varied) if len(varied) > 1 else 0.0,
            "chips_worst_accuracy": min(varied),
            "chips_accuracies": varied,
        }
    return result | {
        "hardware": chip.name,
        "weight_encoding": chip.weight_encoding,
        **spread.model_dump(),
        "energy_pj_default_activity": energy["default"],
        "energy_pj_measured_activity": energy["measured"],
        "active_rows": measured.active_rows.tolist(),
        "seed": seed,
        "seconds": time.perf_counter() - began,
    }
