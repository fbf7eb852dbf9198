"""A design's network: layers on crossbars, digital operations between them, and a digital classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xpert_evo.accuracy.circuit.noise import NoisePool
from xpert_evo.accuracy.circuit.quantizers import QuantizeInputs
from xpert_evo.accuracy.networks.digital import DigitalNorm, computed
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv, LayerCells
from xpert_evo.accuracy.networks.paths import LayerInput, Paths
from xpert_evo.accuracy.settings import Fidelity
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE, Operation

# What a layer makes of its quantised inputs, in units of a step that its outputs are wanted in.
Convolved = Callable[[CrossbarConv, Tensor, Tensor | float], Tensor]


class CrossbarNetwork(nn.Module):
    """A network as a chip computes it, operation by operation.

    A layer's input quantiser clips at zero, where inputs aren't signed, and so is the ReLU of the layer before it.
    Digital operations and the classifier are in floating point.

    Args:
        graph: the operations.
        layers: those on crossbars, in their order.
        norms: batch normalisations that are no layer's own, by the operations' names.
        classifier: weights, (classes, inputs); None where the network's last tensor is the logits.
    """

    def __init__(
        self,
        graph: Network,
        layers: list[CrossbarConv],
        norms: dict[str, DigitalNorm],
        classifier: Tensor | None,
        noise: NoisePool,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norms = nn.ModuleDict({_key(name): norm for name, norm in norms.items()})
        self.classifier = None if classifier is None else nn.Parameter(classifier)
        self.bias = None if classifier is None else nn.Parameter(torch.zeros(len(classifier)))
        self.noise = noise
        self.graph, self._paths = graph, Paths.of(graph)
        self._number = {layer.name: number for number, layer in enumerate(graph.crossbar_layers)}
        self._last_reader = {name: operation.name for operation in graph.operations for name in operation.inputs}

    def forward(self, images: Tensor, fidelity: Fidelity = "noise") -> Tensor:
        """Pixels in [0, 1], (N, C, H, W) -> logits, (N, classes)."""
        return self._run(images, fidelity)

    def plain(self, images: Tensor, *, clipped: bool = True) -> Tensor:
        """The same in floating point, without rounding, noise and ADCs.

        Args:
            clipped: whether inputs are clipped as they are on the chip; weights that were trained so rely on it. In a
                warm-up weights learn more from plain ReLUs.
        """

        def on_crossbars(operation: Operation, x: Tensor) -> Tensor:
            layer = self._layer(operation)
            if operation.inputs[0] == IMAGE:
                x = x * float(layer.input_levels * layer.input_step)
            lowest, highest = (end * float(layer.input_step) for end in layer.input_range)
            if clipped:
                x = x.clamp(lowest, highest)
            elif operation.inputs[0] in self._paths.before_relu:
                x = F.relu(x)
            return layer.plain(x)

        return self._through(images, on_crossbars)

    @torch.no_grad()
    def calibrate(self, images: Tensor) -> None:
        """Sets every layer's ADC ranges and noise from training images, pixels in [0, 1], (N, C, H, W).

        In training mode activations are normalised by these images' statistics, else by the running ones;
        the running ones stay as they are, and so does the noise to come. Equal weights and images give equal
        ranges.
        """
        with self.noise.from_the_start():
            self._run(images, "noise", torch.Generator().manual_seed(self.noise.seed))

    @torch.no_grad()
    def exact(self, images: Tensor, cells: list[LayerCells], *, calibrate: bool = False) -> Tensor:
        """The logits of a calibrated network as a chip gives them, conversion by conversion.

        Args:
            images: pixels in [0, 1], (N, C, H, W).
            cells: what the chip's cells hold, layer by layer; see `CrossbarConv.cells`.
            calibrate: set each layer's digital normalisation by these images, training images, before the next one.
        """
        chip = iter(cells)

        def converted(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
            return layer.exact(x, output_step, next(chip), calibrate=calibrate)

        return self.quantised(images, converted)

    @torch.no_grad()
    def watch(self, images: Tensor, seen: Callable[[CrossbarConv, Tensor], None]) -> None:
        """Shows every layer and its integer inputs, (N, C_in, H, W), as these images pass under the ADCs' noise."""

        def noisy(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
            seen(layer, x)
            return layer(x, output_step, self.noise)

        with self.noise.from_the_start():
            self.quantised(images, noisy)

    def crossbar_layers(self) -> list[CrossbarConv]:
        """The layers on crossbars, first to last."""
        return cast(list[CrossbarConv], list(self.layers))

    def digital_norms(self) -> list[DigitalNorm]:
        """Batch normalisations that are no layer's own, first to last."""
        return cast(list[DigitalNorm], list(self.norms.values()))

    def _run(self, images: Tensor, fidelity: Fidelity, windows: torch.Generator | None = None) -> Tensor:
        def convolved(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
            if windows is not None:
                layer.calibrate(x, windows)
            return layer(x, output_step, self.noise, fidelity=fidelity, track=windows is None)

        return self.quantised(images, convolved, track=windows is None)

    def quantised(
        self,
        images: Tensor,
        convolved: Convolved,
        *,
        inputs: Sequence[LayerInput] | None = None,
        track: bool = True,
    ) -> Tensor:
        """Logits, with every layer's inputs quantised and what is wanted in the layer's place.

        Args:
            inputs: how every layer's inputs are quantised, in place of the network's own way.
            track: whether a training pass updates running statistics.
        """
        own = [(layer.input_range, layer.input_step) for layer in self.crossbar_layers()]
        given: Sequence[tuple[tuple[int, int], Tensor | float]] = inputs or own

        def on_crossbars(operation: Operation, x: Tensor) -> Tensor:
            ends, step = given[self._number[operation.name]]
            if operation.inputs[0] == IMAGE:
                x = x * ends[1]
            elif self._paths.steps_of.get(operation.inputs[0]) != operation.name:
                x = x / step
            reader = self._paths.steps_of.get(operation.name)
            wanted = given[self._number[reader]][1] if reader else 1.0
            return convolved(self._layer(operation), QuantizeInputs.apply(x, *ends), wanted)

        return self._through(images, on_crossbars, track=track)

    def _through(
        self, images: Tensor, on_crossbars: Callable[[Operation, Tensor], Tensor], *, track: bool = True
    ) -> Tensor:
        values, last_reader = {IMAGE: images}, self._last_reader
        for operation in self.graph.operations:
            inputs = [values[name] for name in operation.inputs]
            if operation.name in self._number:
                y = on_crossbars(operation, inputs[0])
            elif operation is self.graph.classifier:
                assert self.classifier is not None
                features = inputs[0].flatten(1)  # fewer where a pass uses a share of the weights
                y = F.linear(features, self.classifier[:, : features.shape[1]], self.bias)
            elif operation.kind == "batch_norm":
                y = self.norms[_key(operation.name)](inputs[0], track=track)
            elif operation.name in self._paths.deferred:
                y = inputs[0]
            else:
                y = computed(operation, inputs)
            values[operation.name] = y
            del inputs
            for name in operation.inputs:
                if last_reader[name] == operation.name:
                    values.pop(name, None)
        return values[self.graph.operations[-1].name].flatten(1)

    def _layer(self, operation: Operation) -> CrossbarConv:
        return cast(CrossbarConv, self.layers[self._number[operation.name]])


def _key(name: str) -> str:
    """An operation's name as modules may be called."""
    return name.replace(".", "_")
