"""Networks of designs, with random weights."""

from __future__ import annotations

import math

import numpy as np
import torch

from xpert_evo.accuracy.circuit.noise import NoisePool
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.networks.digital import DigitalNorm
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.paths import layer_input
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.design import Design
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import Operation
from xpert_evo.design.networks.widths import OF_IMAGE, Pieces, Widths


def built_channels(
    channels: np.ndarray, *, width_factor: float, least_channels: int, widths: Widths | None = None
) -> np.ndarray:
    """Channels that are built of the design's, integers of the same shape, (..., L); see `build_network`.

    Args:
        widths: of the network, whose fixed widths stay and whose groups want multiples.
    """
    built = np.minimum(channels, np.maximum(least_channels, np.rint(width_factor * channels))).astype(int)
    if widths is None:
        return built
    multiple = np.array(widths.multiple)
    in_multiples = np.minimum(channels, np.maximum(1, np.rint(built / multiple).astype(int)) * multiple)
    return np.where(np.array(widths.fixed), channels, in_multiples)


def build_network(
    design: Design,
    *,
    hardware: ArrayShape | None = None,
    spread: DeviceSpread | None = None,
    width_factor: float = 1.0,
    least_channels: int = 1,
    resolution: int | None = None,
    seed: int = 0,
) -> CrossbarNetwork:
    """The network of a design with random weights, in channels-last layout, in training mode.

    Args:
        hardware: how weights lie on crossbars, where the design doesn't choose; by default 64 rows, 4-bit cells and
            the offset encoding.
        spread: devices whose deviations are noise on the weights in every pass; ideal ones where it is None.
        width_factor: share of each layer's channels that is built; ADC noise stays the design's.
        least_channels: that are built of each layer, where the design has so many.
        resolution: side of the images it will be given, checked against the network; by default the design's.
        seed: determines weights and noise.

    Raises:
        InputError: the images are too small for the network.
    """
    graph, size = design.graph, resolution or design.image.size
    graph.layer_sizes(size)
    array, widths = (hardware or ArrayShape()).of(design), graph.widths(size)
    generator = torch.Generator().manual_seed(seed)
    of_design = np.array(design.gene("channels"))
    built = built_channels(of_design, width_factor=width_factor, least_channels=least_channels, widths=widths)
    image_channels = design.image.channels
    inputs = graph.input_channels(built, size, image_channels)
    inputs_of_design = graph.input_channels(of_design, design.image.size, image_channels)
    layers: list[CrossbarConv] = []
    for number, (operation, gene) in enumerate(zip(graph.crossbar_layers, design.layers, strict=True)):
        depthwise = widths.depthwise[number]
        groups = int(inputs[number]) if depthwise else operation.groups or 1
        groups_of_design = int(inputs_of_design[number]) if depthwise else groups
        windows = _windows(operation, groups, graph.signed_inputs[number])
        rows = int(inputs[number]) // groups * windows.area
        shape = (int(built[number]), int(inputs[number]) // groups, *windows.kernel)
        weight = torch.randn(shape, generator=generator)
        layers.append(
            CrossbarConv(
                (weight * math.sqrt(2 / rows)).contiguous(memory_format=torch.channels_last),
                windows,
                input_bits=gene.input_bits,
                adc_bits=gene.adc_bits,
                weight_bits=gene.weight_bits,
                input_step=layer_input(graph, number, gene.input_bits).step,
                design_rows=int(inputs_of_design[number]) // groups_of_design * windows.area,
                array=array,
                spread=spread,
            )
        )
    classifier = None
    if graph.classifier is not None:
        features = _count(widths.outputs, built, image_channels)
        classifier = torch.randn(design.classes, features, generator=generator) / math.sqrt(features)
    noise = NoisePool(int(torch.randint(2**31, (), generator=generator)))
    return CrossbarNetwork(graph, layers, _norms(graph, size, built, image_channels), classifier, noise)


def _windows(operation: Operation, groups: int, signed: bool) -> Windows:
    kernel, stride, padding = operation.window
    return Windows(kernel, stride, padding, groups, signed)


def _norms(graph: Network, size: int, channels: np.ndarray, image_channels: int) -> dict[str, DigitalNorm]:
    pieces = graph.pieces(size)
    return {
        operation.name: DigitalNorm(_count(pieces[operation.name], channels, image_channels))
        for operation in graph.operations
        if operation.kind == "batch_norm"
    }


def _count(pieces: Pieces, channels: np.ndarray, image_channels: int) -> int:
    return sum(count * (image_channels if layer == OF_IMAGE else int(channels[layer])) for layer, count in pieces)
