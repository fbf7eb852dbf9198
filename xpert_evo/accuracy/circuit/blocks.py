"""A convolution cut into row blocks whose partial sums are rounded one by one, as ADCs do, before they are added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.windows import Windows

_PARTIAL_SUMS = 2**17  # that are held at a time: they stay in a core's cache through rounding, clipping, adding
_INPUTS = 2**24  # of windows, side by side
_EXACT = 2**24  # up to which float32 holds every whole number

# Windows of some images, whole numbers (K, W) -> what a layer gives for them, (C_out, W).
OfWindows = Callable[[Tensor], Tensor]


def over_windows(x: Tensor, windows: Windows, of_windows: OfWindows, *, sums_a_window: int) -> Tensor:
    """Applies a function to all windows of a convolution, some at a time.

    Args:
        x: integers in 0..255, or signed ones of a byte, (N, C_in, H, W).
        sums_a_window: partial sums that the function holds at a time for a window.

    Returns:
        (N, C_out, H', W'), of x's type.
    """
    channels, height, width = x.shape[1:]
    at_a_time = max(64, _PARTIAL_SUMS // sums_a_window)
    images_at_a_time = max(1, _INPUTS // (channels * windows.area * height * width))
    results = []
    for images in windows.padded(x.to(windows.held_type)).split(images_at_a_time, dim=3):
        columns, height, width = windows.columns(images)
        y = torch.cat([of_windows(some) for some in columns.split(at_a_time, dim=1)], dim=1)
        y = y.view(len(y), height, width, -1).permute(3, 0, 1, 2).to(x.dtype)
        results.append(y.contiguous(memory_format=torch.channels_last))
    return torch.cat(results) if len(results) > 1 else results[0]


def row_blocks_of(inputs: Tensor, groups: int, crossbar_size: int) -> Sequence[Tensor]:
    """Windows (K, W) cut into row blocks, (rows, W) each; of a grouped convolution (groups, rows, W)."""
    if groups == 1:
        return inputs.split(crossbar_size)
    return inputs.unflatten(0, (groups, -1)).split(crossbar_size, dim=1)


def grouped_product(block: Tensor, inputs: Tensor, slices: int) -> Tensor:
    """A block's partial sums, (slices x C_out, W).

    Args:
        block: (slices x C_out, rows).
        inputs: see `row_blocks_of`.
    """
    if inputs.ndim == 2:
        return torch.mm(block, inputs)
    groups = len(inputs)
    by_group = block.view(slices, groups, -1, block.shape[1]).transpose(0, 1).flatten(1, 2)
    sums = torch.bmm(by_group, inputs)  # (groups, slices x outputs, W)
    return sums.unflatten(1, (slices, -1)).transpose(0, 1).reshape(len(block), -1)


def sums_of_inputs(columns: Tensor, groups: int, outputs: int) -> Tensor:
    """What all inputs of a window add up to that an output sees, float32 (W,), or (C_out, W) of a grouped
    convolution."""
    if groups == 1:
        return columns.float().sum(dim=0)
    return columns.float().unflatten(0, (groups, -1)).sum(dim=1).repeat_interleave(outputs // groups, dim=0)


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
        inputs: of these rows, (rows, W), of the matrix's type; of a grouped convolution (groups, rows, W).
        step: of a code, (slices, 1, 1).
        ranges: lowest and highest code of each slice; no code is clipped where it is None.
        worth: of a code in the total.
    """
    codes = grouped_product(block, inputs, len(total)).view_as(total).div_(step).round_()
    if ranges is not None:
        for code, (low, high) in zip(codes, ranges, strict=True):
            code.clamp_(low, high)
    total.add_(codes, alpha=worth)
