"""Weights and normalisations of a network's operations, from a module's."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from xpert_evo.accuracy.tracing.parts import Part
from xpert_evo.design.networks.operations import ON_CROSSBARS

Tensors = dict[str, dict[str, Tensor]]

EPSILON = 1e-5  # of every normalisation; a module's own is folded into its variance


def layer_tensors(part: Part) -> dict[str, Tensor]:
    """Of a layer on crossbars: `weight`, (C_out, C_in / groups, k, k), and its normalisation as `norm_tensors` has it.

    A linear layer is a convolution of 1 x 1; its C_in are channels x pixels, the channels slowest. A bias is part of
    the normalisation.
    """
    layer: Any = part.module
    weight = layer.weight.detach()
    bias = None if layer.bias is None else layer.bias.detach()
    weight = weight[:, :, None, None] if weight.dim() == 2 else weight
    if part.normalisation is not None:
        tensors = norm_tensors(part.normalisation)
        if bias is not None:
            tensors["running_mean"] = tensors["running_mean"] - bias
        return {"weight": weight, **tensors}
    one, zero = weight.new_ones(len(weight)), weight.new_zeros(len(weight))
    shift = zero if bias is None else bias
    return {"weight": weight, "gain": one, "shift": shift, "running_mean": zero, "running_var": one - EPSILON}


def norm_tensors(norm: nn.Module) -> dict[str, Tensor]:
    """`gain`, `shift`, `running_mean`, `running_var` of a batch normalisation whose epsilon is `EPSILON`."""
    layer: Any = norm
    mean, variance = layer.running_mean.detach(), layer.running_var.detach()
    gain = torch.ones_like(mean) if layer.weight is None else layer.weight.detach()
    shift = torch.zeros_like(mean) if layer.bias is None else layer.bias.detach()
    if layer.eps != EPSILON:
        own = variance + layer.eps
        variance = (own - EPSILON).clamp(min=0)  # a smaller epsilon of a smaller variance goes into the gain
        gain = gain * ((variance + EPSILON) / own).sqrt()
    return {"gain": gain, "shift": shift, "running_mean": mean, "running_var": variance}


def classifier_tensors(part: Part) -> dict[str, Tensor]:
    """Of the classifier: `weight`, (classes, C_in), and `bias`; what normalises it is folded into them."""
    layer: Any = part.module
    weight = layer.weight.detach()
    bias = weight.new_zeros(len(weight)) if layer.bias is None else layer.bias.detach()
    if part.normalisation is not None:
        norm = norm_tensors(part.normalisation)
        scale = norm["gain"] / (norm["running_var"] + EPSILON).sqrt()
        weight, bias = weight * scale[:, None], (bias - norm["running_mean"]) * scale + norm["shift"]
    return {"weight": weight, "bias": bias}


def tensors_of(parts: list[Part], classifier: str | None) -> Tensors:
    """The tensors of all operations that have any, by the operation's name."""
    tensors: Tensors = {}
    for part in parts:
        if part.name == classifier:
            tensors[part.name] = classifier_tensors(part)
        elif part.kind in ON_CROSSBARS:
            tensors[part.name] = layer_tensors(part)
        elif part.kind == "batch_norm":
            assert part.module is not None
            tensors[part.name] = norm_tensors(part.module)
    return tensors
