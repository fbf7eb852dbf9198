"""Mini-batches with augmentation as tensor operations on the whole batch."""

import torch
from torch import Tensor

# What stands where a patch of an image is cut out: about the mean of natural images.
_GREY = 0.5


def augmented(
    images: Tensor, picks: Tensor, *, padding: int, flip: bool, cutout: int = 0, generator: torch.Generator
) -> Tensor:
    """A batch of randomly shifted (edges reflected) and mirrored images, a patch of each grey.

    Args:
        images: uint8 (M, H, W, C).
        picks: which images, int64 (N,), on the CPU as all random choices are.
        padding: largest shift in pixels, to each side.
        flip: whether half of the images are mirrored left to right.
        cutout: side of the square patch that hides a part of every image, in pixels; its centre is anywhere in the
            image, so that some of it may lie outside (DeVries and Taylor, arXiv 1708.04552).

    Returns:
        float32 (N, C, H, W) in [0, 1], channels last.
    """
    count, height, width = len(picks), images.shape[1], images.shape[2]
    shift = torch.randint(-padding, padding + 1, (2, count, 1), generator=generator)
    y = _reflected(torch.arange(height) + shift[0], height)
    x = _reflected(torch.arange(width) + shift[1], width)
    if flip:
        mirrored = torch.rand(count, 1, generator=generator) < 0.5
        x = torch.where(mirrored, width - 1 - x, x)
    pixels = (picks[:, None, None] * height + y[:, :, None]) * width + x[:, None, :]
    batch = images.flatten(0, 2)[pixels.to(images.device)].float().div_(255)
    if cutout:
        hidden = _patches(count, height, width, cutout, generator)
        batch[hidden.to(images.device)] = _GREY
    return batch.permute(0, 3, 1, 2)


def _patches(count: int, height: int, width: int, side: int, generator: torch.Generator) -> Tensor:
    """A square a picture, bool (N, H, W)."""
    top = torch.randint(height, (count, 1), generator=generator) - side // 2
    left = torch.randint(width, (count, 1), generator=generator) - side // 2
    y, x = torch.arange(height), torch.arange(width)
    rows, columns = (y >= top) & (y < top + side), (x >= left) & (x < left + side)
    return rows[:, :, None] & columns[:, None, :]


def _reflected(index: Tensor, size: int) -> Tensor:
    """Indices beyond 0..size - 1 mirrored at the ends (which are not repeated)."""
    return (size - 1 - (size - 1 - index.abs()).abs()).clamp_(0, size - 1)
