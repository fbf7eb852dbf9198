"""Operations as they are collected from calls, and which of them every tensor is of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from torch import fx, nn

from xpert_evo.accuracy.tracing.places import place_of, refuse
from xpert_evo.design.networks.operations import IMAGE

_LONGEST = 100  # characters of a name


@dataclass
class Part:
    """An operation to be.

    Attributes:
        inputs: names of parts, or IMAGE.
        sizes: keys of an `Operation`.
        module: what holds its tensors, of a layer or a batch normalisation.
        normalisation: of a layer, what follows it and becomes its own.
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    sizes: dict[str, Any]
    place: str
    module: nn.Module | None = None
    normalisation: nn.Module | None = None


@dataclass(frozen=True)
class _Held:
    """What a tensor is: the output of a part, in memory that it may share with others."""

    part: str
    memory: fx.Node


class Parts:
    """The parts so far, by name, in their order."""

    def __init__(self) -> None:
        self.by_name: dict[str, Part] = {}
        self._held: dict[fx.Node, _Held] = {}
        self._homes: dict[int, str] = {}

    def begin(self, image: fx.Node) -> None:
        """The image is there."""
        self._held[image] = _Held(IMAGE, image)

    def of(self, node: fx.Node) -> str | None:
        """The name of the part whose output a tensor is; None where it is none's."""
        held = self._held.get(node)
        return held.part if held else None

    def alias(self, node: fx.Node, of: fx.Node) -> None:
        """A tensor is another one, unchanged."""
        self._held[node] = self._held[of]

    def add(
        self, part: Part, node: fx.Node, *, view_of: fx.Node | None = None, in_place_of: fx.Node | None = None
    ) -> None:
        """A part, whose output a call gives.

        Args:
            view_of: a tensor whose memory the output is in.
            in_place_of: a tensor that the output overwrites: who reads it from now on reads the output.
        """
        if part.module is not None:
            self._require_own(part, node)
        self.by_name[part.name] = part
        if in_place_of is not None:
            self._overwrite(self._held[in_place_of], part.name)
        home = in_place_of or view_of
        self._held[node] = _Held(part.name, self._held[home].memory if home else node)

    def _overwrite(self, old: _Held, name: str) -> None:
        for node, held in list(self._held.items()):
            if held == old:
                self._held[node] = replace(held, part=name)
            elif held.memory is old.memory:
                del self._held[node]  # another view, which no part gives any more

    def _require_own(self, part: Part, node: fx.Node) -> None:
        assert part.module is not None
        for thing in (part.module, *part.module.parameters(recurse=False)):
            if id(thing) in self._homes:
                refuse(
                    node,
                    f"its weights are those of {self._homes[id(thing)]}; every layer on a chip has its own",
                )
            self._homes[id(thing)] = part.name

    def free_name(self, node: fx.Node) -> str:
        """A name that no part has yet: the module's path, or what fx calls the call."""
        path = str(node.target) if node.op == "call_module" else node.name
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", path)[:_LONGEST]
        name = name if re.match(r"[A-Za-z_]", name) else f"_{name}"
        taken, number, free = {IMAGE, *self.by_name}, 1, name
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        return free


@dataclass(frozen=True)
class Call:
    """One call, to be made into parts.

    Attributes:
        called: what its author calls it.
    """

    parts: Parts
    node: fx.Node
    called: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the tensor that it gives."""
        return tuple(self.node.meta["shape"])

    def shape_of(self, tensor: Any) -> tuple[int, ...]:
        """Of a tensor that it reads.

        Raises:
            InputError: that is no output of an earlier call.
        """
        self._part_of(tensor)
        return tuple(tensor.meta["shape"])

    def add(
        self,
        kind: str,
        *inputs: Any,
        module: nn.Module | None = None,
        in_place: bool = False,
        view: bool = False,
        **sizes: Any,
    ) -> None:
        """It is this operation.

        Args:
            in_place: whether the output overwrites the first input; `view`: whether it lies in its memory.
            sizes: keys of an `Operation`; those that are None are left out.
        """
        names = tuple(map(self._part_of, inputs))
        self._add(kind, names, sizes, module, inputs[0] if in_place else None, inputs[0] if view else None)

    def then(self, kind: str) -> None:
        """What was added is followed by this operation."""
        before = self.parts.of(self.node)
        assert before is not None
        self._add(kind, (before,), {}, None, None, None)

    def same(self, tensor: Any) -> None:
        """It gives what it reads."""
        self._part_of(tensor)
        self.parts.alias(self.node, tensor)

    def refuse(self, what: str) -> NoReturn:
        """Says that it can't be mapped.

        Raises:
            InputError: always.
        """
        refuse(self.node, f"{self.called} {what}")

    def _add(
        self,
        kind: str,
        inputs: tuple[str, ...],
        sizes: dict[str, Any],
        module: nn.Module | None,
        in_place_of: fx.Node | None,
        view_of: fx.Node | None,
    ) -> None:
        given = {key: value for key, value in sizes.items() if value is not None}
        part = Part(self.parts.free_name(self.node), kind, inputs, given, place_of(self.node), module)
        self.parts.add(part, self.node, in_place_of=in_place_of, view_of=view_of)

    def _part_of(self, tensor: Any) -> str:
        part = self.parts.of(tensor) if isinstance(tensor, fx.Node) else None
        if part is None:
            what = f"{tensor.target}" if isinstance(tensor, fx.Node) else repr(tensor)
            self.refuse(f"reads {what}; what it reads is to be made of the image by earlier calls")
        return part
