"""A convolution as the circuit does it: bit-serial inputs, sliced weights, row blocks, an ADC for every partial sum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_PARTIAL_SUMS = 2**17  # that are held at a time: they stay in a core's cache through rounding, clipping, adding
_INPUTS = 2**24  # of windows, side by side


def exact_convolution(
    x: Tensor,
    cells: Tensor,
    *,
    kernel: int,
    input_bits: int,
    adc_bits: int,
    step: Tensor,
    lowest: Tensor,
    significance: Tensor,
    crossbar_size: int,
    offset: int,
) -> Tensor:
    """Same-padded convolution of stride 1.

    Codes are whole numbers and add up exactly in float32: at most 2^8 levels x 2^8 inputs x 128 blocks.

    Args:
        x: integers in 0..2^input_bits - 1, (N, C_in, H, W).
        cells: what the layer's cells hold, (slices, C_in k^2, C_out); see `devices.cells_of`.
        step: of the ADCs, cell units, (slices,). lowest: their lowest level in steps, (slices,).
        significance: what a slice's unit is worth, (slices,).
        offset: that the encoding adds to a weight and that is taken off digitally.

    Returns:
        In units of one integer input times one integer weight, float32 (N, C_out, H, W).
    """
    height, width = x.shape[2:]
    slices, rows, outputs = cells.shape
    matrix = (cells / step.view(slices, 1, 1)).permute(0, 2, 1).reshape(slices * outputs, rows)
    blocks = [block.contiguous() for block in matrix.split(crossbar_size, dim=1)]
    ranges = [(float(low), float(low) + 2**adc_bits - 1) for low in lowest]
    worth = (significance.to(x.device) * step).double().view(slices, 1, 1)
    windows_at_a_time = max(64, _PARTIAL_SUMS // (slices * outputs))
    images_at_a_time = max(1, _INPUTS // (rows * height * width))
    results = []
    for images in x.split(images_at_a_time):
        columns = F.unfold(images, kernel, padding=kernel // 2).transpose(0, 1).reshape(rows, -1)
        sums = [
            _accumulated_codes(some, blocks, ranges, input_bits).double().mul_(worth).sum(dim=0)
            for some in columns.to(torch.uint8).split(windows_at_a_time, dim=1)
        ]
        y = torch.cat(sums, dim=1) - offset * columns.double().sum(dim=0)
        results.append(y.view(outputs, -1, height, width).transpose(0, 1).to(x.dtype))
    return torch.cat(results)


def _accumulated_codes(
    columns: Tensor, blocks: list[Tensor], ranges: list[tuple[float, float]], input_bits: int
) -> Tensor:
    """Codes of all conversions of some windows, shifted by input bits and added up, (slices, C_out, W).

    Args:
        columns: inputs, uint8 (K, W).
        blocks: of the matrix, in steps of the ADCs, each (slices x C_out, rows).
        ranges: lowest and highest code of each slice.
    """
    total = columns.new_zeros(len(ranges), len(blocks[0]) // len(ranges), columns.shape[1], dtype=torch.float32)
    codes = torch.empty_like(total)
    for block, inputs in zip(blocks, columns.split(blocks[0].shape[1]), strict=True):
        for bit in range(input_bits):
            torch.mm(block, ((inputs >> bit) & 1).to(torch.float32), out=codes.view(len(block), -1))
            codes.round_()
            for code, (low, high) in zip(codes, ranges, strict=True):
                code.clamp_(low, high)
            total.add_(codes, alpha=2.0**bit)
    return total
