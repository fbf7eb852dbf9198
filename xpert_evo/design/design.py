"""One design, as a design file holds it: a network's widths, and the circuits around its crossbars."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from xpert_evo.design.genes import (
    ADC_TYPES,
    MODELLED_ADC_BITS,
    AdcBits,
    AdcTypeName,
    BitsPerCell,
    Channels,
    ColumnSharing,
    CrossbarSize,
    CrossbarsPerTile,
    InputBits,
    WeightBits,
)
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.registry import USUAL_BACKBONE, backbone, reference, with_network
from xpert_evo.strict import Strict


def _no_folder(name: str) -> str:
    if name in (".", ".."):
        raise ValueError(f"{name!r} names a folder")
    return name


# It becomes names of files and folders, and stands in generated code.
DesignId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$"), AfterValidator(_no_folder)]


class LayerDesign(Strict):
    """The genes of one layer on crossbars."""

    channels: Channels
    column_sharing: ColumnSharing
    adc_type: AdcTypeName
    adc_bits: AdcBits
    input_bits: InputBits
    weight_bits: WeightBits = WEIGHT_BITS

    @field_validator("adc_bits")
    @classmethod
    def _as_modelled(cls, bits: int, info: ValidationInfo) -> int:
        kind, valid = info.data.get("adc_type"), MODELLED_ADC_BITS
        if kind in ADC_TYPES and bits not in valid:
            raise ValueError(f"{bits} is not modelled of {kind} ADCs; valid are {valid[0]} to {valid[-1]}")
        return bits

    @model_serializer(mode="wrap")
    def _usual_precision_left_out(self, content: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # So that designs from before this gene keep their ids.
        return {key: value for key, value in content(self).items() if (key, value) != ("weight_bits", WEIGHT_BITS)}


class ArrayDesign(Strict):
    """The chip's crossbars, where a design chooses them; what is left out is the hardware preset's."""

    crossbar_size: CrossbarSize | None = None
    bits_per_cell: BitsPerCell | None = None
    crossbars_per_tile: CrossbarsPerTile | None = None


class ImageShape(Strict):
    """Square image that the design is made for."""

    size: int = Field(ge=1, le=1024)
    channels: int = Field(ge=1, le=64)


class Design(Strict):
    """One design, exactly as a design file holds it.

    Attributes:
        backbone: name of the network, where it is one of ours.
        network: the network itself, where it is the user's own.
    """

    format: Literal["xpert-evo/design-1"] = "xpert-evo/design-1"
    id: DesignId | None = None
    backbone: str | None = None
    network: Network | None = None
    image: ImageShape
    classes: int = Field(ge=2)
    array: ArrayDesign | None = None
    layers: tuple[LayerDesign, ...]

    @model_validator(mode="before")
    @classmethod
    def _usual_network(cls, content: Any) -> Any:
        return with_network(content)

    @model_validator(mode="after")
    def _fits_network(self) -> Design:
        if self.backbone is not None and self.network is not None:
            raise ValueError("backbone: a network of the user's own stands in network; one of the two is wanted")
        self.graph.check_design(self.gene("channels"), self.image.size)
        self.graph.check_ends(self.image.channels, self.classes)
        return self

    @property
    def graph(self) -> Network:
        """The network whose widths and precisions these are."""
        return self.network or backbone(self.backbone or USUAL_BACKBONE)

    def gene(self, name: str) -> tuple:
        """Values of one gene, layer by layer."""
        return tuple(getattr(layer, name) for layer in self.layers)

    def digest(self) -> str:
        """Ten hexadecimal digits that determine the design's content (not its id)."""
        content = self.model_dump(mode="json", exclude={"id"}, exclude_none=True)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:10]

    def named(self) -> Design:
        """The same design with its digest as id where it has none."""
        return self if self.id else self.model_copy(update={"id": self.digest()})

    def to_json(self) -> dict:
        """Plain values in the order of the file format."""
        return self.model_dump(mode="json", exclude_none=True)


def homogeneous(
    *,
    width: float = 1.0,
    column_sharing: int = 8,
    adc_type: str = "flash",
    adc_bits: int = 6,
    input_bits: int = 8,
    weight_bits: int = WEIGHT_BITS,
    image_size: int = 32,
    image_channels: int = 3,
    classes: int = 10,
    network: Network | str = USUAL_BACKBONE,
    id: str | None = None,
) -> Design:
    """A standard network with one setting in every layer; the defaults are XPert's baseline.

    Args:
        width: factor on the network's channels, where they are free.
        network: by its name, or itself.
    """
    graph = backbone(network) if isinstance(network, str) else network
    layers = tuple(
        LayerDesign(
            channels=channels,
            column_sharing=column_sharing,
            adc_type=adc_type,
            adc_bits=adc_bits,
            input_bits=input_bits,
            weight_bits=weight_bits,
        )
        for channels in graph.scaled_channels(width, image_size).tolist()
    )
    image = ImageShape(size=image_size, channels=image_channels)
    return Design(id=id, **reference(graph), image=image, classes=classes, layers=layers)
