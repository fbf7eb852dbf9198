"""What a layer's columns are given: windows of its input, rows in the order of the weight matrix."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Windows:
    """How a convolution cuts its input into windows; height and width.

    Attributes:
        groups: of the convolution: an output sees the rows of its own group alone.
        signed: whether inputs are two's complement, with a sign bit among their bits.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    groups: int = 1
    signed: bool = False

    @classmethod
    def same(cls, kernel: int, *, signed: bool = False) -> Windows:
        """Of a same-padded convolution of stride 1 with a square kernel of odd side."""
        return cls((kernel, kernel), padding=(kernel // 2, kernel // 2), signed=signed)

    @property
    def is_same(self) -> bool:
        """Whether it is one of these, of one group."""
        return self == Windows.same(self.kernel[0], signed=self.signed)

    @property
    def area(self) -> int:
        """Pixels of a window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def held_type(self) -> torch.dtype:
        """Of inputs while their bits are taken apart."""
        return torch.int16 if self.signed else torch.uint8

    def bit_worth(self, bit: int, input_bits: int) -> float:
        """What one in a bit plane is worth: the last one of signed inputs is the sign's."""
        return -(2.0**bit) if self.signed and bit == input_bits - 1 else 2.0**bit

    def columns(self, x: Tensor) -> tuple[Tensor, int, int]:
        """All windows of some images, images innermost: they are copied in runs of a batch, many times faster than in
        runs of a width.

        Args:
            x: padded, (C_in, H, W, N).

        Returns:
            (C_in x area, height x width x N), and the height and width of the output.
        """
        shifted = x.unfold(1, self.kernel[0], self.stride[0]).unfold(2, self.kernel[1], self.stride[1])
        _, height, width = shifted.shape[:3]
        # (C_in, H, W, N, k, k), not copied yet
        return shifted.permute(0, 4, 5, 1, 2, 3).reshape(x.shape[0] * self.area, -1), height, width

    def padded(self, x: Tensor) -> Tensor:
        """Images (N, C, H, W) with their padding, (C, H, W, N)."""
        down, across = self.padding
        return F.pad(x.permute(1, 2, 3, 0), [0, 0, across, across, down, down])

    def sampled(self, x: Tensor, count: int, generator: torch.Generator) -> Tensor:
        """Windows drawn from images (N, C_in, H, W), (count, C_in x area)."""
        down, across = self.padding
        images, _, height, width = x.shape
        rows = (height + 2 * down - self.kernel[0]) // self.stride[0] + 1
        columns = (width + 2 * across - self.kernel[1]) // self.stride[1] + 1
        image = torch.randint(images, (count, 1, 1), generator=generator)
        top = torch.randint(rows, (count, 1, 1), generator=generator) * self.stride[0]
        left = torch.randint(columns, (count, 1, 1), generator=generator) * self.stride[1]
        y, along = top + torch.arange(self.kernel[0])[:, None], left + torch.arange(self.kernel[1])
        padded = F.pad(x, (across, across, down, down)).permute(0, 2, 3, 1)
        return padded[image, y, along].permute(0, 3, 1, 2).flatten(1)
