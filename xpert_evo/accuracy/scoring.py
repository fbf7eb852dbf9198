"""Accuracies of a network on images: under the ADCs' noise, and in floating point; see `audit` for the exact one."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import Fidelity

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


def evaluate(network: CrossbarNetwork, images: Tensor, labels: Tensor, fidelity: Fidelity = "noise") -> float:
    """Share of images that are classified rightly; see `classified_rightly`."""
    return int(classified_rightly(network, images, labels, fidelity).sum()) / len(images)


@torch.no_grad()
def classified_rightly(
    network: CrossbarNetwork, images: Tensor, labels: Tensor, fidelity: Fidelity = "noise"
) -> Tensor:
    """Which images are classified rightly, bool (M,); see `audit.exact_accuracy` for the third fidelity.

    The network is to be calibrated and in evaluation mode, as `train` leaves it. Noise is drawn from the start of
    the network's pool, so that scoring is repeatable and doesn't disturb a training that goes on; what an image gets of
    it hangs on its place among the images.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
    """
    with network.noise.from_the_start():
        batches = zip(images.split(_BATCH), labels.split(_BATCH), strict=True)
        return torch.cat([network(as_pixels(some), fidelity).argmax(dim=1) == wanted for some, wanted in batches])


def standard_error(accuracy: float, images: int) -> float:
    """Of an accuracy measured on so many images: sqrt(p (1 - p) / n)."""
    return math.sqrt(accuracy * (1 - accuracy) / images)
