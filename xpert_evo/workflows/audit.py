"""The audit of a trained design by names and paths: composes data, hardware preset and the exact simulation."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from xpert_evo.accuracy.activity import measure_activity
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, DEFAULT_AUDIT, Audit, audited, calibrate_normalisation
from xpert_evo.accuracy.networks.codes import round_to_codes
from xpert_evo.accuracy.networks.trained import trained_network
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import ImageSource
from xpert_evo.design.designs import stack
from xpert_evo.hardware.activity import Activity
from xpert_evo.workflows.problem import HardwareSettings, array_shape, device_spread
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.training import one_design


def audit_design_file(
    path: Path,
    weights: Path,
    dataset: str,
    *,
    audit: Audit = DEFAULT_AUDIT,
    hardware: HardwareSettings = HardwareSettings(),
    resources: Resources = Resources(),
    images: ImageSource = ImageSource(),
    on_images: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Scores a trained design on the first test images, conversion by conversion.

    Codes hold the normalisation behind the ADCs; a checkpoint's is calibrated first, on training images and ideal
    devices, as at the end of its training.

    Args:
        weights: the checkpoint or the codes that `train` wrote.
        audit: how many images and chips.
        on_images: hears how many images more are done, and how many there are in all; first of none.

    Returns:
        Accuracies, see `accuracy.audit.audited`. Energy with the default activity and with that of the network,
        measured on test images.

    Raises:
        InputError: a file, the data set or the device is wrong, or they don't fit together.
    """
    began = time.perf_counter()
    design = one_design(path, dataset)
    chip, chosen = hardware.load(), resources.device
    spread = device_spread(chip)
    network, how_split = trained_network(weights, design, array_shape(chip))
    network.to(chosen)
    test = images.test(dataset)
    pixels, labels = torch.from_numpy(test.pixels).to(chosen), torch.from_numpy(test.labels).to(chosen)

    def done(more: int) -> None:
        if on_images is not None:
            on_images(more, audit.passes(len(test)))

    threads_before = torch.get_num_threads()
    torch.set_num_threads(resources.threads)
    try:
        done(0)  # what comes first takes a minute or more
        if how_split is not None:
            fitted, _ = held_out_split(images.train(dataset), *how_split)
            round_to_codes(network)
            calibrate_normalisation(network, torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES]).to(chosen))
        accuracies = audited(network, pixels, labels, audit=audit, spread=spread, on_images=done)
        measured = measure_activity(network, pixels[:CALIBRATION_IMAGES], chip.cell_siemens())
    finally:
        torch.set_num_threads(threads_before)
    energy = {
        name: float(chip.evaluate(stack([design]), activity).energy_pj[0])
        for name, activity in (("default", None), ("measured", Activity(**vars(measured))))
    }
    return {
        "design": design.named().id,
        "dataset": dataset,
        **accuracies,
        "hardware": chip.name,
        "weight_encoding": chip.weight_encoding,
        **spread.model_dump(),
        "energy_pj_default_activity": energy["default"],
        "energy_pj_measured_activity": energy["measured"],
        "active_rows": measured.active_rows.tolist(),
        "device": chosen,
        "torch": torch.__version__,
        "seconds": time.perf_counter() - began,
    }
