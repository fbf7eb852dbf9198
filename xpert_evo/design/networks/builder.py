"""Networks written down layer by layer."""

from __future__ import annotations

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE, Operation, Pair


class Builder:
    """Collects a network's operations; each is named by its kind and number.

    Every method returns the name of what it adds, to be read by the next ones; `last` is the newest.
    """

    def __init__(self, name: str, image_channels: int = 3) -> None:
        self.name, self.image_channels, self.last = name, image_channels, IMAGE
        self.operations: list[Operation] = []
        self._counts: dict[str, int] = {}

    def convolution(
        self, channels: int, kernel: int = 3, *, of: str | None = None, stride: int = 1, groups: int | None = None
    ) -> str:
        """Same-padded at a stride of 1."""
        around: Pair | None = (kernel // 2, kernel // 2) if kernel > 1 else None
        strides = (stride, stride) if stride > 1 else None
        return self._add(
            "convolution",
            of,
            channels=channels,
            kernel=(kernel, kernel),
            stride=strides,
            padding=around,
            groups=groups,
        )

    def linear(self, channels: int) -> str:
        """On crossbars."""
        return self._add("linear", None, channels=channels)

    def relu(self, of: str | None = None) -> str:
        return self._add("relu", of)

    def relu6(self) -> str:
        return self._add("relu6", None)

    def max_pool(self, kernel: int = 2) -> str:
        return self._add("max_pool", None, kernel=(kernel, kernel))

    def add(self, one: str, other: str) -> str:
        return self._add("add", one, other)

    def flatten(self) -> str:
        return self._add("flatten", None)

    def classified(self, *, pooled: bool = True) -> Network:
        """The network, with a classifier at its end, behind the average over the image where it is pooled."""
        if pooled:
            self._add("adaptive_average_pool", None, size=(1, 1))
            self.flatten()
        self.operations.append(Operation(name="classifier", kind="linear", inputs=(self.last,), channels=10))
        return Network(name=self.name, image_channels=self.image_channels, operations=tuple(self.operations))

    def _add(self, kind: str, of: str | None, *others: str, **sizes: object) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        content = {"name": f"{kind}_{self._counts[kind]}", "kind": kind, "inputs": (of or self.last, *others), **sizes}
        operation = Operation.model_validate(content)
        self.operations.append(operation)
        self.last = operation.name
        return operation.name
