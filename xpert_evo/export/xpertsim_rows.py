"""One row of XPertSim's layer table: its columns, a design's rows, and a row that was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xpert_evo.design.design import Design
from xpert_evo.design.genes import AdcTypeName
from xpert_evo.design.networks.chains import chain_of
from xpert_evo.errors import InputError

COLUMNS = (
    "padded input height",
    "padded input width",
    "input channels",
    "kernel height",
    "kernel width",
    "output channels",
    "max-pool (0 or 1)",
    "padding",
    "columns an ADC",
    "ADC type (1 flash; 0 or 2 SAR)",
    "input bits",
    "ADC precision (bits)",
)
GENES = COLUMNS[8:]  # what no other tool's table of layers has

# XPert's documentation says 0 for SAR, its published tables have 2; the tool takes both for it.
ADC_TYPES: dict[int, AdcTypeName] = {1: "flash", 2: "sar", 0: "sar"}
_NUMBERS = {"flash": 1, "sar": 2}


class TableRow(NamedTuple):
    """The numbers of a row, in the order of `COLUMNS`."""

    padded_height: int
    padded_width: int
    input_channels: int
    kernel_height: int
    kernel_width: int
    output_channels: int
    max_pool: int
    padding: int
    column_sharing: int
    adc_type: int
    input_bits: int
    adc_bits: int


@dataclass(frozen=True)
class Line:
    """A row that was read.

    Attributes:
        place: the file and the row's number in it, for messages.
        row: its numbers.
    """

    place: str
    row: TableRow


def column(field: str) -> str:
    """The name in `COLUMNS` of a field of `TableRow`."""
    return COLUMNS[TableRow._fields.index(field)]


def has_rows(design: Design) -> bool:
    """Whether XPertSim has the ADCs of a design, and its table a row for each of its layers."""
    return set(design.gene("adc_type")) <= set(_NUMBERS) and chain_of(design.graph) is not None


def layer_rows(design: Design) -> list[TableRow]:
    """The convolutions of a design, first to last.

    Raises:
        InputError: XPertSim has no such ADCs, or the network is no chain.
    """
    shape, channels = chain_of(design.graph), design.gene("channels")
    if shape is None:
        raise InputError(
            f"design {design.named().id}: {design.graph.name}: XPertSim's tables hold chains of same-padded "
            "convolutions of stride 1 alone"
        )
    if not has_rows(design):
        others = ", ".join(sorted(set(design.gene("adc_type")) - set(_NUMBERS)))
        raise InputError(f"design {design.named().id}: adc_type: XPertSim has no {others} ADCs; valid are flash, sar")
    padding = shape.kernel // 2
    sizes = (shape.network.layer_sizes(design.image.size).inputs + 2 * padding).tolist()
    inputs = (design.image.channels, *channels[:-1])
    return [
        TableRow(
            padded_height=size,
            padded_width=size,
            input_channels=before,
            kernel_height=shape.kernel,
            kernel_width=shape.kernel,
            output_channels=layer.channels,
            max_pool=int(pool),
            padding=padding,
            column_sharing=layer.column_sharing,
            adc_type=_NUMBERS[layer.adc_type],
            input_bits=layer.input_bits,
            adc_bits=layer.adc_bits,
        )
        for layer, before, size, pool in zip(design.layers, inputs, sizes, shape.pools, strict=True)
    ]
