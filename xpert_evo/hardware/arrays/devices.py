"""Memory cells and the arrays they make, each with what drives and precharges it (specification, sections 3, 6.1).

S rows and columns; X and Y are an array's width and height. A new device is a `Device` in `DEVICES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from xpert_evo.hardware.components.row_driver import (
    RowDriver,
    level_shifter_bank_area,
    rram_row_driver,
    sram_columns,
    sram_row_driver,
    switch_matrix_height,
)
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.process.gates import inverter, on_resistance_n, ramp_delay
from xpert_evo.hardware.process.technology import WIRE_CAPACITANCE_F_PER_M

RRAM_WIDTH_F, RRAM_HEIGHT_F = 12, 4
SRAM_WIDTH_F, SRAM_HEIGHT_F = 28, 10
ACCESS_RESISTANCE = 0.25  # of an RRAM access transistor, of the cell's on-resistance
ANALOG_RESISTANCE_FACTOR = 0.2  # of an access transistor against a digital one
SENSE_SWING_V = 0.05  # half the least voltage between an SRAM's bit lines that is sensed


@dataclass(frozen=True)
class MemoryArray:
    """S x S cells with their drivers, without muxes and ADCs.

    Attributes:
        width, height: X and Y, m. column_ohm: r0, of a column with all rows on.
        other_area, other_height: m2 and m, beside array, driver, mux and ADCs. side_width: m, beside the array.
        precharge_area, precharge_s, bitline_s: m2, s.
        fixed_j_per_selection, active_j_per_selection: of the array; the second if all rows are 1.
        fixed_j_per_adc: J for each column that is selected.
        leakage: W, with drivers. mux_decoder_leaks: whether the mux decoder's leakage counts (section 12).
    """

    width: float
    height: float
    column_ohm: float
    driver: RowDriver
    other_area: float
    other_height: float
    side_width: float
    precharge_area: float
    precharge_s: float
    bitline_s: float
    fixed_j_per_selection: float
    fixed_j_per_adc: float
    active_j_per_selection: float
    leakage: float
    mux_decoder_leaks: bool


@dataclass(frozen=True)
class Device:
    """A kind of memory cell.

    Attributes:
        array: the crossbar that a preset makes of it.
        cell_siemens: conductance of a cell at each value of so many bits, with its access transistor and the mean
            of its wires, float64 (values,).
    """

    array: Callable[[HardwarePreset], MemoryArray]
    cell_siemens: Callable[[HardwarePreset, int], np.ndarray]


@cache
def _rram_array(preset: HardwarePreset) -> MemoryArray:
    tech, size = preset.technology, preset.crossbar_size
    f, cw, rw = tech.feature_m, WIRE_CAPACITANCE_F_PER_M, tech.wire_ohm_per_m
    x, y = preset.array_columns * RRAM_WIDTH_F * f, size * RRAM_HEIGHT_F * f
    access_ohm = ACCESS_RESISTANCE * preset.on_resistance_ohm
    average_ohm = access_ohm + (preset.on_resistance_ohm + preset.off_resistance_ohm) / 2
    access_width = ANALOG_RESISTANCE_FACTOR * f * on_resistance_n(tech, f) / access_ohm
    word_f = x * cw + preset.array_columns * tech.gate_f_per_m * access_width
    column_f = y * cw + size * float(inverter(tech, access_width, 0.0, RRAM_WIDTH_F * f).output_f)
    driver = rram_row_driver(tech, size, y, word_f, x * rw, preset.access_voltage_v, preset.read_voltage_v)
    switches = switch_matrix_height(tech, size, average_ohm, x)
    bank_area = level_shifter_bank_area(tech, size)
    return MemoryArray(
        width=x,
        height=y,
        column_ohm=average_ohm / size,
        driver=driver,
        other_area=3 * bank_area + switches * x,
        other_height=bank_area / x + switches,
        side_width=2 * bank_area / y + driver.width,
        precharge_area=0.0,
        precharge_s=0.0,
        bitline_s=0.2 * column_f * average_ohm / (size // 2),
        fixed_j_per_selection=0.0,
        fixed_j_per_adc=y * cw * preset.read_voltage_v**2,
        active_j_per_selection=size * word_f * tech.supply_v**2,
        leakage=2 * size * standard_cells(tech).dff_leakage,
        mux_decoder_leaks=True,
    )


def _rram_cell_siemens(preset: HardwarePreset, bits: int) -> np.ndarray:
    """Section 14: levels equally spaced in conductance, in series with transistor and wires, mean over places.

    However few levels are used, they span all of it (section 24).
    """
    tech, size = preset.technology, preset.crossbar_size
    wire = tech.wire_ohm_per_m * tech.wire_width_m
    off = 1 / preset.off_resistance_ohm
    top = 2**bits - 1
    conductance = np.arange(top + 1) / top * (1 / preset.on_resistance_ohm - off) + off
    along = np.arange(1, size + 1)
    wires = along[:, None] * wire * RRAM_HEIGHT_F + along[None, :] * wire * RRAM_WIDTH_F
    series = ACCESS_RESISTANCE * preset.on_resistance_ohm + wires
    return np.asarray((1 / (1 / conductance[:, None, None] + series)).mean(axis=(1, 2)))


def column_wire_ohm(preset: HardwarePreset) -> float:
    """Of an RRAM array's column, from one cell to the next: its resistance Y rw (section 6.1) over its rows."""
    return preset.technology.wire_ohm_per_m * RRAM_HEIGHT_F * preset.technology.feature_m


@cache
def _sram_array(preset: HardwarePreset) -> MemoryArray:
    tech, size = preset.technology, preset.crossbar_size
    f, cw, rw = tech.feature_m, WIRE_CAPACITANCE_F_PER_M, tech.wire_ohm_per_m
    x, y = size * SRAM_WIDTH_F * f, size * SRAM_HEIGHT_F * f
    column_f, column_ohm = y * cw, y * rw
    driver = sram_row_driver(tech, size, y, x * cw, x * rw, preset.read_voltage_v)
    columns = sram_columns(tech, size, x, column_f, column_ohm)
    access_f = float(inverter(tech, f, 0.0, SRAM_WIDTH_F * f).output_f)
    path_ohm = on_resistance_n(tech, f) + on_resistance_n(tech, 2 * f)
    swing = np.log(tech.supply_v / (tech.supply_v - SENSE_SWING_V))
    tau = (path_ohm * (access_f + column_f) + column_ohm * column_f / 2) * swing
    bitline_s, _ = ramp_delay(tau, driver.ramp)
    cell_leakage = 2 * tech.supply_v * (2 * f * tech.ioff_n + f * tech.ioff_p) / 2
    return MemoryArray(
        width=x,
        height=y,
        column_ohm=on_resistance_n(tech, f) / (2 * size),
        driver=driver,
        other_area=columns.write_height * x,
        other_height=columns.precharge_height + columns.write_height,
        side_width=driver.width,
        precharge_area=columns.precharge_height * x,
        precharge_s=columns.delay_s,
        bitline_s=float(bitline_s),
        fixed_j_per_selection=columns.energy_j,
        fixed_j_per_adc=0.0,
        active_j_per_selection=0.0,
        leakage=size**2 * cell_leakage + size * standard_cells(tech).dff_leakage + columns.leakage,
        mux_decoder_leaks=False,
    )


def _sram_cell_siemens(preset: HardwarePreset, bits: int) -> np.ndarray:
    """Section 14: the access transistor and one cell of wire, whatever the bit."""
    tech = preset.technology
    wire = tech.wire_ohm_per_m * tech.wire_width_m
    return np.full(2**bits, 1 / (on_resistance_n(tech, tech.feature_m) + wire * SRAM_WIDTH_F))


DEVICES = {
    "rram": Device(_rram_array, _rram_cell_siemens),
    "sram": Device(_sram_array, _sram_cell_siemens),
}
