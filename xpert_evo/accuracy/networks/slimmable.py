"""One set of weights for all widths and precisions: a narrower network uses the first channels of every layer.

Yu et al., Slimmable Neural Networks, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

import torch
from torch import Tensor
from torch.func import functional_call

from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.paths import layer_input
from xpert_evo.accuracy.networks.transfer import copy_prefixes
from xpert_evo.accuracy.settings import Fidelity


@dataclass(frozen=True)
class Subnet:
    """What a pass uses of the weights, a value a layer."""

    channels: Sequence[int]
    adc_bits: Sequence[int]
    input_bits: Sequence[int]
    weight_bits: Sequence[int]


class AdcNoise:
    """The ADCs' noise in training passes, looked up: calibrating all subnets of all steps would take most of the time.

    Measured on one network for every pair of precisions of ADCs and weights. By `adc`'s formula the variance of a
    layer's error goes as its row blocks and as the sum of the bit planes' squared worths, so it is kept for one row
    and one such unit.

    Args:
        reference: whose layers are calibrated, a network of its own.
    """

    def __init__(self, reference: CrossbarNetwork, adc_bits: Sequence[int], weight_bits: Sequence[int]) -> None:
        self.reference, self.choices = reference, list(product(sorted(set(adc_bits)), sorted(set(weight_bits))))
        self._sigmas: list[dict[tuple[int, int], float]] = []

    @torch.no_grad()
    def measure(self, widest: CrossbarNetwork, pixels: Tensor) -> None:
        """Follows the shared weights, on training images, pixels in [0, 1], (N, C, H, W)."""
        copy_prefixes(widest, self.reference)
        self.reference.train()
        layers = self.reference.crossbar_layers()
        self._sigmas = [{} for _ in layers]
        for adc_bits, weight_bits in self.choices:
            for layer in layers:
                layer.adc_bits = adc_bits
                layer.hold_weights_of(weight_bits)
            self.reference.calibrate(pixels)
            for sigmas, layer in zip(self._sigmas, layers, strict=True):
                sigmas[adc_bits, weight_bits] = float(layer.noise_sigma) / _growth(
                    layer.weight[0].numel(), layer.input_bits
                )

    def sigma(self, layer: int, adc_bits: int, weight_bits: int, rows: int, input_bits: int) -> float:
        """Standard deviation of a layer's output error, in units of one integer input times one integer weight."""
        return self._sigmas[layer][adc_bits, weight_bits] * _growth(rows, input_bits)


def _growth(rows: int, input_bits: int) -> float:
    return (rows * (4.0**input_bits - 1) / 3) ** 0.5


def subnet_logits(
    widest: CrossbarNetwork, images: Tensor, subnet: Subnet, noise: AdcNoise, fidelity: Fidelity = "noise"
) -> Tensor:
    """A training pass of a subnet: what its own network would give, normalised by the batch's own statistics.

    Args:
        widest: holds the weights; its own precisions and running statistics take no part.
        images: pixels in [0, 1], (N, C, H, W).

    Returns:
        Logits, (N, classes).
    """
    layers = widest.crossbar_layers()
    numbers = {id(layer): number for number, layer in enumerate(layers)}
    inputs = [layer_input(widest.graph, number, bits) for number, bits in enumerate(subnet.input_bits)]

    def convolved(layer: CrossbarConv, x: Tensor, output_step: Tensor | float) -> Tensor:
        number = numbers[id(layer)]
        outputs = subnet.channels[number]
        weight = layer.weight[:outputs, : x.shape[1]]
        layer.hold_weights_of(subnet.weight_bits[number])
        precisions = subnet.adc_bits[number], subnet.weight_bits[number]
        sigma = noise.sigma(number, *precisions, weight[0].numel(), subnet.input_bits[number])
        used = {
            "weight": weight,
            "gain": layer.gain[:outputs],
            "shift": layer.shift[:outputs],
            "input_step": torch.tensor(inputs[number].step, device=x.device),
            "noise_sigma": torch.tensor(sigma, device=x.device),
        }
        options = {"fidelity": fidelity, "track": False}
        return cast(Tensor, functional_call(layer, used, (x, output_step, widest.noise), options))

    return widest.quantised(images, convolved, inputs=inputs)
