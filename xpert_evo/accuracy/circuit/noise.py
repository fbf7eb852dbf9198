"""Standard normals for the ADCs' noise."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class NoisePool:
    """Standard normals, drawn once and handed out as slices at random offsets.

    On a CPU drawing a fresh normal for every activation takes longer than the convolution beside it.

    Args:
        seed: determines the normals and the offsets.
    """

    _OFFSETS = 2**18

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)
        self._pools: dict[tuple[int, torch.device, torch.dtype], Tensor] = {}

    def like(self, x: Tensor) -> Tensor:
        """Normals of the shape and type of x, (N, C, H, W), laid out channels last. The next call gives others."""
        offset = int(torch.randint(self._OFFSETS, (), generator=self.generator))
        n, c, h, w = x.shape
        return self._pool(x)[offset : offset + x.numel()].view(n, h, w, c).permute(0, 3, 1, 2)

    @contextmanager
    def from_the_start(self) -> Iterator[None]:
        """Within it offsets are those of a new pool; after it they go on as if it had not been."""
        before = self.generator.get_state()
        self.generator.manual_seed(self.seed)
        try:
            yield
        finally:
            self.generator.set_state(before)

    def _pool(self, x: Tensor) -> Tensor:
        # The size depends on the request alone, so a resumed run draws what it would have drawn.
        size = 2 ** math.ceil(math.log2(x.numel() + self._OFFSETS))
        key = (size, x.device, x.dtype)
        if key not in self._pools:
            drawn = torch.randn(size, generator=torch.Generator().manual_seed(self.seed))
            self._pools[key] = drawn.to(x)
        return self._pools[key]
