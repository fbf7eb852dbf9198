"""A convolution cut into row blocks whose partial sums are rounded one by one, as ADCs do, before they are added."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

_PARTIAL_SUMS = 2**17  # that are held at a time: they stay in a core's cache through rounding, clipping, adding
_INPUTS = 2**24  # of windows, side by side
_EXACT = 2**24  # up to which float32 holds every whole number

# Windows of some images, uint8 (K, W) -> what a layer gives for them, (C_out, W).
OfWindows = Callable[[Tensor], Tensor]


def over_windows(x: Tensor, kernel: int, of_windows: OfWindows, *, sums_a_window: int) -> Tensor:
    """Applies a function to all windows of a same-padded convolution of stride 1, some at a time.

    Args:
        x: integers in 0..255, (N, C_in, H, W).
        sums_a_window: partial sums that the function holds at a time for a window.

    Returns:
        (N, C_out, H, W), of x's type.
    """
    channels, height, width = x.shape[1:]
    windows = max(64, _PARTIAL_SUMS // sums_a_window)
    images_at_a_time = max(1, _INPUTS // (channels * kernel**2 * height * width))
    # Images stand innermost: windows are then copied in runs of a batch, many times faster than in runs of a width.
    padded = F.pad(x.to(torch.uint8).permute(1, 2, 3, 0), [0, 0, *[kernel // 2] * 4])
    results = []
    for images in padded.split(images_at_a_time, dim=3):
        shifted = images.unfold(1, kernel, 1).unfold(2, kernel, 1)  # (C_in, H, W, N, k, k), not copied yet
        columns = shifted.permute(0, 4, 5, 1, 2, 3).reshape(channels * kernel**2, -1)
        y = torch.cat([of_windows(some) for some in columns.split(windows, dim=1)], dim=1)
        y = y.view(len(y), height, width, -1).permute(3, 0, 1, 2).to(x.dtype)
        results.append(y.contiguous(memory_format=torch.channels_last))
    return torch.cat(results) if len(results) > 1 else results[0]


def codes_type(ranges: list[tuple[float, float]], input_bits: int, row_blocks: int) -> torch.dtype:
    """In which the codes of all bit planes and row blocks, whole numbers, add up exactly.

    Args:
        ranges: lowest and highest code of each slice.
    """
    largest = max(abs(edge) for ends in ranges for edge in ends)
    return torch.float32 if largest * 2**input_bits * row_blocks <= _EXACT else torch.float64


def add_rounded_sums(
    total: Tensor,
    block: Tensor,
    inputs: Tensor,
    step: Tensor,
    ranges: list[tuple[float, float]] | None,
    *,
    worth: float = 1.0,
) -> None:
    """Adds one block's rounded partial sums to a total.

    Whole numbers are added up before they are divided by the step: a float32 sum of them is exact, and one that lies
    halfway between two levels is a tie, which goes to the even code. Shares of a step would have to be rounded first,
    and a tie would fall either way.

    Args:
        total: (slices, C_out, W), of a type that its sums are exact in.
        block: its rows of the matrix, (slices x C_out, rows).
        inputs: of these rows, (rows, W), of the matrix's type.
        step: of a code, (slices, 1, 1).
        ranges: lowest and highest code of each slice; no code is clipped where it is None.
        worth: of a code in the total.
    """
    codes = torch.mm(block, inputs).view_as(total).div_(step).round_()
    if ranges is not None:
        for code, (low, high) in zip(codes, ranges, strict=True):
            code.clamp_(low, high)
    total.add_(codes, alpha=worth)
