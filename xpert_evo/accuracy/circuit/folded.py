"""A convolution whose row blocks' sums are rounded whole: input bits and slices folded into one conversion."""

from __future__ import annotations

import math

from torch import Tensor

from xpert_evo.accuracy.circuit.blocks import add_rounded_sums, over_windows, row_blocks_of
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.design.mapping import row_blocks


def folded_convolution(x: Tensor, weight: Tensor, windows: Windows, *, sigma: float, crossbar_size: int) -> Tensor:
    """A convolution with every block's sum on a static lattice.

    Rounding to a step leaves an error of variance step^2 / 12 a block. The step is the one by which the layer's
    error has the standard deviation that its real ADCs leave: an ADC's own step, applied to a folded sum, would be
    6 to 20 dB off. It is never below one, which is exact. Clipping has no counterpart here; its share is in sigma.

    Args:
        x: integers, (N, C_in, H, W).
        weight: of integer inputs, in integer units, (C_out, C_in / groups, k, k).
        sigma: standard deviation of the layer's output error, in those units; see `adc.fit_adcs`.

    Returns:
        In units of one integer input times one integer weight, (N, C_out, H', W').
    """
    matrix = weight.flatten(1)
    outputs, rows = matrix.shape
    step = max(1.0, sigma * math.sqrt(12 / int(row_blocks(rows, crossbar_size))))
    blocks = [block.contiguous() for block in matrix.split(crossbar_size, dim=1)]
    steps = matrix.new_full((1, 1, 1), step)

    def of_windows(columns: Tensor) -> Tensor:
        total = matrix.new_zeros(1, outputs, columns.shape[1])
        for block, inputs in zip(blocks, row_blocks_of(columns, windows.groups, crossbar_size), strict=True):
            add_rounded_sums(total, block, inputs.to(matrix.dtype), steps, None)
        return total[0].mul_(step)

    return over_windows(x, windows, of_windows, sums_a_window=outputs)
