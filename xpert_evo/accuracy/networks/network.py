"""A design's network: crossbar convolutions one after the other, a digital linear classifier at the end."""

import math
from collections.abc import Callable
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xpert_evo.accuracy.circuit.noise import NoisePool
from xpert_evo.accuracy.circuit.quantizers import QuantizeInputs, least_error_step
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv, LayerCells
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, Fidelity
from xpert_evo.design.backbones import backbone
from xpert_evo.design.designs import Design
from xpert_evo.design.mapping import rows


class CrossbarNetwork(nn.Module):
    """Crossbar convolutions, ReLU, global average pool, linear classifier (digital, floating point).

    A layer's input quantiser clips at zero and so is the ReLU of the layer before it.
    """

    def __init__(self, layers: list[CrossbarConv], classifier: Tensor, noise: NoisePool) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.classifier = nn.Parameter(classifier)
        self.bias = nn.Parameter(torch.zeros(len(classifier)))
        self.noise = noise

    def forward(self, images: Tensor, fidelity: Fidelity = "noise") -> Tensor:
        """Pixels in [0, 1], (N, C, H, W) -> logits, (N, classes)."""
        return self._run(images, fidelity)

    def plain(self, images: Tensor, *, clipped: bool = True) -> Tensor:
        """The same in floating point, without rounding, noise and ADCs.

        Args:
            clipped: whether inputs are clipped as they are on the chip; weights that were trained so rely on it. In a
                warm-up weights learn more from plain ReLUs.
        """
        largest = [float(layer.input_levels * layer.input_step) for layer in self.crossbar_layers()]
        x = images * largest[0]
        for layer, most in zip(self.crossbar_layers(), largest, strict=True):
            x = layer.plain(x.clamp(0, most) if clipped else F.relu(x))
        return F.linear(F.relu(x).mean(dim=(2, 3)), self.classifier, self.bias)

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

        return self._through(images, converted)

    @torch.no_grad()
    def watch(self, images: Tensor, seen: Callable[[CrossbarConv, Tensor], None]) -> None:
        """Shows every layer and its integer inputs, (N, C_in, H, W), as these images pass under the ADCs' noise."""

        def noisy(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
            seen(layer, x)
            return layer(x, output_step, self.noise)

        with self.noise.from_the_start():
            self._through(images, noisy)

    def crossbar_layers(self) -> list[CrossbarConv]:
        """The convolutions, first to last."""
        return cast(list[CrossbarConv], list(self.layers))

    def _run(self, images: Tensor, fidelity: Fidelity, windows: torch.Generator | None = None) -> Tensor:
        def convolved(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
            if windows is not None:
                layer.calibrate(x, windows)
            return layer(x, output_step, self.noise, fidelity=fidelity, track=windows is None)

        return self._through(images, convolved)

    def _through(self, images: Tensor, convolved: Callable[[CrossbarConv, Tensor, Tensor | float], Tensor]) -> Tensor:
        layers = self.crossbar_layers()
        output_steps: list[Tensor | float] = [*(layer.input_step for layer in layers[1:]), 1.0]
        x = images * layers[0].input_levels
        for layer, output_step in zip(layers, output_steps, strict=True):
            x = convolved(layer, QuantizeInputs.apply(x, layer.input_levels), output_step)
        return F.linear(F.relu(x).mean(dim=(2, 3)), self.classifier, self.bias)


def built_channels(channels: np.ndarray, *, width_factor: float, least_channels: int) -> np.ndarray:
    """Channels that are built of the design's, integers of the same shape; see `build_network`."""
    return np.minimum(channels, np.maximum(least_channels, np.rint(width_factor * channels))).astype(int)


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
        resolution: side of the images it will be given, checked against the backbone; by default the design's.
        seed: determines weights and noise.

    Raises:
        InputError: the images are too small for the backbone.
    """
    shape = backbone(design.backbone)
    shape.input_sizes(resolution or design.image.size)
    array = (hardware or ArrayShape()).of(design)
    generator = torch.Generator().manual_seed(seed)
    layers: list[CrossbarConv] = []
    design_inputs = inputs = design.image.channels
    built = built_channels(
        np.array(design.gene("channels")), width_factor=width_factor, least_channels=least_channels
    ).tolist()
    for gene, outputs, pool in zip(design.layers, built, shape.pools(), strict=True):
        fan_in = int(rows(inputs, shape.kernel))
        weight = torch.randn(outputs, inputs, shape.kernel, shape.kernel, generator=generator)
        first = not layers
        layers.append(
            CrossbarConv(
                (weight * math.sqrt(2 / fan_in)).contiguous(memory_format=torch.channels_last),
                input_bits=gene.input_bits,
                adc_bits=gene.adc_bits,
                weight_bits=gene.weight_bits,
                input_step=1 / (2**gene.input_bits - 1) if first else least_error_step(gene.input_bits),
                design_rows=int(rows(design_inputs, shape.kernel)),
                pool=bool(pool),
                array=array,
                spread=spread,
            )
        )
        design_inputs, inputs = gene.channels, outputs
    classifier = torch.randn(design.classes, inputs, generator=generator) / math.sqrt(inputs)
    return CrossbarNetwork(layers, classifier, NoisePool(int(torch.randint(2**31, (), generator=generator))))
