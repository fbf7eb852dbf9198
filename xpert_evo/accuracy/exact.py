"""A convolution as the circuit does it: bit-serial inputs, sliced weights, row blocks, an ADC for every partial sum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.design.mapping import row_blocks

_LARGEST_CHUNK = 2**22  # partial sums that are held at a time


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
    steps = step.view(slices, 1, 1)
    matrix = (cells / steps).permute(0, 2, 1).reshape(slices * outputs, rows)
    levels = [(float(low), float(low) + 2**adc_bits - 1) for low in lowest]
    worth = (significance.to(x.device) * step).double().view(slices, 1, 1)
    blocks = int(row_blocks(rows, crossbar_size))
    images_a_chunk = max(1, _LARGEST_CHUNK // (slices * outputs * height * width))
    results = []
    for some in x.split(images_a_chunk):
        columns = F.unfold(some, kernel, padding=kernel // 2).transpose(0, 1).reshape(rows, -1)
        total = torch.zeros(slices, outputs, columns.shape[1], device=x.device)
        for block in range(blocks):
            part = slice(block * crossbar_size, (block + 1) * crossbar_size)
            inputs, weights = columns[part].to(torch.int32), matrix[:, part].contiguous()
            for bit in range(input_bits):
                plane = ((inputs >> bit) & 1).to(x.dtype)
                codes = (weights @ plane).round_().view(slices, outputs, -1)
                for code, (low, high) in zip(codes, levels, strict=True):
                    code.clamp_(low, high)
                total.add_(codes, alpha=2.0**bit)
        y = (total.double() * worth).sum(dim=0)
        y -= offset * columns.double().sum(dim=0)
        results.append(y.view(outputs, -1, height, width).transpose(0, 1).to(x.dtype))
    return torch.cat(results)
