"""Hardware metrics of design files and of tables of single layers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from xpert_evo.design.design import Design
from xpert_evo.design.design_files import load_designs, read_designs
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.errors import InputError
from xpert_evo.hardware.layer_faults import first_fault
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.metrics import BREAKDOWN, Metrics, breakdown_frame
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NetworkModel

WHOLE_NUMBERS = (
    "input_size",
    "in_channels",
    "out_channels",
    "kernel",
    "max_pool",
    "column_sharing",
    "adc_bits",
    "input_bits",
)
DESIGNS_AT_A_TIME = 1000
LARGEST = 2**31  # of a whole number that is read
COLUMNS = ("hardware", *WHOLE_NUMBERS[:6], "adc_type", *WHOLE_NUMBERS[6:])
OPTIONAL = ("weight_bits",)  # whole numbers


def simulate(
    designs: Design | list[Design] | Designs | str | Path,
    hardware: str | Path = "xpert-rram",
    network_model: NetworkModel | None = None,
    weight_encoding: WeightEncoding | None = None,
) -> pd.DataFrame:
    """Hardware metrics, a row a design.

    Args:
        designs: designs, or the path of a design file.
        hardware: a preset's name or TOML file.
        network_model: `chip` or `xpertsim` in place of the preset's own.
        weight_encoding: in place of the preset's own; `xpertsim` usually has `offset`.

    Returns:
        Columns id, energy_pj, latency_ns, area_um2, edap_pj_ns_um2, tops, tops_per_w, tops_per_mm2,
        leakage_energy_pj.

    Raises:
        InputError: a file, gene or preset is wrong.
    """
    batch = _batch(designs)
    return HardwareModel.from_preset(hardware, network_model, weight_encoding).evaluate(batch).to_frame(_ids(batch))


def simulate_with_layers(
    designs: Design | list[Design] | Designs | str | Path,
    hardware: str | Path = "xpert-rram",
    network_model: NetworkModel | None = None,
    weight_encoding: WeightEncoding | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same, and a row a layer with areas, latencies and energies by component."""
    batch = _batch(designs)
    costs = HardwareModel.from_preset(hardware, network_model, weight_encoding).costs(batch)
    return Metrics.of(costs).to_frame(_ids(batch)), breakdown_frame(batch, costs)


def simulated(
    path: Path,
    hardware: str | Path = "xpert-rram",
    network_model: NetworkModel | None = None,
    weight_encoding: WeightEncoding | None = None,
    *,
    layers: bool = False,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame | None, int]]:
    """The designs of a file some at a time: memory doesn't grow with it.

    Args:
        layers: whether a row a layer is wanted as well.

    Returns:
        Metrics, layers, and how many of the designs share an ADC among more conversions than a crossbar has.

    Raises:
        InputError: a file, gene or preset is wrong, or the designs are of several networks.
    """
    model = HardwareModel.from_preset(hardware, network_model, weight_encoding)
    designs = read_designs(path)
    first = next(designs)
    designs = chain([first], designs)
    while some := list(islice(designs, DESIGNS_AT_A_TIME)):
        batch = stack([first, *some])[1:]  # the first again, so that all are of its network
        try:
            costs = model.costs(batch) if layers else None
            metrics = model.evaluate(batch)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        frame = breakdown_frame(batch, costs) if costs is not None else None
        yield metrics.to_frame(batch.ids), frame, int(model.shares_beyond(batch).sum())


def simulate_layer_table(path: str | Path) -> pd.DataFrame:
    """Single layers of a CSV table, each on a chip of its own (`xpertsim`).

    Args:
        path: columns in `COLUMNS`; `hardware` is a preset's name, `input_size` is unpadded, `max_pool` is 0 or 1;
            and `weight_bits`, which is 8 where there is no such column.

    Returns:
        The table with tiles, clock, areas, latencies, energies and leakage power added.

    Raises:
        InputError: a column is missing or unknown, or a value is wrong; names file, row and column.
    """
    path = Path(path)
    table = _read_table(path)
    parts = []
    for preset, rows in table.groupby("hardware", sort=False):
        try:
            model = HardwareModel.from_preset(str(preset), "xpertsim")
        except InputError as error:
            raise InputError(f"{path}: row {rows.index[0] + 1}, hardware: {error}") from error
        names = model.preset.adc_names
        _refuse(path, rows, "adc_type", ~rows["adc_type"].isin(names), f"is unknown; valid are {', '.join(names)}")
        layers = _layer_table(rows, names)
        fault = first_fault(layers, model.preset)
        if fault is not None:
            raise InputError(f"{path}: row {rows.index[fault.position] + 1}, {fault.key}: {fault.problem}")
        costs = model.evaluate_layers(layers)
        parts.append(pd.DataFrame({name: getattr(costs, name) for name in BREAKDOWN}, index=rows.index))
    columns = pd.concat(parts).sort_index()
    columns["tiles"] = columns["tiles"].astype(int)
    return pd.concat([table, columns], axis=1)


def _batch(designs: Design | list[Design] | Designs | str | Path) -> Designs:
    if isinstance(designs, Designs):
        return designs
    if isinstance(designs, Design):
        return stack([designs])
    return stack(designs if isinstance(designs, list) else load_designs(designs))


def _ids(batch: Designs) -> list[str]:
    return list(batch.ids) or [str(row) for row in range(len(batch))]


def _read_table(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, skipinitialspace=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; a layer table (CSV) is wanted") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not CSV ({error})") from error
    for name in COLUMNS:
        if name not in table:
            raise InputError(f"{path}: column {name} is missing; wanted are {', '.join(COLUMNS)}")
    unknown = [name for name in table if name not in (*COLUMNS, *OPTIONAL)]
    if unknown:
        raise InputError(
            f"{path}: column {unknown[0]} is unknown; wanted are {', '.join(COLUMNS)}, and if you like "
            f"{', '.join(OPTIONAL)}"
        )
    if table.empty:
        raise InputError(f"{path}: has no rows")
    for name in [*WHOLE_NUMBERS, *(name for name in OPTIONAL if name in table)]:
        numbers = pd.to_numeric(table[name], errors="coerce")
        _refuse(path, table, name, ~(numbers.abs() < LARGEST) | (numbers % 1 != 0), "is no whole number")
        table[name] = numbers.astype(int)
    _refuse(path, table, "hardware", table["hardware"].isna(), "is missing; a preset's name is wanted")
    _refuse(path, table, "max_pool", ~table["max_pool"].isin((0, 1)), "is unknown; valid are 0, 1")
    return table


def _refuse(path: Path, table: pd.DataFrame, name: str, wrong: pd.Series, problem: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(f"{path}: row {table.index[row] + 1}, {name}: {table[name].iloc[row]} {problem}")


def _layer_table(rows: pd.DataFrame, adc_names: tuple[str, ...]) -> LayerTable:
    arrays = {name: rows[name].to_numpy() for name in WHOLE_NUMBERS}
    arrays["weight_bits"] = rows.get("weight_bits", pd.Series(WEIGHT_BITS, rows.index)).to_numpy()
    max_pool = arrays.pop("max_pool") == 1
    adc_type = np.array([adc_names.index(kind) for kind in rows["adc_type"]])
    return LayerTable(**arrays, max_pool=max_pool, adc_type=adc_type)
