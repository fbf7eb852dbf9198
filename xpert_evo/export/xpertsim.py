"""The layer table that XPertSim reads: a line of twelve whole numbers a convolution, without a head.

After every convolution stands a filler, which XPertSim needs beside it on its chip and doesn't cost.

ADC precision is written in bits, as XPert's published tables have it. XPertSim takes that number as the count of ADC
levels: whoever wants it to see the converter that is meant writes 2^bits there.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

from xpert_evo.design.design import Design, ImageShape, LayerDesign
from xpert_evo.design.genes import MODELLED_ADC_BITS
from xpert_evo.design.networks.chains import Chain, chain_of
from xpert_evo.design.networks.registry import backbone
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.export.csv_rows import is_header, read_rows, require_names, whole_numbers
from xpert_evo.export.neurosim import is_network, refuse_network
from xpert_evo.export.xpertsim_fillers import filler_row, part_fillers, wanted_rows
from xpert_evo.export.xpertsim_rows import ADC_TYPES, COLUMNS, Line, TableRow, column, layer_rows

_STAND_IN_SIZE = 8  # XPert's published tables have it for smaller padded maps, where its latency isn't finite


def write_table(design: Design, path: Path) -> None:
    """Writes the table of a design, two rows a convolution: its own and its filler's.

    Raises:
        InputError: see `xpertsim_rows.layer_rows`.
    """
    rows = layer_rows(design)
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            csv.writer(file, lineterminator="\n").writerows((row, filler_row(row)))


def read_table(path: str | Path, *, backbone_name: str = "vgg16", classes: int = 10) -> Design:
    """The design of a table, with what a table doesn't hold: its backbone and number of classes.

    A filler may stand after every convolution or after none, a line with the names in `COLUMNS` above them. What
    XPert's own tables have is read as well: 0 for SAR, no max-pool flagged, 8 in place of padded sizes below it. The
    design has the backbone's pools and sizes.

    Raises:
        InputError: the file is missing or no such table, its layers aren't the backbone's, a filler is none, or a
            gene's value is none; the message names file, row and column.
    """
    path, shape = Path(path), chain_of(backbone(backbone_name))
    if shape is None:
        raise InputError(f"{path}: {backbone_name} is no chain of convolutions, as such tables are")
    convolutions, fillers = part_fillers(_lines(path, shape), shape, str(path))
    design = _design(convolutions, shape, classes, str(path))
    rows = layer_rows(design)
    named = f"{shape.name} for images of {design.image.size} pixels"
    if not any(line.row.max_pool for line in convolutions):
        rows = [row._replace(max_pool=0) for row in rows]
    for line, row in zip(convolutions, rows, strict=True):
        _require_row(line, row, named)
    for line, row in zip(fillers, rows, strict=False):
        _require_row(line, filler_row(row), f"the filler row of this layer of {named}")
    return design


def _lines(path: Path, shape: Chain) -> list[Line]:
    rows = read_rows(path)
    header, rows = (rows[:1], rows[1:]) if rows and is_header(rows[0]) else ([], rows)
    if rows and is_network(rows[0]):
        refuse_network(rows, shape, str(path))
    if header:
        require_names(header[0], COLUMNS, str(path))
    if not rows:
        raise InputError(f"{path}: has no rows; {wanted_rows(shape)}")
    return [Line(f"{path}: row {row.number}", TableRow(*whole_numbers(row, COLUMNS, str(path)))) for row in rows]


def _design(lines: Sequence[Line], shape: Chain, classes: int, path: str) -> Design:
    """The design of the convolutions' genes and the first one's input; what else they say isn't looked at."""
    border = 2 * (shape.kernel // 2)
    largest_image = _bounds(ImageShape, "size")[1]
    _require_within(lines[0], "padded_height", (shape.smallest_image + border, largest_image + border))
    _require_within(lines[0], "input_channels", _bounds(ImageShape, "channels"))
    layers = []
    for line in lines:
        row = line.row
        _require_within(line, "output_channels", _bounds(LayerDesign, "channels"))
        for gene in ("column_sharing", "input_bits"):
            _require_within(line, gene, _bounds(LayerDesign, gene))
        _require_within(line, "adc_bits", (MODELLED_ADC_BITS[0], MODELLED_ADC_BITS[-1]))
        if row.adc_type not in ADC_TYPES:
            raise InputError(f"{line.place}, {column('adc_type')}: {row.adc_type}; valid are 1, flash, and 0 or 2, SAR")
        layers.append(
            LayerDesign(
                channels=row.output_channels,
                column_sharing=row.column_sharing,
                adc_type=ADC_TYPES[row.adc_type],
                adc_bits=row.adc_bits,
                input_bits=row.input_bits,
            )
        )
    first = lines[0].row
    image = ImageShape(size=first.padded_height - border, channels=first.input_channels)
    try:
        return Design(backbone=shape.name, image=image, classes=classes, layers=tuple(layers))
    except ValidationError as error:
        raise InputError(describe_validation_error(error, path)) from error


@cache
def _bounds(model: type[BaseModel], field: str) -> tuple[int, int]:
    schema = model.model_json_schema()["properties"][field]
    return schema["minimum"], schema["maximum"]


def _require_within(line: Line, field: str, bounds: tuple[int, int]) -> None:
    value, (least, most) = getattr(line.row, field), bounds
    if not least <= value <= most:
        raise InputError(f"{line.place}, {column(field)}: {value}; valid is {least} to {most}")


def _require_row(line: Line, wanted: TableRow, named: str) -> None:
    """Compares a row with what is wanted there, number by number, but for XPert's other ways to write the same."""
    given = line.row
    if given.padded_height == _STAND_IN_SIZE > wanted.padded_height:
        wanted = wanted._replace(padded_height=_STAND_IN_SIZE, padded_width=_STAND_IN_SIZE)
    if ADC_TYPES.get(given.adc_type) == ADC_TYPES[wanted.adc_type]:
        wanted = wanted._replace(adc_type=given.adc_type)
    for field, value, valid in zip(TableRow._fields, given, wanted, strict=True):
        if value != valid:
            raise InputError(f"{line.place}, {column(field)}: {value}; {named} has {valid} there")
