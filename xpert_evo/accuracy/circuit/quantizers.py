"""Fake quantisation with straight-through gradients: unsigned layer inputs and signed weights."""

from functools import cache

import numpy as np
import torch
from torch import Tensor

_SMALLEST_SCALE = 1e-12  # keeps a channel whose weights are all zero finite


class QuantizeInputs(torch.autograd.Function):
    """Rounds to the integers 0..levels; the gradient passes between the two ends (and clipping at 0 is the ReLU).

    The step is one: whoever normalises the input has divided it by the step (see `imc_layers`).
    """

    @staticmethod
    def forward(ctx, x: Tensor, levels: int) -> Tensor:
        """x: any shape, in steps. Returns the same shape, integers in 0..levels."""
        ctx.save_for_backward(x)
        ctx.levels = levels
        return x.clamp(0, levels).round_()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return torch.ops.aten.hardtanh_backward(gradient, x, 0, ctx.levels), None


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
def least_error_step(bits: int) -> float:
    """Step of a `bits`-bit quantiser of max(z, 0), z standard normal, that has the least squared error.

    Batch normalisation makes z nearly standard normal, so this is where a layer's input step starts.
    """
    z = np.arange(5e-4, 6, 1e-3)
    density = np.exp(-(z**2) / 2)
    levels = 2**bits - 1
    steps = np.arange(0.3, 6, 0.01) / levels
    errors = [((z - step * np.clip(np.round(z / step), 0, levels)) ** 2 @ density) for step in steps]
    return float(steps[np.argmin(errors)])
