"""A module's calls in evaluation, one after the other, and what each of them gives for an image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, fx, nn

from xpert_evo.accuracy.tracing.places import place_of, place_of_error
from xpert_evo.errors import InputError, in_short

_BATCH = 2  # images: what mixes them up isn't taken for flattening
_ALIKE = 1e-3  # of the largest output


def traced(module: nn.Module, image: tuple[int, int, int]) -> fx.GraphModule:
    """The module's calls; `meta` of each holds the `shape` of the tensor that it gives, or the `value` if it is none.

    Args:
        image: channels, height, width. `forward` is given a batch of such images, and nothing else.

    Raises:
        InputError: the calls hang on the image's values, or can't be done.
    """
    with _evaluating(module), torch.no_grad():
        calls = _symbolic(module)
        _Recorder(calls).run(_example(module, image))
    return calls


def require_same_outputs(module: nn.Module, calls: fx.GraphModule, image: tuple[int, int, int]) -> None:
    """Looks whether the calls do what the module does: `+=` on a tensor that is read again is traced as if it made one.

    Raises:
        InputError: they don't.
    """
    example = _example(module, image)
    if example.is_meta:
        return
    with _evaluating(module), torch.no_grad():
        given, expected = calls(example.clone()), module(example)
    most = _ALIKE * float(expected.abs().nan_to_num().max())
    if not torch.allclose(given, expected, rtol=0, atol=most, equal_nan=True):
        raise InputError(
            "forward: its calls, traced one by one, give other outputs than the module; forward hooks, randomness, and "
            "+= on a tensor that is read again can't be traced"
        )


class _Tracer(fx.Tracer):
    """Keeps lines; what `forward` takes besides the image has its default."""

    def __init__(self) -> None:
        super().__init__()
        self.record_stack_traces = True

    def create_args_for_root(self, root_fn: Any, is_module: bool, concrete_args: Any = None) -> tuple[Any, list[Any]]:
        return root_fn, [self.root, self.create_proxy("placeholder", "image", (), {})]


class _Recorder(fx.Interpreter):
    def __init__(self, calls: fx.GraphModule) -> None:
        super().__init__(calls)
        self.extra_traceback = False  # it would change messages

    def run_node(self, node: fx.Node) -> Any:
        try:
            given = super().run_node(node)
        except Exception as error:
            raise InputError(f"{place_of(node)}: {in_short(str(error), 200)}") from error
        if isinstance(given, Tensor):
            node.meta["shape"] = tuple(given.shape)
        elif node.op != "output":
            node.meta["value"] = given
        return given


def _symbolic(module: nn.Module) -> fx.GraphModule:
    tracer = _Tracer()
    try:
        graph = tracer.trace(module)
    except Exception as error:
        raise InputError(
            f"forward{place_of_error(error)}: can't be traced: {in_short(str(error), 200)}; a forward that calls "
            "modules made in __init__, the same ones whatever the image holds, is wanted"
        ) from error
    return fx.GraphModule(tracer.root, graph)


def _example(module: nn.Module, image: tuple[int, int, int]) -> Tensor:
    """A batch of images where the module's parameters are, of their type."""
    like = next((each for each in module.parameters() if each.is_floating_point()), torch.zeros(()))
    noise = torch.rand(_BATCH, *image, generator=torch.Generator().manual_seed(0))
    return noise.to(like.device, like.dtype)


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode
