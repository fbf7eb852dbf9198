"""Which layer's output goes straight to another layer's quantiser: it is normalised in that one's steps, and the
quantiser is its ReLU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from xpert_evo.accuracy.circuit.quantizers import input_range, least_error_step
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE, Operation


@dataclass(frozen=True)
class Paths:
    """Of a network's tensors, by the names of the operations that give them.

    Attributes:
        steps_of: the layer in whose steps a tensor is, where it isn't in units of one.
        deferred: ReLUs that quantisers do.
        before_relu: tensors that are read before that; the image.
        scales: the deviation of a tensor before its ReLU, beside that of a normalised output: an addition of two has
            the root of two.
    """

    steps_of: dict[str, str]
    deferred: frozenset[str]
    before_relu: frozenset[str]
    scales: dict[str, float]

    @classmethod
    def of(cls, network: Network) -> Paths:
        """The paths of a network."""
        readers: dict[str, list[Operation]] = {name: [] for name in (IMAGE, *(op.name for op in network.operations))}
        for operation in network.operations:
            for name in operation.inputs:
                readers[name].append(operation)
        signed = {layer.name: one for layer, one in zip(network.crossbar_layers, network.signed_inputs, strict=True)}
        relus = {operation.name for operation in network.operations if operation.kind == "relu"}
        steps_of: dict[str, str] = {}
        deferred: set[str] = set()
        before_relu = {IMAGE}  # which a ReLU leaves as it is, in the layout that convolutions of one channel hang on
        for layer in network.crossbar_layers:
            path, name = [layer.name], layer.name
            while len(readers[name]) == 1 and readers[name][0].kind in ("relu", "max_pool", "flatten"):
                name = readers[name][0].name
                path.append(name)
            last = readers[name][0].name if len(readers[name]) == 1 else ""
            if last in signed:
                steps_of |= dict.fromkeys(path, last)
                if not signed[last]:
                    deferred.update(relus.intersection(path))
                    before_relu.add(path[-1])
        return cls(steps_of, frozenset(deferred), frozenset(before_relu), _scales(network))


class LayerInput(NamedTuple):
    """How a layer's inputs are quantised: smallest and largest integer, and what a unit stands for."""

    ends: tuple[int, int]
    step: float


def layer_input(network: Network, number: int, bits: int) -> LayerInput:
    """How inputs of so many bits are quantised before a layer, numbered from 0."""
    name, signed = network.crossbar_layers[number].inputs[0], network.signed_inputs[number]
    ends = input_range(bits, signed=signed)
    if name == IMAGE:
        return LayerInput(ends, 1 / ends[1])
    return LayerInput(ends, least_error_step(bits, signed=signed) * Paths.of(network).scales[name])


def _scales(network: Network) -> dict[str, float]:
    scales = {IMAGE: 1.0}
    for operation in network.operations:
        given = [scales[name] for name in operation.inputs]
        if operation.on_crossbars or operation.kind == "batch_norm":
            scales[operation.name] = 1.0
        elif operation.kind == "add":
            scales[operation.name] = math.hypot(*given)
        else:
            scales[operation.name] = max(given)
    return scales
