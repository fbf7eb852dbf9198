"""Crossbars and their parts against the tool's break-downs."""

import numpy as np
import pytest

from tests.hardware.examples import COARSE, EXAMPLES, PJ, RELATIVE, UM, UM2, UW
from xpert_evo.design.genes import AdcType
from xpert_evo.hardware.arrays.crossbar import crossbar
from xpert_evo.hardware.components import adc
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.row_driver import level_shifter_bank_area, switch_matrix_height
from xpert_evo.hardware.components.shift_add import shift_add
from xpert_evo.hardware.components.transmission_gate import TransmissionGate, column_mux
from xpert_evo.hardware.components.wires import ceil_log2

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def near(expected, rel=RELATIVE):
    return pytest.approx(expected, rel=rel)


@every_example
def test_areas_and_sizes(example):
    xbar, misc = example.pe.crossbar, example.misc
    assert xbar.area[0] * UM2 == near(misc["used_area_um2"])
    assert xbar.array_area * UM2 == near(misc["array_area_um2"])
    assert xbar.adc_area[0] * UM2 == near(misc["adc_area_um2"])
    assert xbar.accumulation_area[0] * UM2 == near(misc["accum_area_um2"])
    size = example.components["crossbar"]
    assert xbar.height[0] * UM == near(size["height_um"], COARSE)
    assert xbar.width[0] * UM == near(size["width_um"], COARSE)
    assert xbar.leakage[0] * UW == near(size["leakage_uW"])


@every_example
def test_energies_of_a_bit_vector(example):
    xbar, parts, misc = example.pe.crossbar, example.components, example.misc
    alpha, ip, m = misc["row_activity_of_the_energies"], example.periphery.input_bits, example.periphery.sharing

    def joules(name):
        return parts[name]["read_energy_pJ_per_bit_vector"] if name in parts else 0.0

    driver = joules("row_driver_rram") + joules("row_driver_sram")
    other = (xbar.other_fixed_j + alpha * xbar.other_active_j) * PJ
    assert other[0] == near(driver + (joules("column_mux") + joules("mux_decoder")) / ip[0])
    array = misc["array_energy_pJ_per_bit_vector"] + joules("precharger")  # an SRAM array's stands there
    converters = (xbar.adc_fixed_j + alpha * xbar.adc_active_j) * PJ
    assert converters[0] == near(array + joules("flash_encoders"))
    accumulation = joules("shift_add_weight") + joules("shift_add_input")
    assert xbar.accumulation_j[0] * PJ == near(accumulation)
    assert xbar.sensing_cycles[0] == m[0]


@every_example
def test_clock(example):
    assert example.pe.crossbar.clock_s[0] * 1e9 == near(example.golden["layer_result"]["clk_ns"], 1e-9)
    assert example.array.bitline_s == near(example.misc["bitline_delay_s"])


@every_example
def test_row_driver(example):
    array, parts = example.array, example.components
    expected = parts["row_driver_rram" if example.preset.memory == "rram" else "row_driver_sram"]
    m, alpha = example.periphery.sharing[0], example.misc["row_activity_of_the_energies"]
    assert array.driver.width * array.height * UM2 == near(expected["area_um2"])
    assert array.driver.delay_s == near(expected["delay_s"])
    joules = m * (alpha * array.driver.active_j + array.driver.idle_j)
    assert joules * PJ == near(expected["read_energy_pJ_per_bit_vector"])


@every_example
def test_mux_and_its_decoder(example):
    tech, array, adcs, m = example.preset.technology, example.array, np.array([example.adcs]), example.periphery.sharing
    mux = column_mux(tech, adcs, m, array.column_ohm, array.width, example.preset.read_voltage_v, False)
    expected = example.components["column_mux"]
    assert mux.delay_s == near(expected["delay_s"])
    assert m * mux.energy_j * PJ == near(expected["read_energy_pJ_per_bit_vector"])
    decoder, expected = Decoder(tech, ceil_log2(m), mux=True), example.components["mux_decoder"]
    height, width = decoder.free_size()
    assert np.maximum(mux.height, height) * UM == near(example.components["column_mux"]["height_um"], COARSE)
    assert height * width * UM2 == near(expected["area_um2"])
    assert decoder.mux_delay_s(mux.load_n, mux.load_p) == near(expected["delay_s"])
    assert m * decoder.read_j() * PJ == near(expected["read_energy_pJ_per_bit_vector"])
    assert decoder.leakage() * UW == near(expected["leakage_uW"])


@every_example
def test_converters(example):
    tech, parts, levels = example.preset.technology, example.components, example.periphery.levels
    if example.periphery.adc_type[0] == AdcType.SAR:
        bits = example.periphery.adc_bits[0]
        assert example.adcs * adc.sar_area(tech, bits) * UM2 == near(parts["sar_adcs"]["area_um2"])
        assert adc.sar_sense_s(bits) == near(parts["sar_adcs"]["delay_s"])
        return
    area = example.adcs * adc.flash_area(tech, levels[0], nmos_area=False)
    assert area * UM2 == near(parts["flash_comparators"]["area_um2"])
    encoder = adc.encoder(tech, levels, np.array([example.adcs]), example.array.width, np.array([True]))
    expected = parts["flash_encoders"]
    assert encoder.area * UM2 == near(expected["area_um2"])
    assert encoder.height * UM == near(expected["height_um"], COARSE)
    assert encoder.delay_s == near(expected["delay_s"])
    assert example.adcs * encoder.leakage * UW == near(expected["leakage_uW"])
    operations = example.adcs * example.periphery.sharing
    assert operations * encoder.energy_j * PJ == near(expected["read_energy_pJ_per_bit_vector"])


@every_example
def test_shift_adds(example):
    tech, parts, n_c = example.preset.technology, example.components, example.preset.cells_per_weight(8)
    m, bits, ip = example.periphery.sharing, example.periphery.whole_adc_bits, example.periphery.input_bits
    for name, adder_bits, pulses, operations in (
        ("shift_add_weight", bits, np.array([n_c]), m),
        ("shift_add_input", bits + n_c, ip, m // n_c),
    ):
        unit = shift_add(tech, np.array([example.adcs]), adder_bits, pulses, example.array.width)
        assert unit.height * example.array.width * UM2 == near(parts[name]["area_um2"])
        assert operations * unit.energy_j * PJ == near(parts[name]["read_energy_pJ_per_bit_vector"])
        assert unit.leakage * UW == near(parts[name]["leakage_uW"])


@every_example
def test_what_stands_around_the_array(example):
    tech, size, array, parts = (
        example.preset.technology,
        example.preset.crossbar_size,
        example.array,
        example.components,
    )
    if example.preset.memory == "rram":
        bank = level_shifter_bank_area(tech, size)
        assert bank * UM2 == near(parts["level_shifter_bank_row"]["area_um2"])
        average_ohm = array.column_ohm * size
        switches = switch_matrix_height(tech, size, average_ohm, array.width)
        assert switches * array.width * UM2 == near(parts["sl_switch_matrix"]["area_um2"])
    else:
        assert array.precharge_area * UM2 == near(parts["precharger"]["area_um2"])
        assert array.precharge_s == near(parts["precharger"]["delay_s"])
        assert array.other_area * UM2 == near(parts["sram_write_driver"]["area_um2"])


def test_transmission_gate_of_the_worked_example():
    example = EXAMPLES[0]
    gate = TransmissionGate.sized(example.preset.technology, 0.25 * example.array.column_ohm)
    found = (gate.ohm, gate.drain_f() * 1e15, gate.gate_n_f * 1e15, gate.gate_p_f * 1e15)
    assert found == near((992.31688, 0.27326952, 0.45220594, 0.67853501))


def test_cycles_of_the_worked_example():
    xbar = EXAMPLES[0].pe.crossbar
    assert (xbar.sensing_cycles[0], xbar.accumulation_cycles[0]) == (8, 8 + 4)


@every_example
def test_parts_of_a_crossbars_area_add_up(example):
    found = crossbar(example.preset, example.periphery)
    parts = found.array_area + found.driver_area + found.write_area + found.mux_area
    assert parts + found.adc_area + found.accumulation_area == pytest.approx(found.area)
