"""When a network's operations are done, what they add to the layers' own work, and which tensors wait meanwhile.

Layers on crossbars run one after the other, a step each; a digital operation is done in the step of the last layer that
it waits for, on what streams out of it. A tensor is held in the chip's buffer from its step to that of its last reader.
One that a single layer reads is held at that layer's input precision. One that several read, each with a step of its
own, or a later addition, is held in whole words.

The classifier, and the average that only it reads, are outside of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from xpert_evo.design.networks.operations import IMAGE, Operation
from xpert_evo.design.networks.widths import Widths

_PASSING = ("relu", "relu6", "max_pool", "concatenate", "flatten", "batch_norm")  # no words are added in these


@dataclass(frozen=True)
class Schedule:
    """Of L layers, and the L steps in which they run.

    Attributes:
        waiting: bool (L, L), by step and layer: whether what that layer alone reads is held, at its input precision.
        words: float (L, L + 1), by step and layer: words that are held, for each of that layer's outputs; in the last
            column for each of the image's channels.
        writes_words: bool (L,), whether a layer's outputs leave it as words.
        added: float (L,), words that are added up, for each of the layer's outputs.
        read_again: float (L,), words that are read from the buffer for it, for each of the layer's outputs.
        pools: float (L,), operations of a 2 x 2 max-pool's work, for each of the layer's windows.
        pool_reduction: float (L,), windows of a layer for each of its outputs that is held.
    """

    waiting: np.ndarray
    words: np.ndarray
    writes_words: np.ndarray
    added: np.ndarray
    read_again: np.ndarray
    pools: np.ndarray
    pool_reduction: np.ndarray


def scheduled(
    operations: Sequence[Operation], layers: Sequence[str], sizes: Mapping[str, tuple[int, int]], widths: Widths
) -> Schedule:
    """The schedule of a network on images of a size.

    Args:
        layers: names of the layers on crossbars, in their order.
        sizes: of every operation's output.
    """
    return _Scheduler(operations, layers, sizes, widths).result()


class _Scheduler:
    def __init__(
        self,
        operations: Sequence[Operation],
        layers: Sequence[str],
        sizes: Mapping[str, tuple[int, int]],
        widths: Widths,
    ) -> None:
        self.operations, self.sizes, self.widths = operations, sizes, widths
        self.by_name = {operation.name: operation for operation in operations}
        self.number = {name: number for number, name in enumerate(layers)}
        self.readers: dict[str, list[Operation]] = {name: [] for name in (IMAGE, *self.by_name)}
        self.step: dict[str, int] = {IMAGE: -1}
        for operation in operations:
            before = max(self.step[name] for name in operation.inputs)
            self.step[operation.name] = self.number.get(operation.name, before)
            for name in operation.inputs:
                self.readers[name].append(operation)
        count = len(layers)
        self.waiting = np.zeros((count, count), dtype=bool)
        self.words = np.zeros((count, count + 1))
        self.writes_words = np.zeros(count, dtype=bool)
        self.added, self.read_again, self.pools = np.zeros((3, count))
        self.pool_reduction = np.ones(count)

    def result(self) -> Schedule:
        for name in (IMAGE, *self.by_name):
            self._hold(name)
        for operation in self.operations:
            self._charge(operation)
        return Schedule(
            self.waiting,
            self.words,
            self.writes_words,
            self.added,
            self.read_again,
            self.pools,
            self.pool_reduction,
        )

    def _hold(self, name: str) -> None:
        """The tensor in the buffer, if it is held there."""
        if name in self.by_name and self.by_name[name].kind == "concatenate":
            return  # its pieces are
        first, readers = self.step[name], self._through_concatenations(name)
        later = [reader for reader in readers if self.step[reader.name] > first]
        if not later:
            return
        last = max(self.step[reader.name] for reader in later)
        held = slice(max(first, 0), last + 1)
        if len(readers) == 1 and later[0].name in self.number and later[0].inputs[0] == name:
            self.waiting[held, self.number[later[0].name]] = True
            return
        height, width = self.sizes[name]
        for layer, count in self.widths.tensors[name]:
            self.words[held, layer] += count * height * width  # the image's layer, -1, is the last column
        self._leaves_as_words(name)

    def _through_concatenations(self, name: str) -> list[Operation]:
        readers = []
        for reader in self.readers[name]:
            readers += self._through_concatenations(reader.name) if reader.kind == "concatenate" else [reader]
        return readers

    def _charge(self, operation: Operation) -> None:
        """What an operation adds to layers' work."""
        if operation.kind == "max_pool":
            self._pool(operation)
        if operation.kind not in ("add", "average_pool", "adaptive_average_pool") or self._of_classifier(operation):
            return
        step = self.step[operation.name]
        for name in operation.inputs:
            self._leaves_as_words(name)
        if operation.kind == "add":
            height, width = self.sizes[operation.name]
            words = (len(operation.inputs) - 1) * height * width
        else:
            height, width = self.sizes[operation.inputs[0]]
            words = height * width
        earlier = [name for name in operation.inputs if self.step[name] < step]
        for layer, count in self.widths.tensors[operation.name]:
            charged = self._charged(layer, step)
            self.added[charged] += count * words
            self.read_again[charged] += count * height * width * len(earlier)

    def _charged(self, leader: int, step: int) -> int:
        """The layer of a group that work of a step is charged to: that of the step where it belongs to the group."""
        group = [layer for layer, root in enumerate(self.widths.leader) if root == leader and layer <= step]
        return group[-1] if group else max(step, 0)

    def _of_classifier(self, operation: Operation) -> bool:
        """Whether the classifier alone reads what it gives."""
        last = self.operations[-1]
        if last.kind != "linear" or last.name in self.number or operation.kind == "add":
            return False
        readers = self._through_concatenations(operation.name)
        return all(reader is last or (reader.kind == "flatten" and self._of_classifier(reader)) for reader in readers)

    def _leaves_as_words(self, name: str) -> None:
        self.writes_words[list(self._sources(name))] = True

    def _sources(self, name: str) -> set[int]:
        """The layers whose outputs, as they stream out, make a tensor."""
        if name in self.number:
            return {self.number[name]}
        if name == IMAGE:
            return set()
        operation = self.by_name[name]
        if operation.kind in _PASSING:
            return set().union(*map(self._sources, operation.inputs))
        return {self.step[name]} if self.step[name] >= 0 else set()

    def _pool(self, operation: Operation) -> None:
        kernel, stride, _ = operation.window
        reduction = prod(stride)
        alone = len(self.readers[operation.inputs[0]]) == 1
        for layer in self._sources(operation.inputs[0]):
            self.pools[layer] += (prod(kernel) - 1) / 3 / (reduction * self.pool_reduction[layer])
            if alone:
                self.pool_reduction[layer] *= reduction
