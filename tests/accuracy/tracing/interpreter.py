"""A network's graph in floating point, operation by operation, and the classification networks of torchvision."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.tracing.importing import network_and_weights_of
from xpert_evo.accuracy.tracing.tensors import EPSILON, Tensors
from xpert_evo.design.design import homogeneous
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE, Operation

LEAST_IMAGE = {"alexnet": 64, "densenet": 32, "googlenet": 32, "inception_v3": 75, "vgg": 32}
WITHOUT_AUXILIARY = {"aux_logits": False, "init_weights": False}


def run(network: Network, tensors: Tensors, images: Tensor) -> dict[str, Tensor]:
    """What every operation gives."""
    given = {IMAGE: images}
    for operation in network.operations:
        inputs = [given[name] for name in operation.inputs]
        given[operation.name] = _given(operation, inputs, tensors.get(operation.name, {}), network)
    return given


def _given(operation: Operation, inputs: list[Tensor], own: dict[str, Tensor], network: Network) -> Tensor:
    x, (kernel, stride, padding) = inputs[0], operation.window
    if operation is network.classifier:
        return F.linear(x, own["weight"], own["bias"])
    match operation.kind:
        case "linear":
            return _normalised(F.linear(x, own["weight"][:, :, 0, 0]), own)
        case "convolution":
            y = F.conv2d(x, own["weight"], None, stride, padding, 1, operation.groups or 1)
            return _normalised(y, own)
        case "batch_norm":
            return _normalised(x, own)
        case "relu":
            return F.relu(x)
        case "relu6":
            return F.relu6(x)
        case "max_pool":
            return F.max_pool2d(x, kernel, stride, padding, ceil_mode=bool(operation.ceil))
        case "average_pool":
            return F.avg_pool2d(x, kernel, stride, padding, ceil_mode=bool(operation.ceil))
        case "adaptive_average_pool":
            return F.adaptive_avg_pool2d(x, operation.size)
        case "add":
            return sum(inputs[1:], x)
        case "concatenate":
            return torch.cat(inputs, dim=1)
        case _:
            return torch.flatten(x, 1)


def _normalised(x: Tensor, own: dict[str, Tensor]) -> Tensor:
    return F.batch_norm(x, own["running_mean"], own["running_var"], own["gain"], own["shift"], eps=EPSILON)


def filled(module: nn.Module, seed: int = 0) -> nn.Module:
    """Weights, biases and statistics drawn anew, in double precision, so that no normalisation is trivial."""
    draw = torch.Generator().manual_seed(seed)
    module = module.to_empty(device="cpu").double().eval()
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            most = (6 / part.weight[0].numel()) ** 0.5
            part.weight.data.uniform_(-most, most, generator=draw)
        elif isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.2, generator=draw)
            part.running_var.uniform_(0.5, 2.0, generator=draw)
            if part.weight is not None:
                part.weight.data.uniform_(0.3, 1.0, generator=draw)
        if getattr(part, "bias", None) is not None:
            part.bias.data.normal_(0, 0.1, generator=draw)
    return module


def torchvision_model(name: str) -> nn.Module:
    """A network of torchvision without weights, and without memory for them where it can be made so."""
    options: dict[str, Any] = WITHOUT_AUXILIARY if name in ("googlenet", "inception_v3") else {}
    try:
        with torch.device("meta"):
            return models.get_model(name, weights=None, **options)
    except NotImplementedError:  # it computes its sizes with tensors
        return models.get_model(name, weights=None, **options)


def least_image(name: str) -> int:
    """A small side that the network allows."""
    return next((size for prefix, size in LEAST_IMAGE.items() if name.startswith(prefix)), 33)


def searched(network: Network, tensors: Tensors, image: tuple[int, int, int]) -> CrossbarNetwork:
    """The network as searches train it, at its own widths, with the module's weights, in double precision."""
    last = network.operations[-1]
    classes = network.standard_channels[last.name]
    design = homogeneous(network=network, image_size=image[1], image_channels=image[0], classes=classes)
    built = build_network(design).double().eval()
    named = dict(zip(network.layer_names, built.crossbar_layers(), strict=True))
    norms = [operation.name for operation in network.operations if operation.kind == "batch_norm"]
    named |= dict(zip(norms, built.digital_norms(), strict=True))
    for name, own in tensors.items():
        into = named.get(name)
        if into is None:
            built.classifier.data, built.bias.data = own["weight"], own["bias"]
            continue
        for key, tensor in own.items():
            getattr(into, key).data = tensor
    return built


def require_same(module: nn.Module, image: tuple[int, int, int], tolerance: float = 1e-6) -> Network:
    """Looks whether the network that is made of a module computes what the module does, with the sizes that it says, by
    itself and as a search builds it."""
    network, tensors = network_and_weights_of(module, image)
    images = torch.rand(2, *image, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    with torch.no_grad():
        expected, given = module(images.clone()), run(network, tensors, images)
    logits = given[network.operations[-1].name]
    assert logits.std(0).max() > 0 and logits.isfinite().all()
    assert (logits - expected).abs().max() <= tolerance * expected.abs().max()
    built = searched(network, tensors, image)
    with torch.no_grad():
        assert (built.plain(images, clipped=False) - expected).abs().max() <= tolerance * expected.abs().max()
    sizes = network.sizes(image[1])
    for name, tensor in given.items():
        assert tuple(tensor.shape[2:]) in (sizes[name], ())
    layers = network.crossbar_layers
    channels = network.scaled_channels(1.0, image[1])
    inputs = network.input_channels(channels, image[1], image[0])
    for layer, outputs, wanted in zip(layers, channels, inputs, strict=True):
        shape = tuple(tensors[layer.name]["weight"].shape)
        assert shape == (outputs, wanted // (layer.groups or 1), *(layer.kernel or (1, 1)))
    return network
