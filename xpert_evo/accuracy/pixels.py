"""Images as networks are given them: as tensors of pixels, at another size."""

import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def shared_tensor(array: np.ndarray) -> Tensor:
    """A tensor of an array's own memory, which nothing may write into.

    Where processes share it the array is read-only. torch has no such tensors and warns of it; a write would end the
    process.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable", UserWarning)
        return torch.from_numpy(array)


def as_pixels(images: Tensor) -> Tensor:
    """uint8 (N, C, H, W) -> float32 in [0, 1], channels last."""
    return images.contiguous(memory_format=torch.channels_last).float().div_(255)


def resized(images: np.ndarray, resolution: int) -> np.ndarray:
    """uint8 images (N, C, H, W) at another side, each pixel the mean of the area that it covers."""
    if images.shape[-2:] == (resolution, resolution):
        return images
    chunks = [
        F.interpolate(torch.from_numpy(chunk).float(), size=(resolution, resolution), mode="area")
        .round_()
        .to(torch.uint8)
        .numpy()
        for chunk in np.array_split(images, -(-len(images) // 1000))
    ]
    return np.concatenate(chunks)
