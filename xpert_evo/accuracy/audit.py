"""What a trained network scores on the chip: every conversion simulated, on ideal devices and on chips that vary."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from xpert_evo.accuracy import answers
from xpert_evo.accuracy.networks.imc_layers import LayerCells
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import classified_rightly, standard_error
from xpert_evo.accuracy.settings import DeviceSpread

CALIBRATION_IMAGES = 500  # training images that set the normalisation behind the ADCs
_BATCH = 50

OnImages = Callable[[int], None]  # hears of so many images more


@dataclass(frozen=True)
class Audit:
    """How much of the test set is simulated conversion by conversion, always from its beginning.

    Attributes:
        images: on ideal devices; all where it is None or there are fewer.
        chips: so many chips whose devices deviate.
        chip_images: on each of them.
        seed: of the first chip.
        calibrate_chips: each of them has its normalisation set by its own outputs on training images (Joshi et al.,
            "Accurate deep neural network inference using computational phase-change memory", 2020).
    """

    images: int | None = None
    chips: int = 5
    chip_images: int = 2000
    seed: int = 1
    calibrate_chips: bool = False

    def passes(self, images: int) -> int:
        """Exact passes of one image, of so many test images."""
        a_chip = min(self.chip_images, images) + self.calibrate_chips * CALIBRATION_IMAGES
        return min(self.images or images, images) + self.chips * a_chip


DEFAULT_AUDIT = Audit()


def calibrate_normalisation(network: CrossbarNetwork, images: Tensor) -> None:
    """Sets the digital normalisation behind every layer's ADCs, on ideal devices.

    ADCs that clip and round shift and widen a layer's outputs; training, whose noise is free of a mean, doesn't know.

    Args:
        images: training images, uint8 (M, C, H, W), on the network's device.
    """
    network.exact(as_pixels(images), _cells(network, None, 0), calibrate=True)


def exact_accuracy(
    network: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    spread: DeviceSpread | None = None,
    chip: int = 0,
    known: Tensor | None = None,
    on_images: OnImages | None = None,
) -> float:
    """Share of images that one chip classifies rightly; see `exactly_right`."""
    return _share(exactly_right(network, images, labels, spread=spread, chip=chip, known=known, on_images=on_images))


@torch.no_grad()
def exactly_right(
    network: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    spread: DeviceSpread | None = None,
    chip: int = 0,
    known: Tensor | None = None,
    on_images: OnImages | None = None,
) -> Tensor:
    """Which images one chip classifies rightly, bool (M,); the network is to be calibrated and in evaluation mode.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
        spread: of the chip's devices; ideal ones where it is None.
        chip: seed of its devices' deviations.
        known: training images, on which the chip's own outputs set its normalisation; the network's where it is None.
        on_images: hears of every batch.
    """
    cells = _cells(network, spread, chip)
    right = []
    with _normalisation_kept(network):
        if known is not None:
            network.exact(as_pixels(known), cells, calibrate=True)
            if on_images is not None:
                on_images(len(known))
        for some, wanted in zip(images.split(_BATCH), labels.split(_BATCH), strict=True):
            right.append(network.exact(as_pixels(some), cells).argmax(dim=1) == wanted)
            if on_images is not None:
                on_images(len(some))
    return torch.cat(right)


@contextmanager
def _normalisation_kept(network: CrossbarNetwork) -> Iterator[None]:
    """After it the network is normalised as before."""
    before = [(layer, layer.converted_mean, layer.converted_var) for layer in network.crossbar_layers()]
    try:
        yield
    finally:
        for layer, mean, variance in before:
            layer.converted_mean, layer.converted_var = mean, variance


def _share(right: Tensor) -> float:
    return int(right.sum()) / len(right)


def _cells(network: CrossbarNetwork, spread: DeviceSpread | None, chip: int) -> list[LayerCells]:
    generator = torch.Generator().manual_seed(chip)
    return [layer.cells(generator, spread) for layer in network.crossbar_layers()]


def audited(
    network: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    audit: Audit,
    spread: DeviceSpread,
    known: Tensor | None = None,
    on_images: OnImages | None = None,
) -> dict[str, Any]:
    """Accuracies of a calibrated network in evaluation mode, each with its standard error and number of images.

    Args:
        images: test images, uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
        spread: of the chips' devices.
        known: training images; chips are calibrated on the first `CALIBRATION_IMAGES`, where `audit` asks for it.
        on_images: hears of none when the exact passes begin, then of every batch of them.

    Returns:
        `noise` as training sees it, `exact` on ideal devices, both with which images were classified rightly
        (`answers.as_text`); with chips their mean, whose error is of images and chips together, deviation, worst and
        all.
    """
    under_noise = classified_rightly(network, images, labels)
    if on_images is not None:
        on_images(0)
    some = images[: audit.images]
    converted = exactly_right(network, some, labels[: audit.images], on_images=on_images)
    noise, exact = _share(under_noise), _share(converted)
    result: dict[str, Any] = {
        "noise_accuracy": noise,
        "noise_standard_error": standard_error(noise, len(images)),
        "noise_images": len(images),
        "noise_right": answers.as_text(under_noise.cpu().numpy()),
        "exact_accuracy": exact,
        "exact_standard_error": standard_error(exact, len(some)),
        "exact_images": len(some),
        "exact_right": answers.as_text(converted.cpu().numpy()),
    }
    if not audit.chips:
        return result
    few, wanted = images[: audit.chip_images], labels[: audit.chip_images]
    own = None
    if audit.calibrate_chips:
        assert known is not None
        own = known[:CALIBRATION_IMAGES]
    chips = [
        exact_accuracy(network, few, wanted, spread=spread, chip=audit.seed + number, known=own, on_images=on_images)
        for number in range(audit.chips)
    ]
    mean, deviation = statistics.fmean(chips), statistics.stdev(chips) if len(chips) > 1 else 0.0
    return result | {
        "chips_mean_accuracy": mean,
        "chips_standard_error": math.hypot(standard_error(mean, len(few)), deviation / math.sqrt(len(chips))),
        "chips_images": len(few),
        "chips_deviation": deviation,
        "chips_worst_accuracy": min(chips),
        "chips_accuracies": chips,
        "chips_seed": audit.seed,
        "chips_calibrated": audit.calibrate_chips,
    }
