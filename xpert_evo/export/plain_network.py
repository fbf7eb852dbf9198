"""A design's network as a PyTorch module that needs nothing of this package: source text, and weights for it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.design.backbones import backbone
from xpert_evo.design.designs import Design
from xpert_evo.export.templates import render
from xpert_evo.version import __version__


def module_source(design: Design, network: CrossbarNetwork) -> str:
    """The module's source, with the input ranges of a network of the design."""
    shape = backbone(design.backbone)
    return render(
        "network.py.jinja",
        identity=design.named().id,
        version=__version__,
        backbone=shape.name.upper(),
        image=design.image,
        classes=design.classes,
        kernel=shape.kernel,
        layers=list(zip(design.layers, shape.pools().tolist(), largest_inputs(network), strict=True)),
    )


def largest_inputs(network: CrossbarNetwork) -> list[float]:
    """The value at which each layer clips its inputs, to a float32's seven digits; pixels are clipped at 1."""
    largest = [float(layer.input_levels * layer.input_step) for layer in network.crossbar_layers()]
    return [1.0, *(float(f"{value:.7g}") for value in largest[1:])]


@torch.no_grad()
def plain_weights(network: CrossbarNetwork) -> dict[str, Tensor]:
    """The module's weights, such that its outputs are the network's without rounding, noise and ADCs.

    A layer's integer inputs times their step are what the module's layer is given, so steps cancel; that of the image,
    whose largest pixel is 1, goes into the first convolution. Gain, shift and running statistics are those of a batch
    normalisation in units of one.
    """
    weights = {}
    for number, layer in enumerate(network.crossbar_layers()):
        scale = layer.input_levels * layer.input_step if number == 0 else 1.0
        weights[f"convolutions.{number}.weight"] = layer.weight * scale
        weights[f"normalisations.{number}.weight"] = layer.gain
        weights[f"normalisations.{number}.bias"] = layer.shift
        weights[f"normalisations.{number}.running_mean"] = layer.running_mean
        weights[f"normalisations.{number}.running_var"] = layer.running_var
        weights[f"normalisations.{number}.num_batches_tracked"] = torch.tensor(0)
    weights |= {"classifier.weight": network.classifier, "classifier.bias": network.bias}
    return {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format) for name, tensor in weights.items()
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
