"""What each module, function and method of PyTorch becomes. A rule has the parameters that PyTorch's own has."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from xpert_evo.accuracy.tracing.parts import Call

Rule = Callable[..., None]


def pair(call: Call, value: Any, what: str) -> tuple[int, int]:
    """Height and width, of which PyTorch takes one number for both."""
    both = (value,) * 2 if isinstance(value, int) else tuple(value) if isinstance(value, Sequence) else (value,)
    both = both * 2 if len(both) == 1 else both
    if len(both) != 2 or not all(isinstance(each, int) for each in both):
        call.refuse(f"has {what} {value}; two whole numbers are wanted")
    return both[0], both[1]


def convolution(call: Call, layer: nn.Conv2d, image: Any) -> None:
    kernel, stride = tuple(layer.kernel_size), tuple(layer.stride)
    if layer.padding_mode != "zeros":
        call.refuse(f"has padding_mode {layer.padding_mode}; zeros is wanted")
    if set(layer.dilation) != {1}:
        call.refuse(f"has dilation {tuple(layer.dilation)}; 1 is wanted")
    if stride[0] != stride[1]:
        call.refuse(f"has stride {stride}; one for both axes is wanted")
    padding: Any = layer.padding
    if isinstance(padding, str):
        if padding == "same" and not all(side % 2 for side in kernel):
            call.refuse(f"pads a kernel of {kernel[0]} x {kernel[1]} to the same size; odd sides are wanted")
        padding = tuple(side // 2 if padding == "same" else 0 for side in kernel)
    for what, (*_, height, width) in (("reads", call.shape_of(image)), ("gives", call.shape)):
        if height != width:
            call.refuse(f"{what} images of {height} x {width}; square ones are wanted")
    call.add(
        "convolution",
        image,
        module=layer,
        channels=layer.out_channels,
        kernel=kernel,
        stride=stride if stride != (1, 1) else None,
        padding=padding if any(padding) else None,
        groups=layer.groups if layer.groups > 1 else None,
    )


def linear(call: Call, layer: nn.Linear, features: Any) -> None:
    if len(call.shape_of(features)) != 2:
        call.refuse(f"reads {_sizes(call.shape_of(features))}; flattened images are wanted")
    call.add("linear", features, module=layer, channels=layer.out_features)


def batch_norm(call: Call, layer: nn.BatchNorm2d, image: Any) -> None:
    if layer.running_mean is None or layer.running_var is None:
        call.refuse("has no running statistics; track_running_stats=True is wanted")
    call.add("batch_norm", image, module=layer)


def relu(call: Call, input: Any, inplace: bool = False) -> None:
    call.add("relu", input, in_place=inplace)


def relu_(call: Call, input: Any) -> None:
    relu(call, input, inplace=True)


def relu6(call: Call, input: Any, inplace: bool = False) -> None:
    call.add("relu6", input, in_place=inplace)


def hardtanh(call: Call, input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
    if (min_val, max_val) != (0, 6):
        call.refuse(f"clips to {min_val} ... {max_val}; 0 ... 6 is wanted")
    relu6(call, input, inplace)


def clamp(call: Call, input: Any, min: float | None = None, max: float | None = None) -> None:
    if min == 0 and max is None:
        relu(call, input)
    else:
        hardtanh(call, input, min, max)  # type: ignore[arg-type]  # None is refused there


def max_pool(
    call: Call,
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> None:
    if pair(call, dilation, "dilation") != (1, 1) or return_indices:
        call.refuse("has a dilation or returns indices; neither is supported")
    _pool(call, "max_pool", input, kernel_size, stride, padding, ceil_mode)


def average_pool(
    call: Call,
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> None:
    if divisor_override is not None:
        call.refuse(f"has divisor_override {divisor_override}; none is wanted")
    if not count_include_pad and any(pair(call, padding, "padding")):
        call.refuse("leaves its padding out of averages; count_include_pad=True is wanted")
    _pool(call, "average_pool", input, kernel_size, stride, padding, ceil_mode)


def _pool(call: Call, kind: str, input: Any, kernel: Any, stride: Any, padding: Any, ceil: bool) -> None:
    sides, around = pair(call, kernel, "kernel_size"), pair(call, padding, "padding")
    steps = sides if stride is None or stride == [] else pair(call, stride, "stride")
    call.add(
        kind,
        input,
        kernel=sides,
        stride=steps if steps != sides else None,
        padding=around if any(around) else None,
        ceil=True if ceil else None,
    )


def adaptive_average_pool(call: Call, input: Any, output_size: Any) -> None:
    call.add("adaptive_average_pool", input, size=pair(call, output_size, "output_size"))


def mean(call: Call, input: Any, dim: Any = None, keepdim: bool = False) -> None:
    dims = sorted(each % 4 for each in dim) if isinstance(dim, Sequence) else dim
    if len(call.shape_of(input)) != 4 or dims != [2, 3]:
        call.refuse(f"is over {dim}; (2, 3), height and width, is wanted")
    call.add("adaptive_average_pool", input, size=(1, 1))
    if not keepdim:
        call.then("flatten")


def add(call: Call, input: Any, other: Any, *, alpha: float = 1) -> None:
    for one, beside in ((input, other), (other, input)):
        if isinstance(beside, int | float) and beside == 0:  # as sum() begins
            call.same(one)
            return
    if alpha != 1:
        call.refuse(f"has alpha {alpha}; 1 is wanted")
    if call.shape_of(input) != call.shape_of(other):
        shapes = " and ".join(_sizes(call.shape_of(each)) for each in (input, other))
        call.refuse(f"is of {shapes}; equal sizes are wanted")
    call.add("add", input, other)


def add_(call: Call, input: Any, other: Any, *, alpha: float = 1) -> None:
    if call.shape_of(input) != call.shape_of(other) or alpha != 1:
        add(call, input, other, alpha=alpha)
    call.add("add", input, other, in_place=True)


def concatenate(call: Call, tensors: Sequence[Any], dim: int = 0) -> None:
    if dim % len(call.shape) != 1:
        call.refuse(f"is along dimension {dim}; 1, that of the channels, is wanted")
    if len(tensors) == 1:
        call.same(tensors[0])
    else:
        call.add("concatenate", *tensors)


def reshaped(call: Call, input: Any, *_: Any, **__: Any) -> None:
    """What gives the same values in the same order: only the sizes matter."""
    before, after = call.shape_of(input), call.shape
    if after == before:
        call.same(input)
    elif after == (before[0], prod(before[1:])):
        call.add("flatten", input, view=True)
    else:
        call.refuse(f"makes {_sizes(after)} of {_sizes(before)}; flattening of every image is wanted")


def unchanged(call: Call, input: Any, *_: Any, **__: Any) -> None:
    call.same(input)


def dropout(call: Call, input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> None:
    if training and p:
        call.refuse("drops in evaluation, too; training=self.training is wanted")
    call.same(input)


def _sizes(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape[1:]))


# An instance of a later class is none of an earlier one.
MODULES: tuple[tuple[tuple[type[nn.Module], ...], Rule], ...] = (
    ((nn.Conv2d,), convolution),
    ((nn.Linear,), linear),
    ((nn.BatchNorm1d, nn.BatchNorm2d, nn.SyncBatchNorm), batch_norm),
    ((nn.ReLU,), lambda call, layer, input: relu(call, input, layer.inplace)),
    ((nn.Hardtanh,), lambda call, layer, input: hardtanh(call, input, layer.min_val, layer.max_val, layer.inplace)),
    (
        (nn.MaxPool2d,),
        lambda call, layer, input: max_pool(
            call,
            input,
            layer.kernel_size,
            layer.stride,
            layer.padding,
            layer.dilation,
            layer.ceil_mode,
            layer.return_indices,
        ),
    ),
    (
        (nn.AvgPool2d,),
        lambda call, layer, input: average_pool(
            call,
            input,
            layer.kernel_size,
            layer.stride,
            layer.padding,
            layer.ceil_mode,
            layer.count_include_pad,
            layer.divisor_override,
        ),
    ),
    ((nn.AdaptiveAvgPool2d,), lambda call, layer, input: adaptive_average_pool(call, input, layer.output_size)),
    ((nn.Flatten, nn.Unflatten), lambda call, layer, input: reshaped(call, input)),
    (
        (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout),
        lambda call, layer, input: unchanged(call, input),
    ),
)

FUNCTIONS: dict[Any, Rule] = {
    **dict.fromkeys((F.relu, torch.relu), relu),
    **dict.fromkeys((F.relu_, torch.relu_), relu_),
    F.relu6: relu6,
    F.hardtanh: hardtanh,
    **dict.fromkeys((torch.clamp, torch.clip), clamp),
    **dict.fromkeys((F.max_pool2d, torch.max_pool2d), max_pool),
    F.avg_pool2d: average_pool,
    F.adaptive_avg_pool2d: adaptive_average_pool,
    torch.mean: mean,
    **dict.fromkeys((operator.add, torch.add), add),
    operator.iadd: add_,
    **dict.fromkeys((torch.cat, torch.concat, torch.concatenate), concatenate),
    **dict.fromkeys((torch.flatten, torch.reshape, torch.squeeze), reshaped),
    **dict.fromkeys((F.dropout, F.dropout1d, F.dropout2d), dropout),
    torch.clone: unchanged,
}

METHODS: dict[str, Rule] = {
    "relu": relu,
    "relu_": relu_,
    **dict.fromkeys(("clamp", "clip"), clamp),
    "mean": mean,
    "add": add,
    "add_": add_,
    **dict.fromkeys(("flatten", "view", "reshape", "squeeze"), reshaped),
    **dict.fromkeys(("contiguous", "clone"), unchanged),
}
