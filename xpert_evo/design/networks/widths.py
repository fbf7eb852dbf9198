"""Which widths a network's layers choose freely, and which of them follow others'.

An addition ties the widths of what it adds, a depthwise convolution its outputs to its inputs: layers that are tied
make a group, whose first layer has the channel gene. The channels of a tensor are those of one layer, of several side
by side (a concatenation), or of some for every pixel (a flattened image).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd, lcm

from xpert_evo.design.networks.operations import IMAGE, Operation

OF_IMAGE = -1  # stands for a layer where channels are the image's

# A tensor's channels, side by side: a layer, and how many channels there are for each of its outputs.
Pieces = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Widths:
    """How the widths of L layers hang together.

    Attributes:
        leader: of each layer the first one of its group, whose width it has.
        inputs: of each layer what it reads, of leaders.
        outputs: the same of what the classifier reads, or else of the network's output.
        fixed: of each layer whether its width is the standard network's.
        multiple: of each layer a number that its width is to be a multiple of.
        depthwise: of each layer whether each of its inputs has an output of its own.
        tensors: of every operation's output, by its name, its channels, of leaders.
    """

    leader: tuple[int, ...]
    inputs: tuple[Pieces, ...]
    outputs: Pieces
    fixed: tuple[bool, ...]
    multiple: tuple[int, ...]
    depthwise: tuple[bool, ...]
    tensors: Mapping[str, Pieces]


@dataclass
class _Groups:
    """Layers' groups while they are found."""

    parent: list[int]
    multiple: list[int]
    fixed: set[int] = field(default_factory=set)

    def root(self, layer: int) -> int:
        while self.parent[layer] != layer:
            layer = self.parent[layer]
        return layer

    def tie(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        if low == high:
            return
        self.parent[high] = low
        self.multiple[low] = lcm(self.multiple[low], self.multiple[high])
        if high in self.fixed:
            self.fixed.add(low)

    def fix(self, pieces: Pieces) -> None:
        self.fixed.update(self.root(layer) for layer, _ in pieces if layer != OF_IMAGE)

    def want_multiple(self, pieces: Pieces, number: int) -> None:
        for layer, count in pieces:
            if layer != OF_IMAGE:
                root = self.root(layer)
                self.multiple[root] = lcm(self.multiple[root], number // gcd(number, count))


def tied_widths(
    operations: Sequence[Operation],
    layers: Sequence[str],
    channels: Mapping[str, int],
    sizes: Mapping[str, tuple[int, int]],
) -> Widths:
    """The groups of a network.

    Args:
        layers: names of the layers on crossbars, in their order.
        channels: of every operation's output in the standard network, and of the image.
        sizes: of every operation's output: a flattened image has as many values a channel as pixels.
    """
    number = {name: position for position, name in enumerate(layers)}
    groups = _Groups(list(range(len(layers))), [1] * len(layers))
    pieces: dict[str, Pieces] = {IMAGE: ((OF_IMAGE, 1),)}
    depthwise = [False] * len(layers)
    for operation in operations:
        first, *others = [pieces[name] for name in operation.inputs]
        if operation.name in number:
            layer = number[operation.name]
            pieces[operation.name] = ((layer, 1),)
            if (operation.groups or 1) > 1:
                depthwise[layer] = operation.groups == channels[operation.inputs[0]]
                _tie_grouped(groups, operation, layer, first, depthwise[layer])
        elif operation.kind == "concatenate":
            pieces[operation.name] = sum(others, first)
        elif operation.kind == "add":
            for other in others:
                _tie_added(groups, first, other)
            pieces[operation.name] = first
        elif operation.kind == "flatten":
            height, width = sizes[operation.inputs[0]]
            pieces[operation.name] = tuple((layer, count * height * width) for layer, count in first)
        else:
            pieces[operation.name] = first
    last = operations[-1]
    has_classifier = last.kind == "linear" and last.name not in number
    outputs = pieces[last.inputs[0] if has_classifier else last.name]
    if not has_classifier:
        groups.fix(outputs)  # they are the classes
    roots = [groups.root(layer) for layer in range(len(layers))]
    reads = {operation.name: operation.inputs[0] for operation in operations}

    def by_leaders(of: Pieces) -> Pieces:
        return tuple((layer if layer == OF_IMAGE else groups.root(layer), count) for layer, count in of)

    return Widths(
        leader=tuple(roots),
        inputs=tuple(by_leaders(pieces[reads[name]]) for name in layers),
        outputs=by_leaders(outputs),
        fixed=tuple(root in groups.fixed for root in roots),
        multiple=tuple(groups.multiple[root] for root in roots),
        depthwise=tuple(depthwise),
        tensors={name: by_leaders(of) for name, of in pieces.items()},
    )


def _tie_grouped(groups: _Groups, operation: Operation, layer: int, inputs: Pieces, depthwise: bool) -> None:
    """A grouped convolution's width, and what its inputs' is to be a multiple of."""
    if not depthwise:
        groups.want_multiple((*inputs, (layer, 1)), operation.groups or 1)
    elif len(inputs) == 1 and inputs[0][0] != OF_IMAGE and inputs[0][1] == 1 and operation.channels == operation.groups:
        groups.tie(inputs[0][0], layer)
    else:
        groups.fix((*inputs, (layer, 1)))


def _tie_added(groups: _Groups, one: Pieces, other: Pieces) -> None:
    same = len(one) == len(other) and all(a[1] == b[1] for a, b in zip(one, other, strict=True))
    if same and OF_IMAGE not in [layer for layer, _ in (*one, *other)]:
        for (layer, _), (beside, _) in zip(one, other, strict=True):
            groups.tie(layer, beside)
    else:
        groups.fix((*one, *other))
