"""What a trained network scores on the chip: every conversion simulated, on ideal devices and on chips that vary."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from xpert_evo.accuracy.batches import as_pixels
from xpert_evo.accuracy.devices import cells_of
from xpert_evo.accuracy.network import CrossbarNetwork
from xpert_evo.accuracy.settings import DeviceSpread

_BATCH = 50

OnImages = Callable[[int], None]  # hears of so many images more


def calibrate_normalisation(network: CrossbarNetwork, images: Tensor) -> None:
    """Sets the digital normalisation behind every layer's ADCs, on ideal devices.

    ADCs that clip and round shift and widen a layer's outputs; training, whose noise is free of a mean, doesn't know.

    Args:
        images: training images, uint8 (M, C, H, W), on the network's device.
    """
    network.exact(as_pixels(images), _cells(network, None, 0), calibrate=True)


@torch.no_grad()
def exact_accuracy(
    network: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    spread: DeviceSpread | None = None,
    chip: int = 0,
    on_images: OnImages | None = None,
) -> float:
    """Share of images that one chip classifies rightly; the network is to be calibrated and in evaluation mode.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
        spread: of the chip's devices; ideal ones where it is None.
        chip: seed of its devices' deviations.
        on_images: hears of every batch.
    """
    cells = _cells(network, spread, chip)
    right = 0
    for some, wanted in zip(images.split(_BATCH), labels.split(_BATCH), strict=True):
        right += int((network.exact(as_pixels(some), cells).argmax(dim=1) == wanted).sum())
        if on_images is not None:
            on_images(len(some))
    return right / len(images)


def _cells(network: CrossbarNetwork, spread: DeviceSpread | None, chip: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(chip)
    return [cells_of(layer.integer_weight(), layer.array, generator, spread) for layer in network.crossbar_layers()]
