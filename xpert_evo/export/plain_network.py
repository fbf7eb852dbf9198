"""A design's network as a PyTorch module that needs nothing of this package: source text, and weights for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save
from torch import Tensor, nn

from xpert_evo.accuracy.networks.digital import DigitalNorm
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.design.design import Design
from xpert_evo.design.networks.registry import title
from xpert_evo.export.forward_lines import forward_lines, norm_name
from xpert_evo.export.templates import render
from xpert_evo.version import __version__


class PlainLayer(NamedTuple):
    """One layer of the module."""

    inputs: int
    outputs: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    groups: int
    clipped: tuple[float, float]


def module_source(design: Design, network: CrossbarNetwork) -> str:
    """The module's source, with the input ranges of a network of the design."""
    graph = network.graph
    layers = [_plain(layer, number) for number, layer in enumerate(network.crossbar_layers())]
    norms = [operation for operation in graph.operations if operation.kind == "batch_norm"]
    return render(
        "network.py.jinja",
        identity=design.named().id,
        version=__version__,
        network=title(graph),
        has_linear=any(layer.kind == "linear" for layer in graph.crossbar_layers),
        image=design.image,
        classes=design.classes,
        layers=list(zip(layers, design.layers, strict=True)),
        norms=[(norm_name(norm), len(there.gain)) for norm, there in zip(norms, network.digital_norms(), strict=True)],
        features=0 if network.classifier is None else network.classifier.shape[1],
        lines=forward_lines(graph),
    )


def _plain(layer: CrossbarConv, number: int) -> PlainLayer:
    windows, (outputs, inputs) = layer.windows, layer.weight.shape[:2]
    ends = clipped_inputs(layer, reads_pixels=number == 0)
    return PlainLayer(
        inputs * windows.groups, outputs, windows.kernel, windows.stride, windows.padding, windows.groups, ends
    )


def clipped_inputs(layer: CrossbarConv, *, reads_pixels: bool) -> tuple[float, float]:
    """The values at which a layer clips its inputs, to a float32's seven digits; pixels are clipped at 1."""
    lowest, highest = (float(f"{end * float(layer.input_step):.7g}") for end in layer.input_range)
    return lowest, 1.0 if reads_pixels else highest


@torch.no_grad()
def plain_weights(network: CrossbarNetwork) -> dict[str, Tensor]:
    """The module's weights, such that its outputs are the network's without rounding, noise and ADCs.

    A layer's integer inputs times their step are what the module's layer is given, so steps cancel; that of the image,
    whose largest pixel is 1, goes into the first convolution. Gain, shift and running statistics are those of a batch
    normalisation in units of one.
    """
    weights: dict[str, Tensor] = {}
    for number, layer in enumerate(network.crossbar_layers()):
        scale = layer.input_levels * layer.input_step if number == 0 else 1.0
        weights[f"convolutions.{number}.weight"] = layer.weight * scale
        weights |= {f"normalisations.{number}.{name}": tensor for name, tensor in _batch_norm(layer).items()}
    norms = [operation for operation in network.graph.operations if operation.kind == "batch_norm"]
    for operation, norm in zip(norms, network.digital_norms(), strict=True):
        weights |= {f"{norm_name(operation)}.{name}": tensor for name, tensor in _batch_norm(norm).items()}
    if network.classifier is not None and network.bias is not None:
        weights |= {"classifier.weight": network.classifier, "classifier.bias": network.bias}
    return {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format) for name, tensor in weights.items()
    }


def _batch_norm(norm: CrossbarConv | DigitalNorm) -> dict[str, Tensor]:
    return {
        "weight": norm.gain,
        "bias": norm.shift,
        "running_mean": norm.running_mean,
        "running_var": norm.running_var,
        "num_batches_tracked": torch.tensor(0),
    }


def save_weights(network: CrossbarNetwork, path: Path, *, design: Design) -> None:
    """Writes the weights for the module of a design."""
    metadata = {"design": str(design.named().id), "xpert-evo": __version__}
    path.write_bytes(save(plain_weights(network), metadata))


def import_network(source: Path, weights: Path | None = None) -> nn.Module:
    """The network of a module that was written, in evaluation mode; with random weights where there are none."""
    spec = importlib.util.spec_from_file_location("exported_network", source)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load(weights) if weights else module.Network().eval()
