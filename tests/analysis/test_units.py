import pytest

from xpert_evo.analysis.units import in_short, tick_label
from xpert_evo.hardware.quantities import QUANTITIES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0001, "0.0001"),
        (0.2, "0.2"),
        (1.0, "1"),
        (2e4, "20,000"),
        (1e-5, "10⁻⁵"),
        (5e-6, "5·10⁻⁶"),
        (1e12, "10¹²"),
        (0.0, "0"),
    ],
)
def test_ticks_are_numbers_in_letters_of_one_size(value, text):
    assert tick_label(value) == text


@pytest.mark.parametrize(("value", "text"), [(3.649, "3.65"), (1272.0, "1,270"), (67.1, "67.1"), (0.01234, "0.0123")])
def test_three_digits_are_enough(value, text):
    assert in_short(value) == text


def test_units_have_one_spelling():
    assert QUANTITIES["energy_pj"].label == "energy (µJ)" and QUANTITIES["latency_ns"].label == "latency (µs)"
    assert QUANTITIES["area_um2"].label == "area (mm²)" and QUANTITIES["tops_per_mm2"].label == "TOPS/mm²"
    assert QUANTITIES["edap_pj_ns_um2"].directed == "EDAP (mJ ms mm²), lower is better"
