"""Decoders, adder trees, buffers, max-pool units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.components.adder_tree import adder_tree
from xpert_evo.hardware.components.buffer import register_file
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.pooling import pool_unit
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.process.technology import technology

TECH = technology(32)


def test_mux_decoders_table():
    decoder = Decoder(TECH, np.arange(1, 6), mux=True)
    height, width = decoder.free_size()
    assert height * 1e6 == pytest.approx([0, 3.584, 7.168, 14.336, 28.672])
    assert width * 1e6 == pytest.approx([1.702, 1.702, 2.3616, 2.541, 2.842], abs=5e-4)
    assert height * width * 1e12 == pytest.approx([0, 6.10140, 16.92795, 36.4249, 81.4744], rel=2e-6)
    assert decoder.read_j() * 1e15 == pytest.approx([0.103230, 0.400365, 0.733381, 1.06513, 2.21607], rel=5e-6)
    assert decoder.leakage() * 1e12 == pytest.approx([30.126, 159.43, 1098.83, 2137.4, 3722.3], rel=3e-5)


def test_no_address_is_no_decoder():
    decoder = Decoder(TECH, np.array([0, 3]), mux=True)
    for values in (*decoder.free_size(), decoder.access_j(), decoder.leakage(), decoder.mux_delay_s(1e-15, 1e-15)):
        assert values[0] == 0
        assert values[1] > 0


def tree_by_hand(inputs, bits):
    """Adders stage by stage: (full adders, cycles, joules)."""
    cells = standard_cells(TECH)
    full, cycles, joules, left = 0, 0, 0.0, inputs
    for stage in range(int(np.ceil(np.log2(inputs)))):
        full += left // 2 * (bits + stage)
        cycles += np.ceil(cells.adder_delay_s(bits + stage) * 1e9)
        joules += left // 2 * cells.adder_j(bits + stage)
        left //= 2
    return full, cycles, joules


@given(inputs=st.lists(st.integers(1, 40), min_size=1, max_size=6), bits=st.integers(3, 30))
def test_adder_trees_against_a_loop(inputs, bits):
    tree = adder_tree(TECH, np.array(inputs), bits, 1e9)
    for position, count in enumerate(inputs):
        found = (tree.adder_bits[position], tree.cycles[position], tree.energy_j[position])
        assert found == pytest.approx(tree_by_hand(count, bits))


def test_one_input_needs_no_tree():
    tree = adder_tree(TECH, np.array([1]), 12, 1e9)
    assert (tree.area[0], tree.leakage[0], tree.cycles[0], tree.energy_j[0]) == (0, 0, 0, 0)


def test_buffers_of_the_worked_example():
    bits, line = np.array([1024, 304, 16384]), np.array([128, 38, 128])  # a tile's input, its output, a global core
    buffer = register_file(TECH, bits, line)
    assert buffer.area * 1e12 == pytest.approx([2691.9567, 809.23853, 43181.408], rel=1e-7)
    assert buffer.read_j * 1e12 == pytest.approx([0.0095463266, 0.0095596897, 0.0096059564], rel=1e-7)
    assert buffer.write_j * 1e12 == pytest.approx([0.00011284362, 0.00038010482, 0.0013054396], rel=1e-7)
    assert buffer.leakage * 1e6 == pytest.approx([0.24744211, 0.073915798, 3.9556185], rel=1e-7)


def test_pool_units():
    area, joules = pool_unit(TECH, np.array([2, 4, 8]), accidents=False)
    built, _ = pool_unit(TECH, np.array([2, 4, 8]), accidents=True)
    assert area * 1e12 == pytest.approx([34.9741, 63.0841, 124.207], rel=1e-5)
    assert built * 1e12 == pytest.approx([34.9741, 65.3722, 124.207], rel=1e-5)
    assert joules[2] * 1e15 == pytest.approx(8.71583, rel=1e-6)


@pytest.mark.parametrize("node", [45, 65])
def test_folded_nor_gates_at_older_nodes(node):
    """Three pitches a folded gate, three comparators a unit; with 2 input bits both NORs are the same gate."""
    tech = technology(node)
    as_built, sane = (pool_unit(tech, np.array([2, 3, 8]), accidents=kept)[0] for kept in (True, False))
    gate = 3 * 3.8 * tech.feature_m * tech.cell_height_m
    assert as_built - sane == pytest.approx(3 * gate * np.array([2, 1, 1]))
