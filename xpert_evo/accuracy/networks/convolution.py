"""The convolution that trainings compute: the library's, but small images in bfloat16 as one matrix product."""

import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.accuracy.circuit.windows import Windows

# Up to so many pixels the library's bfloat16 convolution leaves most of a CPU's matrix units idle, above all for the
# gradient of the weights: the product takes a quarter of its time at 4 x 4 pixels and a tenth at 2 x 2.
_SMALL_IMAGE = 16


def convolution(x: Tensor, weight: Tensor, windows: Windows) -> Tensor:
    """(N, C_in, H, W) by (C_out, C_in / groups, k, k) -> (N, C_out, H', W')."""
    stride = windows.stride
    if windows.kernel == (1, 1) and windows.padding == (0, 0) and stride != (1, 1):
        # The library's gradient of a strided 1 x 1 convolution of few channels writes beyond its memory (oneDNN 3.12,
        # AVX2); of the pixels that the strides leave it is an ordinary one.
        x, stride = x[:, :, :: stride[0], :: stride[1]].contiguous(memory_format=torch.channels_last), (1, 1)
    height, width = x.shape[2:]
    small = height * width <= _SMALL_IMAGE and windows.is_same
    if not (small and x.device.type == "cpu" and torch.is_autocast_enabled("cpu")):
        return F.conv2d(x, weight, stride=stride, padding=windows.padding, groups=windows.groups)
    lower = torch.get_autocast_dtype("cpu")
    y = _Product.apply(x.to(lower), weight.to(lower))
    return y.view(len(x), height, width, -1).permute(0, 3, 1, 2)


class _Product(torch.autograd.Function):
    """Windows times weights, (N x H x W, C_out). Windows are copied anew for the gradient, which costs little."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _windows(x, weight.shape[-1]) @ _matrix(weight).T

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, Tensor]:
        x, weight = ctx.saved_tensors
        outputs, inputs, kernel, _ = weight.shape
        images, _, height, width = x.shape
        of_weight = (gradient.T @ _windows(x, kernel)).view(outputs, kernel, kernel, inputs).permute(0, 3, 1, 2)
        if not ctx.needs_input_grad[0]:
            return None, of_weight
        # The gradient of the inputs is the gradient of the outputs, convolved with the kernels turned by half a turn.
        turned = _matrix(weight.flip(2, 3).transpose(0, 1))
        spread = gradient.view(images, height, width, outputs).permute(0, 3, 1, 2)
        of_x = _windows(spread, kernel) @ turned.T
        return of_x.view(images, height, width, inputs).permute(0, 3, 1, 2), of_weight


def _windows(x: Tensor, kernel: int) -> Tensor:
    """(N, C, H, W) -> (N x H x W, k x k x C), edges padded with zeros."""
    padded = F.pad(x, [kernel // 2] * 4).permute(0, 2, 3, 1)
    shifted = padded.unfold(1, kernel, 1).unfold(2, kernel, 1)  # (N, H, W, C, k, k), not copied yet
    return shifted.permute(0, 1, 2, 4, 5, 3).reshape(-1, kernel**2 * x.shape[1])


def _matrix(weight: Tensor) -> Tensor:
    """(C_out, C_in, k, k) -> (C_out, k x k x C_in)."""
    return weight.permute(0, 2, 3, 1).flatten(1)
