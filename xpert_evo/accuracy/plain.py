"""Accuracy without quantisation, noise and ADCs: the `float` fidelity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from xpert_evo.accuracy.batches import as_pixels
from xpert_evo.accuracy.network import CrossbarNetwork

_BATCH = 250
# The statistics' momentum of 0.1 leaves less than a tenth of those that were there.
_PASSES = 24
NORMALISATION_IMAGES = _PASSES * _BATCH


@torch.no_grad()
def plain_accuracy(network: CrossbarNetwork, images: Tensor, labels: Tensor) -> float:
    """Share of images that the network in evaluation mode classifies rightly in floating point.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
    """
    right = torch.zeros((), dtype=torch.int64, device=images.device)
    for some, wanted in zip(images.split(_BATCH), labels.split(_BATCH), strict=True):
        right += (network.plain(as_pixels(some)).argmax(dim=1) == wanted).sum()
    return int(right) / len(images)


@contextmanager
def normalised_for_plain(network: CrossbarNetwork, images: Tensor) -> Iterator[None]:
    """Within it the normalisation of a network in evaluation mode is that of its floating-point activations.

    A network that was trained with few input bits was trained with clipped, coarse activations; its own statistics
    fit no others.

    Args:
        images: training images, uint8 (M, C, H, W), on the network's device.
    """
    statistics = [buffer for layer in network.crossbar_layers() for buffer in (layer.running_mean, layer.running_var)]
    before = [buffer.clone() for buffer in statistics]
    batches = images.split(_BATCH)
    network.train()
    with torch.no_grad():
        for number in range(_PASSES):
            network.plain(as_pixels(batches[number % len(batches)]))
    network.eval()
    try:
        yield
    finally:
        for buffer, values in zip(statistics, before, strict=True):
            buffer.copy_(values)
