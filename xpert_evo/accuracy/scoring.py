"""Accuracy in floating point, without rounding, noise and ADCs: the `float` fidelity."""

from __future__ import annotations

import torch
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.training.batches import as_pixels

_BATCH = 250


@torch.no_grad()
def plain_accuracy(network: CrossbarNetwork, images: Tensor, labels: Tensor, *, clipped: bool = True) -> float:
    """Share of images that the network in evaluation mode classifies rightly in floating point.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
        clipped: see `CrossbarNetwork.plain`.
    """
    right = torch.zeros((), dtype=torch.int64, device=images.device)
    for some, wanted in zip(images.split(_BATCH), labels.split(_BATCH), strict=True):
        right += (network.plain(as_pixels(some), clipped=clipped).argmax(dim=1) == wanted).sum()
    return int(right) / len(images)
