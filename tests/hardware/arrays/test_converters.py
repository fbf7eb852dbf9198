import numpy as np
import pytest

from tests.hardware.adc_tables import figures, with_adcs
from xpert_evo.hardware.arrays.converters import conversion_w, converters
from xpert_evo.hardware.components import adc
from xpert_evo.hardware.preset import load_preset

PRESET = load_preset(with_adcs(macro={"1": figures(area_um2=100), "6": figures(), "10": figures(energy_pj=8.0)}))
FLASH, SAR, COPY, MACRO = range(4)


def test_each_adc_has_its_own_figures():
    found = converters(PRESET, np.array([FLASH, SAR, MACRO, MACRO]), np.array([64, 64, 64, 2]))
    tech = PRESET.technology
    assert found.area[0] == adc.flash_area(tech, 64, nmos_area=True)
    assert found.area[1] == adc.sar_area(tech, 6)
    assert found.area[2:] == pytest.approx([3000e-12, 100e-12])
    assert found.conversion_s == pytest.approx([1e-9, 7e-9, 4e-9, 4e-9])
    assert found.has_encoder.tolist() == [True, False, False, False]


def test_cells_draw_beside_the_energy_of_a_table():
    siemens = np.array([1e-3, 2e-3])
    power = conversion_w(PRESET, np.array([MACRO, MACRO]), np.array([2**10, 2**10]), siemens)
    beside = adc.cells_w(PRESET.technology, True, siemens, PRESET.read_voltage_v)
    assert power == pytest.approx(8e-12 / 4e-9 + beside)
    assert beside[1] > 1.9 * beside[0]


def test_columns_without_an_active_row_idle_with_every_adc():
    kinds = np.array([FLASH, SAR, COPY, MACRO])
    assert conversion_w(PRESET, kinds, np.full(4, 64), np.zeros(4)) == pytest.approx(adc.IDLE_COLUMN_W)
