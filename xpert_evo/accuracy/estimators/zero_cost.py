"""A score of an untrained network, by how differently it sees different images."""

from __future__ import annotations

import torch
from torch import Tensor

from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels


@torch.no_grad()
def naswot_score(network: CrossbarNetwork, images: Tensor) -> float:
    """Log-determinant of the kernel of activation patterns (Mellor et al., Neural Architecture Search without Training,
    ICML 2021): how many units are on, or off, in both of two images, summed over layers.

    A unit is an input of a layer behind the first one, on where its integer isn't zero, the ADCs' noise included.

    Args:
        network: with random weights, in training mode: normalised by these images.
        images: uint8 (N, C, H, W), on the network's device; N is 128 in the paper.
    """
    kernel = torch.zeros(len(images), len(images), dtype=torch.float64, device=images.device)
    first = network.crossbar_layers()[0]

    def add(layer: CrossbarConv, x: Tensor) -> None:
        if layer is not first:
            on = (x > 0).flatten(1).float()
            kernel.add_(on @ on.T + (1 - on) @ (1 - on).T)

    pixels = as_pixels(images)
    network.calibrate(pixels)
    network.watch(pixels, add)
    return float(torch.linalg.slogdet(kernel).logabsdet)
