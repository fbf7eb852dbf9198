"""Trained weights carried over to other precisions of the same depths, or to fewer channels."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
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
    for trained_norm, norm in zip(source.digital_norms(), target.digital_norms(), strict=True):
        norm.load_state_dict(trained_norm.state_dict())
    if source.classifier is not None and target.classifier is not None:
        target.classifier.copy_(source.classifier)
        cast(Tensor, target.bias).copy_(cast(Tensor, source.bias))


@torch.no_grad()
def copy_prefixes(source: CrossbarNetwork, target: CrossbarNetwork) -> None:
    """Copies the weights of the first channels of every layer, as many as the target has; it has to be normalised anew.

    Raises:
        InputError: the target is wider somewhere.
    """
    layers = zip(source.crossbar_layers(), target.crossbar_layers(), strict=True)
    for number, (trained, layer) in enumerate(layers, start=1):
        outputs, inputs = layer.weight.shape[:2]
        if outputs > len(trained.weight):
            raise InputError(f"channels: {outputs} in layer {number}, where {len(trained.weight)} were trained")
        layer.weight.copy_(trained.weight[:outputs, :inputs])
        layer.gain.copy_(trained.gain[:outputs])
        layer.shift.copy_(trained.shift[:outputs])
    if source.classifier is not None and target.classifier is not None:
        target.classifier.copy_(source.classifier[:, : target.classifier.shape[1]])
        cast(Tensor, target.bias).copy_(cast(Tensor, source.bias))
