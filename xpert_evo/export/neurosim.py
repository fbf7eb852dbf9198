"""NeuroSim's table of a network: what its eight columns say of the layers, and what a design lacks in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from xpert_evo.design.networks.chains import Chain
from xpert_evo.errors import InputError
from xpert_evo.export.csv_rows import Row, is_number, whole_numbers
from xpert_evo.export.xpertsim_rows import COLUMNS as XPERTSIM_COLUMNS
from xpert_evo.export.xpertsim_rows import GENES

COLUMNS = (
    "input height",
    "input width",
    "input channels",
    "kernel height",
    "kernel width",
    "output channels",
    "max-pool (0 or 1)",
    "stride",
)
_INPUTS, _KERNEL, _OUTPUTS, _POOL, _STRIDE = 2, (3, 4), 5, 6, 7


def is_network(row: Row) -> bool:
    """Whether a row has eight numbers."""
    return len(row.cells) == len(COLUMNS) and all(map(is_number, row.cells))


def refuse_network(rows: Sequence[Row], shape: Chain, path: str) -> NoReturn:
    """Says why no design comes of a network's table: it has no genes, and may be another network.

    Raises:
        InputError: always. The message names the first layer that the backbone hasn't, or else the columns that are
            wanted.
    """
    lacking = ", ".join(name.partition(" (")[0] for name in GENES)
    where = f"{path}: {len(COLUMNS)} columns: a NeuroSim network table, which lacks {lacking}"
    layers = [whole_numbers(row, COLUMNS, where) for row in rows]
    for row, layer in zip(rows, layers, strict=True):
        if layer[_STRIDE] != 1:
            raise InputError(
                f"{where}: row {row.number}, {COLUMNS[_STRIDE]}: {layer[_STRIDE]}; only stride 1 is modelled"
            )
    if len(layers) != shape.layers:
        raise InputError(f"{where}: it has {len(layers)} layers; {shape.name} has {shape.layers} convolutions")
    inputs = [layers[0][_INPUTS], *(layer[_OUTPUTS] for layer in layers[:-1])]
    for row, layer, before, pool in zip(rows, layers, inputs, shape.pools, strict=True):
        wanted = {_INPUTS: before, **dict.fromkeys(_KERNEL, shape.kernel), _POOL: int(pool)}
        for position, value in wanted.items():
            if layer[position] != value:
                raise InputError(
                    f"{where}: row {row.number}, {COLUMNS[position]}: {layer[position]}; {shape.name} has {value} there"
                )
    raise InputError(
        f"{where}: its kernels, channels and pools are {shape.name}'s; a design needs {len(XPERTSIM_COLUMNS)} columns, "
        f"in this order: {', '.join(XPERTSIM_COLUMNS)}"
    )
