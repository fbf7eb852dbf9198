"""Choices of genes as a problem file's table [space] has them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from xpert_evo.design.genes import (
    ADC_TYPES,
    ARRAY_GENES,
    GENES,
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
from xpert_evo.errors import InputError
from xpert_evo.strict import Strict


class _Choices(Strict):
    @field_validator(*GENES, *ARRAY_GENES, "widths", check_fields=False)
    @classmethod
    def _choices(cls, values: tuple | None) -> tuple | None:
        if values is None:
            return None
        if not values:
            raise ValueError("an empty list; at least one choice is wanted (one choice freezes the gene)")
        if len(set(values)) != len(values):
            raise ValueError(f"a choice stands twice in {list(values)}")
        return tuple(sorted(values))


class ArrayChoices(_Choices):
    """The table [space.array]: choices of chip-level genes; one that is left out is the hardware preset's."""

    crossbar_size: tuple[CrossbarSize, ...] | None = None
    bits_per_cell: tuple[BitsPerCell, ...] | None = None
    crossbars_per_tile: tuple[CrossbarsPerTile, ...] | None = None


class LayerChoices(_Choices):
    """Choices of one layer's genes; a gene left out has the space's own choices."""

    channels: tuple[Channels, ...] | None = None
    column_sharing: tuple[ColumnSharing, ...] | None = None
    adc_type: tuple[AdcTypeName, ...] | None = None
    adc_bits: tuple[AdcBits, ...] | None = None
    input_bits: tuple[InputBits, ...] | None = None
    weight_bits: tuple[WeightBits, ...] | None = None


class SpaceSettings(LayerChoices):
    """The table [space] of a problem file: choices of every layer, and of single layers by number.

    `layer` maps a layer's number, from 1, to choices that replace the space's in that layer.
    """

    channels: tuple[Channels, ...] = (16, 32, 64, 128, 256, 512)
    column_sharing: tuple[ColumnSharing, ...] = (2, 4, 8, 16, 32)
    adc_type: tuple[AdcTypeName, ...] = ADC_TYPES
    adc_bits: tuple[AdcBits, ...] = (3, 4, 5, 6, 7, 8)
    input_bits: tuple[InputBits, ...] = (2, 3, 4, 5, 6, 7, 8)
    weight_bits: tuple[WeightBits, ...] = (WEIGHT_BITS,)
    widths: tuple[Annotated[float, Field(gt=0, le=16)], ...] | None = Field(
        default=None, description="multiples of the standard network's channels, in place of `channels`"
    )
    layer: dict[int, LayerChoices] = Field(default_factory=dict)
    array: ArrayChoices = ArrayChoices()

    def sharings_that_differ(self, conversions: int) -> SpaceSettings:
        """The same with one choice alone of those that mean one ADC for all of a crossbar's conversions, the least."""

        def few(choices: tuple[int, ...] | None) -> tuple[int, ...] | None:
            if choices is None:
                return None
            smaller = [-1, *choices]
            return tuple(choice for choice, before in zip(choices, smaller, strict=False) if before < conversions)

        layers = {
            number: layer.model_copy(update={"column_sharing": few(layer.column_sharing)})
            for number, layer in self.layer.items()
        }
        return self.model_copy(update={"column_sharing": few(self.column_sharing), "layer": layers})

    @field_validator("layer")
    @classmethod
    def _numbered_from_one(cls, layers: dict[int, LayerChoices]) -> dict[int, LayerChoices]:
        if any(number < 1 for number in layers):
            raise ValueError(f"layers are numbered from 1, not {min(layers)}")
        return layers


def channel_choices(
    settings: SpaceSettings, network: Network, image_size: int, number: int, own: tuple[int, ...] | None
) -> tuple[int, ...]:
    """Widths that a layer chooses from; a single one where it is no choice of its own.

    Args:
        number: of the layer, from 1.
        own: what the problem says of this layer's channels.

    Raises:
        InputError: its groups allow none of them.
    """
    widths, layer = network.widths(image_size), number - 1
    leader, multiple = widths.leader[layer], widths.multiple[layer]
    if widths.fixed[layer]:
        if own is not None:
            raise InputError(
                f"space.layer.{number}.channels: {network.name} leaves it {network.channels[leader]} alone"
            )
        return (network.channels[leader],)
    if leader != layer and own is not None:
        raise InputError(
            f"space.layer.{number}.channels: its width is that of layer {leader + 1}, where choices belong"
        )
    given = own or settings.channels
    if own is None and settings.widths is not None:
        given = tuple(int(network.scaled_channels(width, image_size)[layer]) for width in settings.widths)
    choices = tuple(sorted({channels for channels in given if channels % multiple == 0}))
    if not choices:
        raise InputError(
            f"space.channels: none of {list(given)} is a multiple of {multiple}, which layer {number} of "
            f"{network.name} wants"
        )
    return choices if leader == layer else choices[:1]
