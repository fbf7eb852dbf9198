"""A user's PyTorch module as a network, and the module's weights by the network's operations."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from torch import nn

from xpert_evo.accuracy.tracing.parts import Part
from xpert_evo.accuracy.tracing.tensors import Tensors, tensors_of
from xpert_evo.accuracy.tracing.traced import require_same_outputs, traced
from xpert_evo.accuracy.tracing.translation import translated
from xpert_evo.design.networks.graph import LARGEST_IMAGE, Network
from xpert_evo.design.networks.operations import Operation
from xpert_evo.errors import InputError, describe_validation_error


def network_of(module: nn.Module, image: Sequence[int], name: str | None = None) -> Network:
    """The network that a module is in evaluation, layer by layer.

    Args:
        module: takes a batch of images, (N, channels, height, width), gives (N, classes). It is run on the device where
            its parameters are, and is left as it was.
        image: (channels, height, width), or the shape of a batch. What the network makes of other sizes follows from
            its operations.
        name: of files and tables; the module's class where it is None.

    Raises:
        InputError: the module can't be traced, or holds what a network can't; the message says where.
    """
    return network_and_weights_of(module, image, name)[0]


def network_and_weights_of(module: nn.Module, image: Sequence[int], name: str | None = None) -> tuple[Network, Tensors]:
    """The same, and the module's tensors by the names of the operations, as `tensors` makes them.

    They may be in the module's own memory. See `network_of`.
    """
    if not isinstance(module, nn.Module):
        raise InputError(f"module: {type(module).__name__} is no torch.nn.Module")
    channels, size = _checked(image)
    calls = traced(module, (channels, size, size))
    parts = translated(calls)
    require_same_outputs(module, calls, (channels, size, size))
    content = {
        "name": type(module).__name__ if name is None else name,
        "image_channels": channels,
        "operations": tuple(map(_operation, parts)),
    }
    try:
        network = Network.model_validate(content)
    except ValidationError as error:
        raise InputError(describe_validation_error(error, "network", Network)) from error
    return network, tensors_of(parts, network.classifier.name if network.classifier else None)


def _operation(part: Part) -> Operation:
    try:
        return Operation.model_validate({"name": part.name, "kind": part.kind, "inputs": part.inputs, **part.sizes})
    except ValidationError as error:
        raise InputError(describe_validation_error(error, part.place, Operation)) from error


def _checked(image: Sequence[int]) -> tuple[int, int]:
    """Channels and side."""
    sizes = tuple(image)[-3:]
    if len(image) not in (3, 4) or not all(isinstance(size, int) and size >= 1 for size in sizes):
        raise InputError(f"image: {tuple(image)}; (channels, height, width) is wanted, such as (3, 32, 32)")
    channels, height, width = sizes
    if height != width:
        raise InputError(f"image: {channels} x {height} x {width}; a square image is wanted")
    if height > LARGEST_IMAGE:
        raise InputError(f"image: {height} pixels a side; at most {LARGEST_IMAGE} are valid")
    return channels, height
