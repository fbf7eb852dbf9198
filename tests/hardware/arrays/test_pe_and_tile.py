"""Processing elements and tiles against the tool's break-downs."""

import numpy as np
import pytest

from tests.hardware.examples import COARSE, EXAMPLES, PJ, RELATIVE, UM, UM2, UW
from xpert_evo.hardware.arrays.tile import tile_of
from xpert_evo.hardware.components import flip_flops

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def near(expected, rel=RELATIVE):
    return pytest.approx(expected, rel=rel)


@every_example
def test_pe(example):
    pe, parts, tech = example.pe, example.components, example.preset.technology
    assert pe.tree_area[0] * UM2 == near(parts["pe_adder_tree"]["area_um2"])
    side = pe.crossbars_per_side[0]
    height, width = side * pe.crossbar.height[0], side * pe.crossbar.width[0]
    into = height * flip_flops.width_at_height(tech, pe.input_flops[0], height)
    out = width * flip_flops.height_at_width(tech, pe.output_flops[0], width)
    assert into * UM2 == near(parts["pe_input_register"]["area_um2"])
    assert out * UM2 == near(parts["pe_output_register"]["area_um2"])
    assert pe.area[0] == near(side**2 * pe.crossbar.area[0] + pe.tree_area[0] + into + out, 1e-12)
    assert pe.input_bus[0] * UM == near(example.misc["pe_input_bus_length_um"])
    assert pe.output_bus[0] * UM == near(example.misc["pe_output_bus_length_um"])


@every_example
def test_tile(example):
    tile, parts, misc = example.tile, example.components, example.misc
    assert tile.area[0] * UM2 == near(example.golden["layer_result"]["tile_area_um2"], 1e-9)
    assert tile.accumulation_area[0] * UM2 == near(parts["tile_adder_tree"]["area_um2"])
    assert tile.tree.area[0] * UM2 == near(parts["tile_htree"]["area_um2"])
    for name, buffer in (("input", tile.input_buffer), ("output", tile.output_buffer)):
        assert buffer.area[0] * UM2 == near(parts[f"tile_{name}_buffer"]["area_um2"])
        assert buffer.leakage[0] * UW == near(parts[f"tile_{name}_buffer"]["leakage_uW"])
        assert buffer.read_j[0] * PJ == near(misc[f"tile_{name}_buffer_read_pJ_per_bit"])
        assert buffer.write_j[0] * PJ == near(misc[f"tile_{name}_buffer_write_pJ_per_bit"])
    side = example.plan.pes_per_side[0]
    assert side * np.sqrt(example.pe.area[0]) * UM == near(parts["tile_adder_tree"]["width_um"], COARSE)


def test_tree_of_the_worked_example():
    """256 operations with 2 inputs, a PE that holds 128 rows."""
    pe = EXAMPLES[0].pe
    tree = pe.tree(np.array([2]))
    assert 256 * tree.energy_j[0] * pe.trees[0] * PJ == near(282.5544)
    assert 256 * tree.cycles[0] == 512
    assert tree.leakage[0] * pe.trees[0] * UW == near(0.12139238)
    assert (pe.sum_bits[0], pe.trees[0], pe.input_flops[0], pe.output_flops[0]) == (17, 32, 512, 144)


@every_example
def test_a_wider_line_of_the_output_buffer_takes_more_sums_a_cycle(example):
    """As many as there are ADCs below a column of PEs at most; its bits and everything else stay."""
    preset, plan = example.preset, example.plan
    adcs = int(preset.adcs(example.periphery.sharing)[0])
    narrow = example.tile
    for sums in (4, 64):
        wide = tile_of(
            preset.model_copy(update={"tile_sums_per_cycle": sums}),
            example.periphery,
            example.pe,
            plan.pes_per_side,
            plan.pe_cells,
        )
        outputs, nothing = np.array([1e6]), np.zeros(1)
        ratio = narrow.buffer_cycles(outputs, nothing) / wide.buffer_cycles(outputs, nothing)
        assert ratio == pytest.approx(min(sums, adcs))
        assert wide.input_line == narrow.input_line and wide.tree.area == narrow.tree.area
        assert wide.output_buffer.area <= narrow.output_buffer.area, "fewer lines to be decoded"
