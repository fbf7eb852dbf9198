"""A network as a graph: layers on crossbars in a fixed order, and digital operations between them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from xpert_evo.design.networks.operations import IMAGE, Operation
from xpert_evo.design.networks.schedule import Schedule, scheduled
from xpert_evo.design.networks.signs import signed_tensors
from xpert_evo.design.networks.sizes import LayerSizes, layer_sizes, tensor_sizes
from xpert_evo.design.networks.widths import OF_IMAGE, Pieces, Widths, tied_widths
from xpert_evo.errors import InputError
from xpert_evo.strict import Strict

LARGEST_IMAGE = 1024


class Network(Strict):
    """A network's operations, each on the outputs of earlier ones; its widths and sizes are free.

    A linear layer at the end is the classifier: digital, as wide as there are classes. A network without one ends in
    the classes' channels.

    Attributes:
        name: of files and tables.
        image_channels: of the image that the standard network reads; designs may have others.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    image_channels: int = Field(default=3, ge=1, le=64)
    operations: Annotated[tuple[Operation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_a_network(self) -> Network:
        known = {IMAGE}
        for operation in self.operations:
            unknown = [name for name in operation.inputs if name not in known]
            if unknown:
                raise ValueError(f"operation {operation.name}: inputs: {unknown[0]} names no earlier operation")
            if operation.name in known:
                raise ValueError(f"operation {operation.name}: that name stands twice")
            known.add(operation.name)
        read = {name for operation in self.operations for name in operation.inputs}
        idle = [operation.name for operation in self.operations[:-1] if operation.name not in read]
        if idle:
            raise ValueError(f"operation {idle[0]}: nothing reads what it gives")
        if not self.layers:
            raise ValueError("operations: no convolution or linear layer lies on crossbars")
        self._check_channels()
        self.layer_sizes(self.smallest_image)
        return self

    def check_design(self, channels: Sequence[int], image_size: int) -> None:
        """Looks whether layers can have these widths.

        Raises:
            InputError: there are too many or too few, a width isn't free or another's; or the image is too small.
        """
        if len(channels) != self.layers:
            raise InputError(f"layers: {self.name} has {self.layers} layers on crossbars, not {len(channels)}")
        self.layer_sizes(image_size)
        widths = self.widths(image_size)
        for number, (own, leader) in enumerate(zip(channels, widths.leader, strict=True)):
            where = f"layers: layer {number + 1}: channels: {own}"
            if own != channels[leader]:
                raise InputError(
                    f"{where}, but {channels[leader]} in layer {leader + 1}, whose width it has in {self.name}"
                )
            if widths.fixed[number] and own != self.channels[leader]:
                raise InputError(f"{where}; valid is {self.channels[leader]}: {self.name} leaves it no other")
            if own % widths.multiple[number]:
                raise InputError(f"{where}; valid are multiples of {widths.multiple[number]}, as its groups want")

    def check_ends(self, image_channels: int, classes: int) -> None:
        """Looks whether the network can read such images and tell so many classes apart.

        Raises:
            InputError: it can't.
        """
        for layer in self.crossbar_layers:
            if layer.inputs[0] == IMAGE and image_channels % (layer.groups or 1):
                raise InputError(
                    f"image.channels: {image_channels}; valid are multiples of {layer.groups}, as operation "
                    f"{layer.name} of {self.name} wants"
                )
        given = self.standard_channels[self.operations[-1].name]
        if self.classifier is None and given != classes:
            raise InputError(f"classes: {classes}, but {self.name} ends in {given} channels and has no classifier")

    def _check_channels(self) -> None:
        channels = self.standard_channels
        for operation in self.operations:
            given = [channels[name] for name in operation.inputs]
            if operation.kind == "add" and len(set(given)) > 1:
                raise ValueError(f"operation {operation.name}: adds {given} channels; as many of each are wanted")
            groups = operation.groups or 1
            if groups > 1 and (given[0] % groups or (operation.channels or 0) % groups):
                raise ValueError(
                    f"operation {operation.name}: groups: {groups} don't divide {given[0]} inputs and "
                    f"{operation.channels} outputs"
                )

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        # Not as pydantic compares: what is cached has arrays in it, which are neither true nor false.
        if self is other or not isinstance(other, Network):
            return self is other
        return self._hash == other._hash and self._content() == other._content()

    def _content(self) -> tuple[str, int, tuple[Operation, ...]]:
        return self.name, self.image_channels, self.operations

    @cached_property
    def _hash(self) -> int:
        """The same in every process, since it goes along where a network is sent."""
        return int.from_bytes(hashlib.sha256(self.model_dump_json().encode()).digest()[:7], "big")

    @cached_property
    def classifier(self) -> Operation | None:
        """The linear layer at the end, where there is one."""
        last = self.operations[-1]
        return last if last.kind == "linear" and len(self.operations) > 1 else None

    @cached_property
    def crossbar_layers(self) -> tuple[Operation, ...]:
        """The layers on crossbars, in their order."""
        return tuple(
            operation for operation in self.operations if operation.on_crossbars and operation is not self.classifier
        )

    @property
    def layer_names(self) -> list[str]:
        """Names of these."""
        return [layer.name for layer in self.crossbar_layers]

    @property
    def layers(self) -> int:
        """Number of layers on crossbars."""
        return len(self.crossbar_layers)

    @property
    def channels(self) -> tuple[int, ...]:
        """Outputs of the standard network's layers."""
        return tuple(layer.channels or 0 for layer in self.crossbar_layers)

    @cached_property
    def standard_channels(self) -> dict[str, int]:
        """Channels of every operation's output in the standard network, at its smallest image."""
        sizes = self.sizes(self.smallest_image)
        channels = {IMAGE: self.image_channels}
        for operation in self.operations:
            given = [channels[name] for name in operation.inputs]
            height, width = sizes[operation.inputs[0]]
            own = operation.channels or (sum(given) if operation.kind == "concatenate" else given[0])
            channels[operation.name] = own * (height * width if operation.kind == "flatten" else 1)
        return channels

    @cached_property
    def smallest_image(self) -> int:
        """Smallest image side that leaves at least one pixel everywhere."""
        for size in range(1, LARGEST_IMAGE + 1):
            if tensor_sizes(self.operations, size):
                return size
        raise ValueError(f"operations: no image up to {LARGEST_IMAGE} pixels a side is large enough for all of them")

    @cached_property
    def signed_inputs(self) -> tuple[bool, ...]:
        """Whether a layer on crossbars reads values that may be negative."""
        signed = signed_tensors(self.operations)
        return tuple(layer.inputs[0] in signed for layer in self.crossbar_layers)

    @cached_property
    def half_of_bits_set(self) -> np.ndarray:
        """Whether a layer reads what has as many ones as zeros: pixels, or values of both signs, bool (L,)."""
        reads_image = [layer.inputs[0] == IMAGE for layer in self.crossbar_layers]
        return np.array(reads_image) | np.array(self.signed_inputs)

    def sizes(self, image_size: int) -> dict[str, tuple[int, int]]:
        """Height and width of every operation's output, by its name.

        Raises:
            InputError: the image is too small.
        """
        sizes = tensor_sizes(self.operations, image_size)
        if sizes is None:
            raise InputError(
                f"image.size: {image_size} is too small for {self.name}; the smallest is {self.smallest_image}"
            )
        return sizes

    def layer_sizes(self, image_size: int) -> LayerSizes:
        """Sizes of the layers on crossbars.

        Raises:
            InputError: the image is too small, or a layer's images aren't square.
        """
        if image_size not in self._layer_sizes:
            self._layer_sizes[image_size] = layer_sizes(self.crossbar_layers, self.sizes(image_size))
        return self._layer_sizes[image_size]

    def widths(self, image_size: int) -> Widths:
        """How layers' widths hang together; of a flattened image that hangs on its size."""
        if image_size not in self._widths:
            found = tied_widths(self.operations, self.layer_names, self.standard_channels, self.sizes(image_size))
            self._widths[image_size] = found
        return self._widths[image_size]

    def pieces(self, image_size: int) -> Mapping[str, Pieces]:
        """Channels of every operation's output, of the layers that lead."""
        return self.widths(image_size).tensors

    def schedule(self, image_size: int) -> Schedule:
        """What is done beside the layers, and which tensors are held meanwhile."""
        if image_size not in self._schedules:
            self._schedules[image_size] = scheduled(
                self.operations, self.layer_names, self.sizes(image_size), self.widths(image_size)
            )
        return self._schedules[image_size]

    @cached_property
    def _layer_sizes(self) -> dict[int, LayerSizes]:
        return {}

    @cached_property
    def _widths(self) -> dict[int, Widths]:
        return {}

    @cached_property
    def _schedules(self) -> dict[int, Schedule]:
        return {}

    def input_channels(self, channels: np.ndarray, image_size: int, image_channels: int) -> np.ndarray:
        """Inputs of every layer, of layers' outputs (..., L); same shape and type.

        Args:
            image_size: of flattened images the channels hang on it.
            image_channels: of the image.
        """
        inputs = np.zeros_like(channels)
        for layer, pieces in enumerate(self.widths(image_size).inputs):
            for producer, count in pieces:
                inputs[..., layer] += count * (image_channels if producer == OF_IMAGE else channels[..., producer])
        return inputs

    def scaled_channels(self, width: float, image_size: int) -> np.ndarray:
        """Outputs of every layer of a uniform multiple of the standard network, at least 1, int64 (L,)."""
        widths = self.widths(image_size)
        return np.array(
            [
                self.channels[leader] if fixed else max(1, round(width * self.channels[leader] / multiple)) * multiple
                for leader, fixed, multiple in zip(widths.leader, widths.fixed, widths.multiple, strict=True)
            ]
        )

    def multiplied(self, channels: np.ndarray, image_size: int) -> np.ndarray:
        """Whether channels (P, L) are a uniform multiple of the standard ones, rounded, and clipped at the narrowest,
        bool (P,)."""
        widths = self.widths(image_size)
        free = np.flatnonzero(~np.array(widths.fixed))
        if not len(free):
            return np.ones(len(channels), dtype=bool)
        standard = np.array(self.channels)[np.array(widths.leader)]
        width = channels[:, free[-1:]] / standard[free[-1]]
        wanted = np.maximum(standard * width, channels[:, free].min(axis=1, keepdims=True))
        near = np.abs(channels - wanted) <= np.array(widths.multiple) / 2
        return near[:, free].all(axis=1)

    def follow(self, channels: np.ndarray, image_size: int) -> np.ndarray:
        """Widths (..., L) with those of tied layers in the place of their own."""
        return channels[..., np.array(self.widths(image_size).leader)]

    def to_json(self) -> dict[str, Any]:
        """Plain values in the order of the file format."""
        return self.model_dump(mode="json", exclude_none=True)
