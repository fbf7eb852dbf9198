import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.process.gates import enlarge, fingers, inverter, limits, ramp_delay, stacked
from xpert_evo.hardware.process.technology import technology

TECH = technology(32)
F = TECH.feature_m


@given(wn=st.floats(0.5, 100), wp=st.floats(0.5, 100))
def test_enlarging_keeps_the_ratio_and_fills_the_cell(wn, wp):
    n, p = enlarge(TECH, wn * F, wp * F)
    assert n / p == pytest.approx(wn / wp)
    if wn + wp < 20:  # the cell leaves 20.9 F for both
        assert n + p == pytest.approx(20.9 * F)
    assert n >= wn * F * (1 - 1e-12)


def test_a_transistor_alone_has_the_height_to_itself():
    assert enlarge(TECH, 0.0, 6 * F)[1] == pytest.approx(24.4 * F)
    assert enlarge(TECH, 0.0, 30 * F)[1] == pytest.approx(30 * F)


@given(width=st.floats(1, 500))
def test_fingers_hold_the_whole_width(width):
    limit = 24.4
    count, each = fingers(np.array(width), limit)
    assert each <= limit * (1 + 1e-9)
    assert (count - 1) * limit < width <= count * limit * (1 + 1e-9)


def test_equal_to_the_limit_is_unfolded():
    limit_n, _ = limits(TECH, 2 * F, 3 * F, TECH.cell_height_m)
    assert fingers(limit_n * (1 + 1e-12), limit_n)[0] == 1
    assert fingers(limit_n * (1 + 1e-6), limit_n)[0] == 2


def test_unfolded_gates_share_diffusion():
    pitch = 3.8 * F
    inv = inverter(TECH, 2 * F, 2 * F)
    assert inv.width == pytest.approx(2 * pitch)
    assert stacked(TECH, "nand", 3, 2 * F, 2 * F).width == pytest.approx(4 * pitch)
    assert stacked(TECH, "nor", 3, 2 * F, 2 * F).width == pytest.approx(4 * pitch)
    assert stacked(TECH, "nor", 1, 2 * F, 2 * F).width == pytest.approx(inv.width)
    three_fingers = stacked(TECH, "nor", 2, 2 * F, 60 * F)  # 20.2 F each
    assert three_fingers.width == pytest.approx(2 * (3 + 1) * pitch)


def test_leakage_depends_on_the_stack():
    leak = [float(stacked(TECH, "nand", k, 2 * F, 2 * F).leakage) for k in (2, 3)]
    per_transistor = TECH.supply_v * 2 * F * TECH.ioff_p
    assert leak == pytest.approx([0.48 * 2 * per_transistor, 0.31 * 3 * per_transistor])


def test_a_step_gives_the_rc_delay_and_a_slow_ramp_a_longer_one():
    step, output = ramp_delay(1e-12)
    assert step == pytest.approx(np.log(2) * 1e-12, rel=1e-6)
    assert output == pytest.approx(0.5 / step)
    assert ramp_delay(1e-12, 1e11)[0] > 2 * step
