"""Trained weights carried over to other precisions of the same depths."""

from __future__ import annotations

import torch

from xpert_evo.accuracy.network import CrossbarNetwork
from xpert_evo.errors import InputError


@torch.no_grad()
def copy_weights(source: CrossbarNetwork, target: CrossbarNetwork) -> None:
    """Copies weights, normalisation and classifier; the target's precisions stay, and it has to be calibrated.

    Quantisers' steps aren't copied: they follow from precisions, and normalisation is kept in units of one.

    Raises:
        InputError: the networks have different depths.
    """
    depths = [[len(layer.weight) for layer in network.crossbar_layers()] for network in (source, target)]
    if depths[0] != depths[1]:
        raise InputError(f"channels: {depths[0]} were trained and can't be carried over to {depths[1]}")
    for trained, layer in zip(source.crossbar_layers(), target.crossbar_layers(), strict=True):
        for name in ("weight", "gain", "shift", "running_mean", "running_var"):
            getattr(layer, name).copy_(getattr(trained, name))
    target.classifier.copy_(source.classifier)
    target.bias.copy_(source.bias)
