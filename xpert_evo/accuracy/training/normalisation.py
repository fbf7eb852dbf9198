"""Batch normalisation of weights that weren't trained in the network that they are in: a slimmable network's."""

from __future__ import annotations

import torch
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels

STATISTICS_IMAGES = 1000
_BATCH = 250


@torch.no_grad()
def normalise_anew(network: CrossbarNetwork, images: Tensor, *, calibration_images: int) -> None:
    """Measures running statistics under the ADCs' noise, calibrates the ADCs and leaves the network in evaluation mode.

    Args:
        images: training images, uint8 (M, C, H, W), on the network's device; of the first `STATISTICS_IMAGES` come
            the statistics, the mean over batches.
        calibration_images: of which, the first ones, ADC ranges come.
    """
    calibration = as_pixels(images[:calibration_images])
    network.train()
    network.calibrate(calibration)
    for count, some in enumerate(images[:STATISTICS_IMAGES].split(_BATCH), start=1):
        for layer in network.crossbar_layers():
            layer.momentum = 1 / count
        network(as_pixels(some))
    network.eval()
    network.calibrate(calibration)
