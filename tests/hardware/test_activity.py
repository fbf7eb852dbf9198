import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.activity import RELU_ACTIVE, default_active_rows, mean_cell_siemens
from xpert_evo.hardware.arrays.devices import DEVICES
from xpert_evo.hardware.preset import load_preset


@pytest.mark.parametrize(
    ("preset", "siemens"),
    [
        ("xpert-rram", 7.183613836188224e-05),
        ("xpert-rram-csafix", 7.183613836188224e-05),
        ("xpert-sram", 1.2055254427803979e-05),
        ("rram-22nm", 7.132765451215653e-05),
        ("rram-2bit", 6.996040418271325e-05),
        ("rram-128", 7.07227235156966e-05),
        ("rram-65nm", 7.25268610337175e-05),
        ("rram-45nm", 3.676814150410374e-05),
    ],
)
def test_mean_cells_of_the_reference_configurations(preset, siemens):
    assert mean_cell_siemens(load_preset(preset, weight_encoding="offset"), 8) == pytest.approx(siemens, rel=1e-6)


@pytest.mark.parametrize(
    ("preset", "weight_bits", "siemens"),
    [
        ("xpert-rram", 2, 9.27597e-5),
        ("xpert-rram", 3, 8.17271e-5),
        ("xpert-rram", 4, 7.71163e-5),
        ("xpert-rram", 5, 3.69963e-5),
        ("xpert-rram", 6, 4.39188e-5),
        ("rram-2bit", 2, 9.27597e-5),
        ("rram-2bit", 4, 7.32133e-5),
        ("rram-2bit", 5, 5.41645e-5),
        ("rram-2bit", 6, 7.05689e-5),
        ("xpert-sram", 4, 1.205525e-5),
    ],
)
def test_mean_cells_follow_the_weights_precision(preset, weight_bits, siemens):
    """Section 24; six digits are given."""
    chip = load_preset(preset, weight_encoding="offset")
    assert mean_cell_siemens(chip, weight_bits) == pytest.approx(siemens, rel=2e-6)


def test_cells_conduct_more_at_higher_values():
    preset = load_preset("xpert-rram")
    by_value = DEVICES["rram"].cell_siemens(preset, 4)
    assert by_value.shape == (16,)
    assert (np.diff(by_value) > 0).all()
    assert by_value[-1] < 1 / (1.25 * preset.on_resistance_ohm)


@given(size=st.integers(1, 20), kernel=st.sampled_from([1, 3, 5, 7]))
def test_padding_is_inactive(size, kernel):
    """Against counting: a map of ones, padded with zeros, seen through every window."""
    padded = np.pad(np.ones((size, size)), kernel // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel))
    bits = 4
    alpha = default_active_rows(np.array([size]), np.array([kernel]), np.array([bits]), np.array([False]))
    assert alpha[0] == pytest.approx(RELU_ACTIVE[bits] * windows.mean())


def test_pixels_are_half_active():
    alpha = default_active_rows(np.array([32, 32]), np.array([3, 3]), np.array([8, 8]), np.array([True, False]))
    assert alpha == pytest.approx(np.array([0.5, 0.209622]) * (94 / 96) ** 2)
