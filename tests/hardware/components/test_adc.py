import numpy as np
import pytest

from xpert_evo.hardware.components import adc
from xpert_evo.hardware.process.technology import technology

TECH = technology(32)
ROWS, ON_OHM, OFF_OHM = 64, 6e3, 9e5


def test_sar_power_of_the_worked_example():
    power = adc.own_w(TECH, True, 6, 64) + adc.cells_w(TECH, True, np.array([1e-3]), 0.5)
    assert power == pytest.approx([9.647e-5], rel=1e-4)
    assert power[0] * adc.sar_sense_s(6) * 1e12 == pytest.approx(0.6753, rel=1e-4)


def test_read_voltage_scales_the_conductance():
    doubled = adc.cells_w(TECH, False, np.array([1e-3]), 1.0)
    assert doubled == pytest.approx(adc.cells_w(TECH, False, np.array([2e-3]), 0.5))


def test_areas():
    transistor = 0.2179072e-12
    assert adc.sar_area(TECH, 6) == pytest.approx(transistor * (269 + 109 * 5 + 209 + 73 * 5))
    as_built, corrected = (adc.flash_area(TECH, 64, nmos_area=counted) for counted in (False, True))
    assert as_built == pytest.approx(63 * 58 * transistor)
    assert corrected - as_built == pytest.approx(63 * 48 * transistor)


@pytest.mark.parametrize(
    ("node", "rows", "on_ohm", "off_ohm"), [(32, 64, 6e3, 9e5), (32, 128, 6e3, 9e5), (45, 64, 12e3, 6e5)]
)
def test_references_compare_in_the_least_time(node, rows, on_ohm, off_ohm):
    levels = np.array([5, 6, 8, 64, 256])
    assert (adc.flash_sense_s(technology(node), rows, on_ohm, off_ohm, levels) == 1e-9).all()


def test_higher_resistances_compare_longer():
    longer = adc.flash_sense_s(TECH, ROWS, 20 * ON_OHM, 20 * OFF_OHM, np.array([64, 8, 64]))
    assert longer[0] == longer[2] > longer[1] > 1.1e-9
    assert (adc.flash_sense_s(technology(22), ROWS, 20 * ON_OHM, 20 * OFF_OHM, np.array([64])) == 1e-9).all()


def test_sense_time_is_the_longest_of_the_rule():
    """Against the rule of section 5.8, column by column."""
    rows, on_ohm, off_ohm, levels = 64, 1.2e5, 18e6, 16

    def time_ns(column_ohm):
        times = [1.0]
        for i in range(1, levels - 1):
            z = (on_ohm / rows + (i + 1) * (off_ohm / rows) / levels) / column_ohm
            if not 0.05 < z < 20:
                continue
            slow = 3.7949 * z**3 - 5.6685 * z**2 + 2.6492 * z + 0.4807
            fast = 1e-6 * z**4 - 6e-5 * z**3 + 1e-4 * z**2 - 0.0171 * z + 1.0057
            times.append((0.0714 * np.log(column_ohm / 1000) + 0.7651) * (slow if z <= 0.9 else fast))
        return max(times)

    worst = max(time_ns(column_ohm) for column_ohm in np.geomspace(1e3, 1e8, 3000))
    found = adc.flash_sense_s(TECH, rows, on_ohm, off_ohm, np.array([levels]))[0] * 1e9
    assert found == pytest.approx(worst, rel=2e-3)
    assert found > 1.1


def test_sar_has_no_encoder():
    encoder = adc.encoder(TECH, np.array([64, 64]), np.array([8, 8]), 64 * 12 * TECH.feature_m, np.array([True, False]))
    for values in vars(encoder).values():
        assert values[0] > 0
        assert values[1] == 0
