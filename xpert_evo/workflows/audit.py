"""The audit of a trained design by names and paths: composes data, hardware preset and the exact simulation."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from xpert_evo.accuracy.activity import measure_activity
from xpert_evo.accuracy.audit import (
    CALIBRATION_IMAGES,
    DEFAULT_AUDIT,
    Audit,
    audited,
    calibrate_normalisation,
    exact_accuracy,
)
from xpert_evo.accuracy.networks.codes import round_to_codes
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.trained import trained_network
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.training.full import held_out_split
from xpert_evo.data import ImageSource
from xpert_evo.data.identity import require_trained_on
from xpert_evo.data.listener import NOBODY
from xpert_evo.design.designs import stack
from xpert_evo.hardware.activity import Activity
from xpert_evo.search.crossbars import array_shape, device_spread
from xpert_evo.workflows.problem import HardwareSettings
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.shown_training import Shown
from xpert_evo.workflows.training import design_for

_TIMED_IMAGES = 10  # passes that tell beforehand how long all of them take


def audit_design_file(
    path: Path,
    weights: Path,
    dataset: str,
    *,
    audit: Audit = DEFAULT_AUDIT,
    hardware: HardwareSettings = HardwareSettings(),
    resources: Resources = Resources(),
    images: ImageSource = ImageSource(),
    shown: Shown | None = None,
) -> dict[str, Any]:
    """Scores a trained design on the first test images, conversion by conversion.

    Codes hold the normalisation behind the ADCs; a checkpoint's is calibrated first, on training images and ideal
    devices, as at the end of its training. On an array of other rows or wires than the training's the ADCs' ranges are
    set anew as well. Chips are calibrated on the training's first images; codes don't know which it held out, so that
    with these it is the first of all training images.

    Args:
        weights: the checkpoint or the codes that `train` wrote.
        audit: how many images and chips.
        shown: hears what is done, and for how long still.

    Returns:
        Accuracies, see `accuracy.audit.audited`. Energy with the default activity and with that of the network,
        measured on test images.

    Raises:
        InputError: a file, the data set or the device is wrong, they don't fit together, or the weights were trained on
            other images.
    """
    began = time.perf_counter()
    chip, chosen = hardware.load(), resources.device
    heard = shown or NOBODY
    design, _, own = design_for(path, dataset, chip, heard)
    spread = device_spread(chip)
    trained = trained_network(weights, design, array_shape(chip))
    require_trained_on(weights, trained.data, dataset, own)
    network = trained.network.to(chosen)
    test = images.test(dataset, own=own, listener=heard)
    pixels, labels = torch.from_numpy(test.pixels).to(chosen), torch.from_numpy(test.labels).to(chosen)

    passes = audit.passes(len(test))

    def done(more: int) -> None:
        if shown is None:
            return
        if more:
            shown.add(more)
        else:
            shown.begin("audit, conversion by conversion", passes, foretold)

    threads_before = torch.get_num_threads()
    torch.set_num_threads(resources.threads)
    try:
        some = None
        if trained.normalisation or (audit.chips and audit.calibrate_chips):
            known = images.train(dataset, own=own, listener=heard)
            fitted = known if trained.how_split is None else held_out_split(known, *trained.how_split)[0]
            some = torch.from_numpy(fitted.pixels[:CALIBRATION_IMAGES]).to(chosen)
        if trained.normalisation and some is not None:
            round_to_codes(network)
            if trained.ranges:
                heard.say(
                    f"trained for other rows or wires: setting the ADCs' ranges anew on {len(some)} training images"
                )
                network.calibrate(as_pixels(some))
            heard.say(f"setting the normalisation behind the ADCs on {len(some)} training images")
            calibrate_normalisation(network, some)
        foretold = passes * _seconds_a_pass(network, pixels[:_TIMED_IMAGES], labels[:_TIMED_IMAGES])
        heard.say(
            f"{len(test)} test images under the ADCs' noise, then {passes} passes of an image, conversion by "
            f"conversion, about {timedelta(seconds=round(foretold))} on {chosen}"
        )
        accuracies = audited(network, pixels, labels, audit=audit, spread=spread, known=some, on_images=done)
        heard.say(f"how active the network's data are, on {min(CALIBRATION_IMAGES, len(test))} test images")
        measured = measure_activity(network, pixels[:CALIBRATION_IMAGES], chip.cell_siemens)
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
        "crossbar_size": network.crossbar_layers()[0].array.crossbar_size,
        "wire_resistance": chip.preset.wire_resistance,
        "ranges_set_anew": trained.ranges,
        **spread.model_dump(),
        "energy_pj_default_activity": energy["default"],
        "energy_pj_measured_activity": energy["measured"],
        "active_rows": measured.active_rows.tolist(),
        "device": chosen,
        "torch": torch.__version__,
        "seconds": time.perf_counter() - began,
    }


def _seconds_a_pass(network: CrossbarNetwork, images: Tensor, labels: Tensor) -> float:
    """Of one image, conversion by conversion."""
    began = time.perf_counter()
    exact_accuracy(network, images, labels)
    return (time.perf_counter() - began) / len(images)
