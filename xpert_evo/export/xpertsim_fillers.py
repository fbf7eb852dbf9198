"""The filler rows of XPertSim's table: the layer that shares a convolution's chip, and isn't costed."""

from __future__ import annotations

from itertools import pairwise

from xpert_evo.design.networks.chains import Chain
from xpert_evo.errors import InputError
from xpert_evo.export.xpertsim_rows import COLUMNS, Line, TableRow
from xpert_evo.hardware.network_models.xpertsim import FILLER, FILLER_KERNEL


def filler_row(row: TableRow) -> TableRow:
    """The filler of a convolution: the same map and periphery, channels of its own, no pool behind it."""
    inputs, outputs = _filler_channels(row)
    return row._replace(
        input_channels=inputs,
        output_channels=outputs,
        kernel_height=FILLER_KERNEL,
        kernel_width=FILLER_KERNEL,
        max_pool=0,
        padding=FILLER_KERNEL // 2,
    )


def part_fillers(lines: list[Line], shape: Chain, path: str) -> tuple[list[Line], list[Line]]:
    """The convolutions of a table and the fillers after each of them; no fillers where there is a row a convolution.

    Of a filler, the position and the channels are looked at.

    Raises:
        InputError: some convolutions have a filler and others none, or the number of rows isn't the backbone's.
    """
    if len(lines) == shape.layers:
        return lines, []
    pairs = list(zip(lines[::2], lines[1::2], strict=False))
    if pairs and _is_filler(*pairs[0]):
        for before, line in pairs:
            if not _is_filler(before, line):
                raise InputError(
                    f"{line.place}: {line.row.input_channels} to {line.row.output_channels} channels; the table has "
                    f"filler rows, and the one of the row above, {_name(before)}, is wanted there"
                )
        if len(lines) == 2 * shape.layers:
            return lines[::2], lines[1::2]
    else:
        for before, line in pairwise(lines):
            # Beside a convolution of 64 output channels, the next one may be of 64 to 512 itself.
            if _is_filler(before, line) and line.row.input_channels != before.row.output_channels:
                raise InputError(
                    f"{line.place}: a filler row ({_name(before)}), though the first convolution has none; "
                    f"{wanted_rows(shape)}"
                )
    raise InputError(f"{path}: has {len(lines)} rows; {wanted_rows(shape)}")


def wanted_rows(shape: Chain) -> str:
    """What a table of a backbone holds, for messages."""
    return (
        f"{shape.name} has {shape.layers} convolutions: {shape.layers} rows of {len(COLUMNS)} whole numbers, or "
        f"{2 * shape.layers} with a filler row after each"
    )


def _filler_channels(row: TableRow) -> tuple[int, int]:
    """Input and output channels; those of `FILLER`, turned round beside a layer that is like it."""
    return (FILLER[1], FILLER[0]) if (row.input_channels, row.output_channels) == FILLER else FILLER


def _is_filler(before: Line, line: Line) -> bool:
    return (line.row.input_channels, line.row.output_channels) == _filler_channels(before.row)


def _name(before: Line) -> str:
    inputs, outputs = _filler_channels(before.row)
    return f"{inputs} to {outputs} channels"
