"""The layer table that XPertSim reads: a line of twelve whole numbers a convolution, without a head.

ADC precision is written in bits, as XPert's published tables have it. XPertSim takes that number as the count of ADC
levels: whoever wants it to see the converter that is meant writes 2^bits there.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xpert_evo.design.backbones import Backbone, backbone
from xpert_evo.design.designs import ADC_TYPES, Design
from xpert_evo.errors import InputError, describe_validation_error

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
    "ADC type (1 flash, 2 SAR)",
    "input bits",
    "ADC precision (bits)",
)
_GEOMETRY = (0, 1, 2, 3, 4, 6, 7)  # columns that the backbone and the layers before determine
_FIRST_ADC_TYPE = 1


def layer_rows(design: Design) -> list[tuple[int, ...]]:
    """The table of a design, a row a convolution, in the order of `COLUMNS`."""
    channels = design.gene("channels")
    geometry = _geometry(backbone(design.backbone), design.image.size, (design.image.channels, *channels[:-1]))
    return [
        (
            *(size, size, inputs, kernel, kernel),
            layer.channels,
            *(pool, padding),
            layer.column_sharing,
            ADC_TYPES.index(layer.adc_type) + _FIRST_ADC_TYPE,
            layer.input_bits,
            layer.adc_bits,
        )
        for layer, (size, inputs, kernel, pool, padding) in zip(design.layers, geometry, strict=True)
    ]


def write_table(design: Design, path: Path) -> None:
    """Writes the table of a design."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(layer_rows(design))


def read_table(path: str | Path, *, backbone_name: str = "vgg16", classes: int = 10) -> Design:
    """The design of a table, with what a table doesn't hold: its backbone and number of classes.

    Raises:
        InputError: the file is missing or no such table, its layers aren't the backbone's, or a gene's value is none;
            the message names file, row and column.
    """
    path = Path(path)
    shape, rows = backbone(backbone_name), _numbers(path)
    if len(rows) != shape.layers:
        raise InputError(f"{path}: has {len(rows)} rows; {backbone_name} has {shape.layers} convolutions")
    image = {"size": rows[0][0] - 2 * (shape.kernel // 2), "channels": rows[0][2]}
    inputs = (image["channels"], *(row[5] for row in rows[:-1]))
    try:
        geometry = _geometry(shape, image["size"], inputs)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    for number, (row, (size, channels, kernel, pool, padding)) in enumerate(zip(rows, geometry, strict=True), start=1):
        wanted = (size, size, channels, kernel, kernel, pool, padding)
        for column, value in zip(_GEOMETRY, wanted, strict=True):
            if row[column] != value:
                raise InputError(
                    f"{path}: row {number}, {COLUMNS[column]}: {row[column]}; {backbone_name} for images of "
                    f"{image['size']} pixels has {value} there"
                )
        if not 0 <= row[9] - _FIRST_ADC_TYPE < len(ADC_TYPES):
            raise InputError(f"{path}: row {number}, {COLUMNS[9]}: {row[9]} is neither 1 nor 2")
    content: dict[str, Any] = {
        "backbone": backbone_name,
        "image": image,
        "classes": classes,
        "layers": [
            {
                "channels": row[5],
                "column_sharing": row[8],
                "adc_type": ADC_TYPES[row[9] - _FIRST_ADC_TYPE],
                "adc_bits": row[11],
                "input_bits": row[10],
            }
            for row in rows
        ],
    }
    try:
        return Design.model_validate(content)
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path))) from error


def _geometry(
    shape: Backbone, image_size: int, input_channels: tuple[int, ...]
) -> list[tuple[int, int, int, int, int]]:
    """Padded input size, input channels, kernel, pool and padding of every layer."""
    padding = shape.kernel // 2
    sizes = shape.input_sizes(image_size) + 2 * padding
    return [
        (int(size), inputs, shape.kernel, int(pool), padding)
        for size, inputs, pool in zip(sizes, input_channels, shape.pools(), strict=True)
    ]


def _numbers(path: Path) -> list[list[int]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = [row for row in csv.reader(file) if row]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; a layer table (CSV) is wanted") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not CSV ({error})") from error
    if not lines:
        raise InputError(f"{path}: has no rows")
    rows = []
    for number, line in enumerate(lines, start=1):
        if len(line) != len(COLUMNS):
            raise InputError(f"{path}: row {number}: {len(line)} columns; {len(COLUMNS)} are wanted")
        try:
            rows.append([int(value) for value in line])
        except ValueError:
            raise InputError(f"{path}: row {number}: holds what is no whole number: {', '.join(line)}") from None
    return rows
