"""Calls to operations: what doesn't reach the output is left out, normalisations join the layers before them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from torch import Tensor, fx, nn

from xpert_evo.accuracy.tracing.parts import Call, Part, Parts
from xpert_evo.accuracy.tracing.places import SUPPORTED, refuse
from xpert_evo.accuracy.tracing.rules import FUNCTIONS, METHODS, MODULES, Rule
from xpert_evo.design.networks.operations import ON_CROSSBARS


def translated(calls: fx.GraphModule) -> list[Part]:
    """The parts of what `traced` gives; the last one gives the output.

    Raises:
        InputError: a call can't be mapped.
    """
    parts = Parts()
    for node in calls.graph.nodes:
        if node.op == "placeholder":
            parts.begin(node)
        elif node.op == "output":
            return _normalised(_reaching(parts, _output(parts, node)))
        elif node.op != "get_attr" and ("shape" in node.meta or _holds_tensors(node.meta["value"])):
            _translate(parts, node, calls.get_submodule(node.target) if node.op == "call_module" else None)
    raise AssertionError("every graph has an output")


def _translate(parts: Parts, node: fx.Node, module: nn.Module | None) -> None:
    called = type(module).__name__ if module is not None else getattr(node.target, "__name__", str(node.target))
    call, rule = Call(parts, node, called), _rule_of(node, module)
    if rule is None or "shape" not in node.meta:
        call.refuse(f"is not supported; supported are {SUPPORTED}")
    args, kwargs = fx.node.map_arg((node.args, node.kwargs), lambda each: each.meta.get("value", each))
    first = (call,) if module is None else (call, module)
    try:
        inspect.signature(rule).bind(*first, *args, **kwargs)
    except TypeError as error:
        call.refuse(f"is called in a way that is not supported: {error}")
    rule(*first, *args, **kwargs)


def _rule_of(node: fx.Node, module: nn.Module | None) -> Rule | None:
    if module is not None:
        return next((rule for classes, rule in MODULES if isinstance(module, classes)), None)
    return METHODS.get(str(node.target)) if node.op == "call_method" else FUNCTIONS.get(node.target)


def _holds_tensors(value: Any) -> bool:
    values: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return isinstance(value, tuple | list | dict) and any(isinstance(each, Tensor) for each in values)


def _output(parts: Parts, node: fx.Node) -> str:
    (given,) = node.args
    if isinstance(given, tuple | list | dict):
        refuse(node, f"gives a {type(given).__name__} of {len(given)}; one tensor is wanted, (images, classes)")
    name = parts.of(given) if isinstance(given, fx.Node) else None
    if name is None or name not in parts.by_name:
        refuse(node, "gives nothing that layers made of the image")
    shape = given.meta["shape"]
    if len(shape) != 2:
        refuse(given, f"the output has {len(shape)} dimensions; (images, classes) is wanted")
    return name


def _reaching(parts: Parts, output: str) -> list[Part]:
    """The parts that the output hangs on; it is the last."""
    wanted, kept = {output}, []
    for part in reversed(parts.by_name.values()):
        if part.name in wanted:
            wanted.update(part.inputs)
            kept.append(part)
    return kept[::-1]


def _normalised(parts: list[Part]) -> list[Part]:
    """With batch normalisations as their layers' own, where nothing else reads those."""
    readers: dict[str, int] = {}
    for part in parts:
        for name in part.inputs:
            readers[name] = readers.get(name, 0) + 1
    by_name: dict[str, Part] = {}
    renamed: dict[str, str] = {}
    for part in parts:
        inputs = tuple(renamed.get(name, name) for name in part.inputs)
        before = by_name.get(inputs[0])
        if part.kind == "batch_norm" and before is not None and readers[part.inputs[0]] == 1 and _can_take_one(before):
            before.normalisation = part.module
            renamed[part.name] = before.name
        else:
            by_name[part.name] = replace(part, inputs=inputs)
    return list(by_name.values())


def _can_take_one(part: Part) -> bool:
    return part.kind in ON_CROSSBARS and part.normalisation is None
