"""One operation of a network, as a network file holds it: what it computes, of what, and with which sizes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from xpert_evo.strict import Strict

IMAGE = "image"  # the name of the network's input
Side = Annotated[int, Field(ge=1, le=1024)]
Pair = tuple[Side, Side]  # height, width
Padding = tuple[Annotated[int, Field(ge=0, le=64)], Annotated[int, Field(ge=0, le=64)]]
OperationName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,127}$")]
Kind = Literal[
    "convolution",
    "linear",
    "batch_norm",
    "relu",
    "relu6",
    "max_pool",
    "average_pool",
    "adaptive_average_pool",
    "add",
    "concatenate",
    "flatten",
]

ON_CROSSBARS = ("convolution", "linear")
SEVERAL_INPUTS = ("add", "concatenate")
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # of each kind those wanted, and those that may be there
    "convolution": (("channels", "kernel"), ("stride", "padding", "groups")),
    "linear": (("channels",), ()),
    "max_pool": (("kernel",), ("stride", "padding", "ceil")),
    "average_pool": (("kernel",), ("stride", "padding", "ceil")),
    "adaptive_average_pool": (("size",), ()),
}


class Operation(Strict):
    """An operation on the outputs of earlier ones.

    A convolution or linear layer lies on crossbars and ends with the digital normalisation behind its ADCs. All else is
    digital. An average counts the padding's zeros.

    Attributes:
        inputs: names of operations, or `IMAGE`.
        channels: outputs of a convolution or linear layer, in the standard network.
        kernel, stride, padding: height and width; a convolution's stride is 1 where it is left out, a pool's its
            kernel.
        groups: of a convolution. As many as it has inputs means depthwise, at any width.
        ceil: whether a pool's last window may hang over the edge.
        size: of an adaptive pool's outputs.
    """

    name: OperationName
    kind: Kind
    inputs: tuple[str, ...]
    channels: int | None = Field(default=None, ge=1, le=4096)
    kernel: Pair | None = None
    stride: Pair | None = None
    padding: Padding | None = None
    groups: int | None = Field(default=None, ge=1, le=4096)
    ceil: bool | None = None
    size: Pair | None = None

    @model_validator(mode="after")
    def _as_its_kind(self) -> Operation:
        wanted, possible = _KEYS.get(self.kind, ((), ()))
        given = [key for key in type(self).model_fields if getattr(self, key) is not None]
        for key in wanted:
            if key not in given:
                raise ValueError(f"operation {self.name}: {key} is missing, which every {self.kind} has")
        for key in given:
            if key not in ("name", "kind", "inputs", *wanted, *possible):
                raise ValueError(f"operation {self.name}: {key}: a {self.kind} has none")
        count = len(self.inputs)
        if self.name == IMAGE:
            raise ValueError(f"operation {self.name}: that is what the network's input is called")
        if (self.kind in SEVERAL_INPUTS and count < 2) or (self.kind not in SEVERAL_INPUTS and count != 1):
            few = "2 or more" if self.kind in SEVERAL_INPUTS else "1"
            raise ValueError(f"operation {self.name}: inputs: {count}, but a {self.kind} has {few}")
        return self

    @property
    def on_crossbars(self) -> bool:
        """Whether it has weights on crossbars (of a classifier only the network knows that it doesn't)."""
        return self.kind in ON_CROSSBARS

    @property
    def window(self) -> tuple[Pair, Pair, tuple[int, int]]:
        """Kernel, stride and padding of a convolution, a linear layer or a pool."""
        kernel = self.kernel or (1, 1)
        stride = self.stride or (kernel if self.kind.endswith("pool") else (1, 1))
        return kernel, stride, self.padding or (0, 0)
