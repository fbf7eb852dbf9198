"""Sizes of a network's tensors, from the image's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xpert_evo.design.networks.operations import IMAGE, Operation
from xpert_evo.errors import InputError


@dataclass(frozen=True)
class LayerSizes:
    """Of every layer on crossbars, int64 (L,).

    Attributes:
        inputs, outputs: side of the square image that it reads, and of what it gives.
        kernel_height, kernel_width, stride: of the convolution; 1 of a linear layer.
        groups: in the standard network.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    kernel_height: np.ndarray
    kernel_width: np.ndarray
    stride: np.ndarray
    groups: np.ndarray


def tensor_sizes(operations: Sequence[Operation], image_size: int) -> dict[str, tuple[int, int]] | None:
    """Height and width of every operation's output, by its name; None where the image is too small for one."""
    sizes = {IMAGE: (image_size, image_size)}
    for operation in operations:
        size = _output_size(operation, sizes)
        if min(size) < 1:
            return None
        sizes[operation.name] = size
    return sizes


def _output_size(operation: Operation, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    height, width = sizes[operation.inputs[0]]
    if operation.kind in ("flatten", "linear"):
        return 1, 1
    if operation.size is not None:
        return operation.size
    if operation.kernel is None:
        return height, width
    kernel, stride, padding = operation.window
    down, across = (
        _windows(*axis, bool(operation.ceil)) for axis in zip((height, width), kernel, stride, padding, strict=True)
    )
    return down, across


def _windows(size: int, kernel: int, stride: int, padding: int, over_the_edge: bool) -> int:
    room = size + 2 * padding - kernel
    if room < 0 and not over_the_edge:
        return 0
    windows = (-(-room // stride) if over_the_edge else room // stride) + 1
    # A window that began in the padding at the far side would see nothing of the image.
    return windows - 1 if over_the_edge and (windows - 1) * stride >= size + padding else windows


def layer_sizes(layers: Sequence[Operation], sizes: Mapping[str, tuple[int, int]]) -> LayerSizes:
    """The sizes of layers on crossbars.

    Raises:
        InputError: a layer's images aren't square, or its strides differ.
    """
    for layer in layers:
        for name in (layer.inputs[0], layer.name):
            if sizes[name][0] != sizes[name][1]:
                raise InputError(
                    f"operation {layer.name}: images of {sizes[name][0]} x {sizes[name][1]}; square ones are wanted"
                )
        if len(set(layer.window[1])) > 1:
            raise InputError(f"operation {layer.name}: stride: {list(layer.window[1])}; one for both axes is wanted")
    columns = zip(
        *(
            (sizes[layer.inputs[0]][0], sizes[layer.name][0], *layer.window[0], layer.window[1][0], layer.groups or 1)
            for layer in layers
        ),
        strict=True,
    )
    return LayerSizes(*(np.array(column, dtype=np.int64) for column in columns))
