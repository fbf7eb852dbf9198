"""Trained networks in about a byte a weight: what a chip needs, and all that an audit does.

A file of format `xpert-evo/codes-1` (safetensors) holds, for every convolution N,

    layers.N.codes           int8 (C_out, C_in, k, k), the weights that cells hold
    layers.N.scale           float32 (C_out,), what one of them stands for
    layers.N.converted_mean  float32 (C_out,), and converted_var: statistics of its exact outputs on training images,
                             which the digital normalisation behind the ADCs uses

and under the names of `CrossbarNetwork` the rest of its state: gain, shift and running statistics of the
normalisation, step of the inputs, lowest level and step of the ADCs, the classifier in float32. Its metadata are
format, design (as in a design file), array, seed of the network's noise and, where that is known, data (which images
it was trained on), as one JSON mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.design import Design

FORMAT = "xpert-evo/codes-1"
_CONVERTED = ("converted_mean", "converted_var")


@torch.no_grad()
def round_to_codes(network: CrossbarNetwork) -> None:
    """Makes the weights what their codes and scales say; quantised, the network stays the same.

    Whoever audits does so first: a network and its file are then equal, bit for bit, on every device.
    """
    for layer in network.crossbar_layers():
        layer.weight.copy_(_weight(*_codes(layer)))


def save_codes(
    network: CrossbarNetwork, path: Path, *, design: Design, array: ArrayShape, seed: int, data: str | None = None
) -> None:
    """Writes a trained network.

    Args:
        network: calibrated, its normalisation too (see `audit.calibrate_normalisation`).
        array: as `build_network` was given it.
        seed: that it was built with.
        data: what it was trained on, see `Images.source`.
    """
    tensors = dict(network.state_dict())
    for number, layer in enumerate(network.crossbar_layers()):
        name = f"layers.{number}"
        del tensors[f"{name}.weight"]
        codes, scale = _codes(layer)
        tensors |= {f"{name}.codes": codes.to(torch.int8), f"{name}.scale": scale.flatten()}
        tensors |= {f"{name}.{key}": getattr(layer, key) for key in _CONVERTED}
    plan = {"design": design.to_json(), "array": array.to_json(), "seed": seed}
    known = {"data": data} if data else {}
    checkpoints.write(path, tensors, {"format": FORMAT, **plan, **known})


def network_of_codes(
    tensors: dict[str, Tensor], plan: dict[str, Any], array: ArrayShape | None = None
) -> CrossbarNetwork:
    """The network of a file's tensors, calibrated and in evaluation mode, on the CPU.

    Args:
        plan: design, array and seed.
        array: in place of the plan's and the design's, with other rows or wires; the network is to be calibrated for
            it then.

    Raises:
        KeyError, RuntimeError: tensors are missing, too many or of other shapes.
        ValidationError: there is no such design or array.
    """
    design = Design.model_validate(plan["design"])
    array = array or ArrayShape.model_validate(plan["array"]).of(design)
    network = build_network(design.model_copy(update={"array": None}), hardware=array, seed=plan["seed"])
    state = dict(tensors)
    for number, layer in enumerate(network.crossbar_layers()):
        name = f"layers.{number}"
        scale = state.pop(f"{name}.scale").view(-1, 1, 1, 1)
        state[f"{name}.weight"] = _weight(state.pop(f"{name}.codes").float(), scale)
        for key in _CONVERTED:
            setattr(layer, key, state.pop(f"{name}.{key}"))
    load_state(network, state)
    return network.eval()


def load_state(network: CrossbarNetwork, state: Mapping[str, Tensor]) -> None:
    """Loads a network's state, which may be of an array with other wires: what they leave is known of some alone."""
    own = network.state_dict()
    wires = {name: tensor for name, tensor in own.items() if name.endswith(".wire_gain")}
    known = {name: tensor for name, tensor in state.items() if name in own or not name.endswith(".wire_gain")}
    network.load_state_dict({**wires, **known})


def _codes(layer: CrossbarConv) -> tuple[Tensor, Tensor]:
    """Whole numbers (C_out, C_in, k, k) and their scale (C_out, 1, 1, 1), found on the CPU wherever the layer is."""
    weight = layer.weight.detach().cpu()
    scale = weight_scale(weight, layer.largest_weight)
    return (weight / scale).round_(), scale


def _weight(codes: Tensor, scale: Tensor) -> Tensor:
    """Weights whose codes and scales are these again, bit for bit.

    Of the scale: it is the float s next to p / largest, p being the channel's largest |w|. So p lies within largest
    half-spacings of s around s x largest; what the product is rounded to is no further off than p, and its quotient
    by largest rounds to s as well.
    """
    return codes * scale
