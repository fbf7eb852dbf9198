"""A crossbar with its periphery: area, clock, and what one bit vector costs (specification, section 6).

Symbols: S rows and columns, m columns an ADC, a = floor(S / m) ADCs, L ADC levels, b = log2 L, IP input bits,
n_c cells a weight, X and Y width and height of the array. Everything but the preset may be an array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.components import adc
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.row_driver import (
    RowDriver,
    level_shifter_bank_area,
    rram_row_driver,
    sram_columns,
    sram_row_driver,
    switch_matrix_height,
)
from xpert_evo.hardware.components.shift_add import shift_add
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.transmission_gate import column_mux
from xpert_evo.hardware.components.wires import ceil_log2
from xpert_evo.hardware.gates import inverter, on_resistance_n, ramp_delay
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.technology import WIRE_CAPACITANCE_F_PER_M

SENSING_CALIBRATION = 1.4


@dataclass(frozen=True)
class Periphery:
    """The peripheral genes of layers, arrays of one shape; `levels` is 2^adc_bits but for raw levels."""

    sharing: np.ndarray
    is_sar: np.ndarray
    levels: np.ndarray
    input_bits: np.ndarray

    @property
    def adc_bits(self) -> np.ndarray:
        """b, fractional for raw levels."""
        return np.log2(self.levels)

    @property
    def whole_adc_bits(self) -> np.ndarray:
        """floor(b)."""
        return np.floor(self.adc_bits + 1e-9)


@dataclass(frozen=True)
class _Array:
    """What the memory decides: sizes, m; delays, s; energies, J. `active` ones are for all rows being 1."""

    width: float
    height: float
    column_ohm: float  # r0, of a column with all rows on
    driver: RowDriver
    other_area: float  # m2, beside array, driver, mux and ADCs
    other_height: float
    side_width: float  # beside the array
    precharge_area: float
    precharge_s: float
    bitline_s: float
    fixed_j_per_selection: float  # for the whole array
    fixed_j_per_adc: float
    active_j_per_selection: float
    leakage: float


@dataclass(frozen=True)
class Crossbar:
    """Areas, m2; sizes, m; clock, s; energies of one bit vector, J, as fixed + active x alpha; cycles."""

    area: np.ndarray
    height: np.ndarray
    width: np.ndarray
    array_area: float
    adc_area: np.ndarray
    accumulation_area: np.ndarray
    clock_s: np.ndarray
    leakage: np.ndarray
    adc_fixed_j: np.ndarray
    adc_active_j: np.ndarray
    accumulation_j: np.ndarray
    other_fixed_j: np.ndarray
    other_active_j: np.ndarray
    sensing_cycles: np.ndarray
    accumulation_cycles: np.ndarray


def crossbar(preset: HardwarePreset, periphery: Periphery) -> Crossbar:
    """The crossbars of some layers; the ADCs' conversions themselves aren't in the energies (see `adc`)."""
    tech, size, cells = preset.technology, preset.crossbar_size, preset.cells_per_weight
    m, ip, is_sar, levels = periphery.sharing, periphery.input_bits, periphery.is_sar, periphery.levels
    bits, whole_bits = periphery.adc_bits, periphery.whole_adc_bits
    adcs = size // m
    array = _rram_array(preset) if preset.memory == "rram" else _sram_array(preset)
    x, y = array.width, array.height

    folded = preset.rounding_accidents and (preset.memory, tech.node_nm, size) == ("rram", 32, 128)
    mux = column_mux(tech, adcs, m, array.column_ohm, x, preset.read_voltage_v, folded)
    decoder = Decoder(tech, ceil_log2(m), mux=True)
    decoder_height, decoder_width = decoder.free_size()
    mux_height = np.maximum(mux.height, decoder_height)

    sar, flash = adc.sar_area(tech, bits), adc.flash_area(tech, levels, nmos_area=preset.flash_nmos_area)
    converter_area = adcs * np.where(is_sar, sar, flash)
    encoder = adc.encoder(tech, levels, adcs, x, ~is_sar)
    by_weight = shift_add(tech, adcs, whole_bits, np.full_like(m, cells), x)
    by_input = shift_add(tech, adcs, whole_bits + cells, ip, x)
    accumulation_area = (by_weight.height + by_input.height) * x

    driver_s = np.maximum(array.driver.delay_s, mux.delay_s + decoder.mux_delay_s(mux.load_n, mux.load_p))
    sense_s = adc.sense_s(is_sar, bits) + encoder.delay_s
    clock_s = SENSING_CALIBRATION * (driver_s + array.precharge_s + array.bitline_s + sense_s)

    adc_area = converter_area + encoder.area + array.precharge_area
    decoder_area = decoder_height * decoder_width
    input_operations = np.floor(m / cells)
    return Crossbar(
        area=x * y
        + array.driver.width * y
        + array.other_area
        + mux_height * x
        + decoder_area
        + adc_area
        + accumulation_area,
        height=array.other_height
        + y
        + mux_height
        + converter_area / x
        + encoder.height
        + by_weight.height
        + by_input.height,
        width=np.maximum(array.side_width, decoder_width) + x,
        array_area=x * y,
        adc_area=adc_area,
        accumulation_area=accumulation_area,
        clock_s=clock_s,
        leakage=array.leakage
        + (decoder.leakage() if preset.memory == "rram" else 0.0)
        + adcs * encoder.leakage
        + by_weight.leakage
        + by_input.leakage,
        adc_fixed_j=m * (adcs * (array.fixed_j_per_adc + encoder.energy_j) + array.fixed_j_per_selection),
        adc_active_j=m * array.active_j_per_selection,
        accumulation_j=m * by_weight.energy_j + input_operations * by_input.energy_j,
        other_fixed_j=m * array.driver.idle_j + (m / ip) * (mux.energy_j + decoder.read_j()),
        other_active_j=m * array.driver.active_j,
        sensing_cycles=m.astype(float),
        accumulation_cycles=m * (cells > 1) + input_operations * (ip > 1),
    )


def _rram_array(preset: HardwarePreset) -> _Array:
    """1T1R cells of 12F x 4F."""
    tech, size = preset.technology, preset.crossbar_size
    f, cw, rw = tech.feature_m, WIRE_CAPACITANCE_F_PER_M, tech.wire_ohm_per_m
    x, y = size * 12 * f, size * 4 * f
    access_ohm = 0.25 * preset.on_resistance_ohm
    average_ohm = access_ohm + (preset.on_resistance_ohm + preset.off_resistance_ohm) / 2
    access_width = 0.2 * f * on_resistance_n(tech, f) / access_ohm
    word_f = x * cw + size * tech.gate_f_per_m * access_width
    column_f = y * cw + size * float(inverter(tech, access_width, 0.0, 12 * f).output_f)
    driver = rram_row_driver(tech, size, y, word_f, x * rw, preset.access_voltage_v, preset.read_voltage_v)
    switches = switch_matrix_height(tech, size, average_ohm, x)
    bank_area = level_shifter_bank_area(tech, size)
    return _Array(
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
    )


def _sram_array(preset: HardwarePreset) -> _Array:
    """6T cells of 28F x 10F."""
    tech, size = preset.technology, preset.crossbar_size
    f, cw, rw = tech.feature_m, WIRE_CAPACITANCE_F_PER_M, tech.wire_ohm_per_m
    x, y = size * 28 * f, size * 10 * f
    column_f, column_ohm = y * cw, y * rw
    driver = sram_row_driver(tech, size, y, x * cw, x * rw, preset.read_voltage_v)
    columns = sram_columns(tech, size, x, column_f, column_ohm)
    access_f = float(inverter(tech, f, 0.0, 28 * f).output_f)
    path_ohm = on_resistance_n(tech, f) + on_resistance_n(tech, 2 * f)
    swing = np.log(tech.supply_v / (tech.supply_v - 0.05))
    tau = (path_ohm * (access_f + column_f) + column_ohm * column_f / 2) * swing
    bitline_s, _ = ramp_delay(tau, driver.ramp)
    cell_leakage = 2 * tech.supply_v * (2 * f * tech.ioff_n + f * tech.ioff_p) / 2
    return _Array(
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
    )
