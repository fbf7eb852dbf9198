import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.components.wires import bus_wire, ceil_log2, floor_log2, h_tree, tree_wire
from xpert_evo.hardware.process.technology import technology


@pytest.mark.parametrize(
    ("node", "tree", "bus"),
    [  # size, spacing um, repeater width um, J/bit/m; size, spacing um, J/bit/m: section 5.15
        (22, (47, 108.8318, 1.0032, 4.869212e-11), (94, 120.9243, 5.847614e-11)),
        (32, (48, 199.9782, 1.5808, 5.504920e-11), (96, 222.1980, 6.609349e-11)),
        (45, (52, 367.5583, 2.5650, 6.819274e-11), (104, 408.3982, 8.216660e-11)),
        (65, (56, 681.5349, 3.9520, 8.274087e-11), (112, 757.2610, 1.002864e-10)),
    ],
)
def test_repeated_wires(node, tree, bus):
    wire = tree_wire(technology(node))
    found = (wire.size, wire.spacing * 1e6, float(wire.repeater.width) * 1e6, wire.energy_j_per_bit_m)
    assert found == pytest.approx(tree, rel=1e-6)
    wire = bus_wire(technology(node))
    assert (wire.size, wire.spacing * 1e6, wire.energy_j_per_bit_m) == pytest.approx(bus, rel=1e-6)


@given(st.integers(1, 2**40))
def test_logarithms_of_whole_numbers_are_exact(value):
    assert ceil_log2(value) == (value - 1).bit_length()
    assert floor_log2(value) == value.bit_length() - 1


def test_a_tree_of_one_unit_is_its_main_bus_alone():
    tree = h_tree(technology(32), np.array([1, 3]), np.array([1, 3]), np.array([1e-3, 1e-3]), np.array([1152, 1152]), 4)
    assert tree.energy_j_per_bit[1] > tree.energy_j_per_bit[0]
    assert tree.latency_s[1] > tree.latency_s[0]
