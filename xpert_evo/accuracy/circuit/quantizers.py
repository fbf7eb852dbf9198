"""Fake quantisation with straight-through gradients: unsigned layer inputs and signed weights."""

from functools import cache

import numpy as np
import torch
from torch import Tensor

_SMALLEST_SCALE = 1e-12  # keeps a channel whose weights are all zero finite


class QuantizeInputs(torch.autograd.Function):
    """Rounds to the integers lowest..highest; the gradient passes between the two ends (and clipping at 0 is the ReLU).

    The step is one: whoever normalises the input has divided it by the step (see `imc_layers`).
    """

    @staticmethod
    def forward(ctx, x: Tensor, lowest: int, highest: int) -> Tensor:
        """x: any shape, in steps. Returns the same shape, integers in lowest..highest."""
        ctx.save_for_backward(x)
        ctx.ends = lowest, highest
        return x.clamp(lowest, highest).round_()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        return torch.ops.aten.hardtanh_backward(gradient, x, *ctx.ends), None, None


class QuantizeWeights(torch.autograd.Function):
    """Signed whole weights with one scale an output channel, max|w| / largest, times the layer's input step.

    The gradient passes straight through: the largest weight sets the range, so none is clipped.
    """

    @staticmethod
    def forward(ctx, weight: Tensor, input_step: Tensor, largest: int) -> tuple[Tensor, Tensor]:
        """weight (C_out, C_in, k, k), input_step (), largest integer. Returns weights for integer inputs and the unit.

        The unit, (C_out, 1, 1, 1), is what one integer input times one integer weight stands for.
        """
        scale = weight_scale(weight, largest)
        unit = scale * input_step
        ctx.save_for_backward(input_step)
        ctx.mark_non_differentiable(unit)
        return (weight / scale).round_().mul_(unit), unit

    @staticmethod
    def backward(ctx, gradient: Tensor, _unit: Tensor) -> tuple[Tensor, None, None]:
        (input_step,) = ctx.saved_tensors
        return gradient * input_step, None, None


def weight_scale(weight: Tensor, largest: int) -> Tensor:
    """Value of one integer weight, an output channel: (C_out, C_in, k, k) -> (C_out, 1, 1, 1)."""
    return weight.abs().amax(dim=(1, 2, 3), keepdim=True).div_(largest).clamp_(min=_SMALLEST_SCALE)


@cache
def least_error_step(bits: int, *, signed: bool = False) -> float:
    """Step of a `bits`-bit quantiser of max(z, 0), or of z itself, that has the least squared error; z is standard
    normal.

    Batch normalisation makes z nearly standard normal, so this is what a layer's input step is.
    """
    z = np.arange(-6 + 5e-4 if signed else 5e-4, 6, 1e-3)
    density = np.exp(-(z**2) / 2)
    lowest, highest = input_range(bits, signed=signed)
    steps = np.arange(0.3, 6, 0.01) / max(highest, 1)
    errors = [((z - step * np.clip(np.round(z / step), lowest, highest)) ** 2 @ density) for step in steps]
    return float(steps[np.argmin(errors)])


def input_range(bits: int, *, signed: bool) -> tuple[int, int]:
    """Smallest and largest integer of so many bits, two's complement where they are signed."""
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
