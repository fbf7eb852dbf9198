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
    assert mean_cell_siemens(load_preset(preset, weight_encoding="offset")) == pytest.approx(siemens, rel=1e-6)


def test_cells_conduct_more_at_higher_values():
    preset = load_preset("xpert-rram")
    by_value = DEVICES["rram"].cell_siemens(preset)
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
