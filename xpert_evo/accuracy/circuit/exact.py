"""A convolution as the circuit does it: bit-serial inputs, sliced weights, row blocks, an ADC for every partial sum."""

from __future__ import annotations

from torch import Tensor

from xpert_evo.accuracy.circuit.blocks import (
    add_rounded_sums,
    codes_type,
    over_windows,
    row_blocks_of,
    sums_of_inputs,
)
from xpert_evo.accuracy.circuit.windows import Windows


def exact_convolution(
    x: Tensor,
    cells: Tensor,
    *,
    windows: Windows,
    input_bits: int,
    adc_bits: int,
    step: Tensor,
    lowest: Tensor,
    significance: Tensor,
    crossbar_size: int,
    offset: int,
) -> Tensor:
    """A convolution whose ADCs give the nearest of their levels; halfway between two, the even code.

    Args:
        x: integers of so many bits, (N, C_in, H, W).
        cells: what the layer's cells hold, (slices, rows of a group, C_out); see `devices.cells_of`.
        step: of the ADCs, cell units, (slices,). lowest: their lowest level in steps, (slices,).
        significance: what a slice's unit is worth, (slices,).
        offset: that the encoding adds to a weight and that is taken off digitally.

    Returns:
        In units of one integer input times one integer weight, float32 (N, C_out, H', W').
    """
    slices, rows, outputs = cells.shape
    matrix, steps = cells.permute(0, 2, 1).reshape(slices * outputs, rows), step.view(slices, 1, 1)
    blocks = [block.contiguous() for block in matrix.split(crossbar_size, dim=1)]
    ranges = [(float(low), float(low) + 2**adc_bits - 1) for low in lowest]
    exactly = codes_type(ranges, input_bits, len(blocks))
    worth = (significance.to(x.device) * step).double().view(slices, 1, 1)

    def of_windows(columns: Tensor) -> Tensor:
        total = matrix.new_zeros(slices, outputs, columns.shape[1], dtype=exactly)
        for block, inputs in zip(blocks, row_blocks_of(columns, windows.groups, crossbar_size), strict=True):
            for bit in range(input_bits):
                plane = ((inputs >> bit) & 1).to(matrix.dtype)
                add_rounded_sums(total, block, plane, steps, ranges, worth=windows.bit_worth(bit, input_bits))
        y = total.double().mul_(worth).sum(dim=0)
        return y.sub_(sums_of_inputs(columns, windows.groups, outputs), alpha=offset) if offset else y

    return over_windows(x, windows, of_windows, sums_a_window=slices * outputs)
