"""A crossbar with its periphery: area, clock, and what one bit vector costs (specification, section 6).

Symbols: S rows and columns, m columns an ADC, a = ceil(S / m) ADCs, L ADC levels, b = log2 L, IP input bits,
n_c cells a weight, X and Y width and height of the array. Everything but the preset may be an array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.arrays.converters import converters
from xpert_evo.hardware.arrays.devices import DEVICES
from xpert_evo.hardware.components import adc
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.shift_add import shift_add
from xpert_evo.hardware.components.transmission_gate import column_mux
from xpert_evo.hardware.components.wires import ceil_log2
from xpert_evo.hardware.preset import HardwarePreset

SENSING_CALIBRATION = 1.4


@dataclass(frozen=True)
class Periphery:
    """The peripheral genes of layers, arrays of one shape; `levels` is 2^adc_bits but for raw levels,
    `adc_type` positions in the preset's `adc_names`.

    What combines a weight's cells depends on how many they are.
    """

    sharing: np.ndarray
    adc_type: np.ndarray
    levels: np.ndarray
    input_bits: np.ndarray
    cells_per_weight: np.ndarray

    @property
    def adc_bits(self) -> np.ndarray:
        """b, fractional for raw levels."""
        return np.log2(self.levels)

    @property
    def whole_adc_bits(self) -> np.ndarray:
        """floor(b)."""
        return np.floor(self.adc_bits + 1e-9)


@dataclass(frozen=True)
class Crossbar:
    """Areas, m2; sizes, m; times, s; energies of one bit vector, J, as fixed + active x alpha; cycles.

    `conversion_s` is how long an ADC draws power for a column: without a flash ADC's encoder.
    """

    area: np.ndarray
    height: np.ndarray
    width: np.ndarray
    array_area: float
    driver_area: float
    write_area: float
    mux_area: np.ndarray
    adc_area: np.ndarray
    accumulation_area: np.ndarray
    clock_s: np.ndarray
    conversion_s: np.ndarray
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
    tech, size, cells = preset.technology, preset.crossbar_size, periphery.cells_per_weight
    m, ip, whole_bits = periphery.sharing, periphery.input_bits, periphery.whole_adc_bits
    adcs = preset.adcs(m)
    array = DEVICES[preset.memory].array(preset)
    x, y = array.width, array.height

    at_its_limit = (preset.memory, tech.node_nm, size) == ("rram", 32, 128)
    folded = preset.switches.rounding_accidents and at_its_limit  # quirk 13 c
    muxed = adcs * preset.encoding.columns_per_conversion
    mux = column_mux(tech, muxed, m, array.column_ohm, x, preset.read_voltage_v, folded)
    if preset.column_mux is not None:
        mux = mux.measured(preset.column_mux, muxed, m, x)
    decoder = Decoder(tech, ceil_log2(m), mux=True)
    decoder_height, decoder_width = decoder.free_size()
    mux_height = np.maximum(mux.height, decoder_height)

    converter = converters(preset, periphery.adc_type, periphery.levels)
    subtractor = adc.comparator_area(tech) if preset.encoding.subtracts else 0.0
    converter_area = adcs * (converter.area + subtractor)
    encoder = adc.encoder(tech, converter.encoder_levels, adcs, x, converter.has_encoder)
    by_weight = shift_add(tech, adcs, whole_bits, cells, x)
    by_input = shift_add(tech, adcs, whole_bits + cells, ip, x)
    accumulation_area = (by_weight.height + by_input.height) * x

    driver_s = np.maximum(array.driver.delay_s, mux.delay_s + decoder.mux_delay_s(mux.load_n, mux.load_p))
    sense_s = converter.conversion_s + encoder.delay_s
    clock_s = SENSING_CALIBRATION * (driver_s + array.precharge_s + array.bitline_s + sense_s)

    adc_area = converter_area + encoder.area + array.precharge_area
    decoder_area = decoder_height * decoder_width
    input_operations = preset.accumulations(m, cells)
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
        driver_area=array.driver.width * y,
        write_area=array.other_area,
        mux_area=mux_height * x + decoder_area,
        adc_area=adc_area,
        accumulation_area=accumulation_area,
        clock_s=clock_s,
        conversion_s=converter.conversion_s,
        leakage=array.leakage
        + (decoder.leakage() if array.mux_decoder_leaks else 0.0)
        + adcs * encoder.leakage
        + by_weight.leakage
        + by_input.leakage,
        adc_fixed_j=m * (muxed * array.fixed_j_per_adc + adcs * encoder.energy_j + array.fixed_j_per_selection),
        adc_active_j=m * array.active_j_per_selection,
        accumulation_j=m * by_weight.energy_j + input_operations * by_input.energy_j,
        other_fixed_j=m * array.driver.idle_j + (m / ip) * (mux.energy_j + decoder.read_j()),
        other_active_j=m * array.driver.active_j,
        sensing_cycles=m.astype(float),
        accumulation_cycles=m * (cells > 1) * preset.addition_cycles(whole_bits)
        + input_operations * (ip > 1) * preset.addition_cycles(whole_bits + cells),
    )
