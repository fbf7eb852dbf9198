"""The genes of a design: their names, and what their values may be at all."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field

# "flash" and "sar", or an ADC that a hardware preset has a table of.
AdcTypeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]

GENES = ("channels", "column_sharing", "adc_type", "adc_bits", "input_bits", "weight_bits")
ACCURACY_GENES = ("channels", "adc_bits", "input_bits", "weight_bits")  # sharing and ADC type don't touch accuracy
ARRAY_GENES = ("crossbar_size", "bits_per_cell", "crossbars_per_tile")  # of the whole chip; optional
ACCURACY_ARRAY_GENES = ("crossbar_size", "bits_per_cell")
ADC_TYPES: tuple[AdcTypeName, ...] = ("flash", "sar")  # those that every chip has


class AdcType(IntEnum):
    """Position of an ADC type in `ADC_TYPES`, as arrays hold it."""

    FLASH = 0
    SAR = 1


def adc_names_of(used: Iterable[str]) -> tuple[str, ...]:
    """The names that arrays hold the positions of: `ADC_TYPES`, then what else is used, in alphabetical order."""
    return (*ADC_TYPES, *sorted(set(used) - set(ADC_TYPES)))


# What a gene's value may be at all; the bounds are those of the hardware model's specification.
Channels = Annotated[int, Field(ge=1, le=4096)]
ColumnSharing = Annotated[int, Field(ge=2, le=64)]
AdcBits = Annotated[int, Field(ge=1, le=10)]
MODELLED_ADC_BITS = range(3, 9)  # of `ADC_TYPES`; others have those that their table has
InputBits = Annotated[int, Field(ge=1, le=8)]
WeightBits = Annotated[int, Field(ge=2, le=8)]

# What the chip-level genes may be.
CrossbarSize = Literal[16, 32, 64, 128, 256, 512]
BitsPerCell = Literal[1, 2, 3, 4, 8]
CrossbarsPerTile = Literal[4, 16, 64, 256]
