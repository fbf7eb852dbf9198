"""What is computed between layers on crossbars: digital operations, in floating point."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xpert_evo.design.networks.operations import Operation

_EPSILON = 1e-5
_MOMENTUM = 0.1


class DigitalNorm(nn.Module):
    """A batch normalisation that isn't a layer's own."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.momentum = _MOMENTUM
        self.gain = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor, *, track: bool = True) -> Tensor:
        """(N, C, H, W) -> the same shape.

        Args:
            track: whether a training pass updates the running statistics.
        """
        mean, variance = (self.running_mean, self.running_var) if track or not self.training else (None, None)
        return F.batch_norm(x, mean, variance, self.gain, self.shift, self.training, self.momentum, _EPSILON)


def computed(operation: Operation, inputs: list[Tensor]) -> Tensor:
    """The output of a digital operation but a batch normalisation; a flattened image is (N, C H W, 1, 1)."""
    x = inputs[0]
    if operation.kind == "relu":
        return F.relu(x)
    if operation.kind == "relu6":
        return F.relu6(x)
    if operation.kind == "add":
        return sum(inputs[1:], x)
    if operation.kind == "concatenate":
        return torch.cat(inputs, dim=1)
    if operation.kind == "flatten":
        return x.flatten(1)[:, :, None, None]
    if operation.kind == "adaptive_average_pool":
        size = operation.size or (1, 1)
        return x.mean(dim=(2, 3), keepdim=True) if size == (1, 1) else F.adaptive_avg_pool2d(x, size)
    kernel, stride, padding = operation.window
    pool = F.max_pool2d if operation.kind == "max_pool" else F.avg_pool2d
    return pool(x, kernel, stride, padding, ceil_mode=bool(operation.ceil))
