"""A convolution cut into row blocks whose partial sums are rounded one by one, as ADCs do, before they are added."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

_PARTIAL_SUMS = 2**17  # that are held at a time: they stay in a core's cache through rounding, clipping, adding
_INPUTS = 2**24  # of windows, side by side

# Windows of some images, (K, W) -> what a layer gives for them, (C_out, W).
OfWindows = Callable[[Tensor], Tensor]


def over_windows(x: Tensor, kernel: int, of_windows: OfWindows, *, sums_a_window: int) -> Tensor:
    """Applies a function to all windows of a same-padded convolution of stride 1, some at a time.

    Args:
        x: (N, C_in, H, W).
        sums_a_window: partial sums that the function holds at a time for a window.

    Returns:
        (N, C_out, H, W), of x's type.
    """
    height, width = x.shape[2:]
    windows = max(64, _PARTIAL_SUMS // sums_a_window)
    images_at_a_time = max(1, _INPUTS // (x.shape[1] * kernel**2 * height * width))
    results = []
    for images in x.split(images_at_a_time):
        columns = F.unfold(images, kernel, padding=kernel // 2).transpose(0, 1).flatten(1)
        y = torch.cat([of_windows(some) for some in columns.split(windows, dim=1)], dim=1)
        results.append(y.view(len(y), -1, height, width).transpose(0, 1).to(x.dtype))
    return torch.cat(results)


def add_rounded_sums(
    total: Tensor, block: Tensor, inputs: Tensor, ranges: list[tuple[float, float]] | None, *, worth: float = 1.0
) -> None:
    """Adds one block's rounded partial sums to a total.

    Args:
        total: (slices, C_out, W).
        block: its rows of the matrix, in steps, (slices x C_out, rows).
        inputs: of these rows, (rows, W), of the matrix's type.
        ranges: lowest and highest code of each slice; no code is clipped where it is None.
        worth: of a code in the total.
    """
    codes = torch.mm(block, inputs).view_as(total).round_()
    if ranges is not None:
        for code, (low, high) in zip(codes, ranges, strict=True):
            code.clamp_(low, high)
    total.add_(codes, alpha=worth)
