"""Our own network model has no golden data: it is held to its definitions, and to `xpertsim` switch by switch."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.hardware.test_model import random_designs
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.layers import LayerMetrics, layer_table
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.network_models import chip
from xpert_evo.hardware.preset import load_preset
from xpert_evo.hardware.switches import CHIP, XPERTSIM

CHIP_MODEL = HardwareModel.from_preset("xpert-rram", "chip", "offset")  # as `xpertsim` has it
XPERTSIM_MODEL = HardwareModel.from_preset("xpert-rram", "xpertsim")
BASELINES = stack([homogeneous(adc_type=kind) for kind in ("flash", "sar")])


def with_switches(**changes):
    preset = load_preset("xpert-rram", "chip", "offset")
    return HardwareModel(preset.model_copy(update={"switches": CHIP.model_copy(update=changes)}))


def test_all_switches_differ_between_the_network_models_but_two():
    chip, original = CHIP.model_dump(), XPERTSIM.model_dump()
    assert [name for name in chip if chip[name] == original[name]] == ["tile_pitch", "tile_sums"]


def test_the_network_models_are_their_switches():
    designs = random_designs(20)
    as_original = with_switches(**XPERTSIM.model_dump()).evaluate(designs)
    original = XPERTSIM_MODEL.evaluate(designs)
    assert all((values == getattr(original, name)).all() for name, values in vars(as_original).items())


def test_one_chip_holds_the_tiles_of_all_layers_and_what_they_share():
    costs = CHIP_MODEL.costs(BASELINES)
    layers = costs.layers
    assert (layers.filler_tiles == 0).all()
    assert (layers.tile_cells == 8 * 64).all() and (layers.pe_cells == 4 * 64).all()
    rows, columns = BASELINES.input_channels * 9, BASELINES.channels * 2
    assert (layers.tiles == -(-rows // 512) * -(-columns // 512)).all()
    tiles_alone = with_switches(chip_blocks=False).evaluate(BASELINES)
    shared = sum(getattr(costs, f"shared_{part}_area_um2") for part in ("accumulation", "interconnect", "other"))
    assert (shared > 0).all()
    assert costs.area_um2 == pytest.approx(tiles_alone.area_um2 + shared, rel=1e-12)
    assert tiles_alone.area_um2 == pytest.approx((layers.tiles * layers.tile_area_um2).sum(axis=1), rel=1e-12)
    assert layers.chip_area_um2 == pytest.approx(np.repeat(costs.area_um2[:, None], 13, axis=1), rel=1e-12)


def test_the_global_buffer_holds_a_layers_input_and_output():
    """The second layer of VGG16 needs most: 64 x 32 x 32 values in, pooled to 64 x 16 x 16 out."""
    core_area = 43181.408  # um2, specification, section 15
    cores = {bits: bits * (64 * 32 * 32 + 64 * 16 * 16) // 16384 for bits in (4, 8)}
    assert cores == {4: 20, 8: 40}
    narrow = stack([homogeneous(adc_type="sar"), homogeneous(adc_type="sar", input_bits=4)])
    costs = CHIP_MODEL.costs(narrow)
    other = costs.shared_other_area_um2
    assert costs.shared_buffer_area_um2 == pytest.approx([cores[8] * core_area, cores[4] * core_area])
    relu_and_pool = 1338.8218 / 2 + (63594.037 - 512 * 63.0841)  # what 4 bits less save, accidents aside
    assert other[0] - other[1] - relu_and_pool == pytest.approx((cores[8] - cores[4]) * core_area, rel=1e-3)


def test_digital_circuits_keep_their_own_time():
    flash, sar = (CHIP_MODEL.costs(BASELINES[row : row + 1]).layers for row in (0, 1))
    assert (sar.clock_ns > 3 * flash.clock_ns).all()
    # Nothing but sensing waits for the ADC; wires are longer where tiles are larger.
    assert (sar.buffer_latency_ns == flash.buffer_latency_ns).all()
    assert (sar.accumulation_latency_ns == flash.accumulation_latency_ns).all()
    assert (sar.interconnect_latency_ns <= flash.interconnect_latency_ns).all()
    tied = with_switches(digital_clock="sensing").costs(BASELINES[1:2]).layers
    assert tied.buffer_latency_ns == pytest.approx(sar.buffer_latency_ns * sar.clock_ns, rel=1e-12)


def test_wide_additions_take_a_second_cycle():
    eight = stack([homogeneous(adc_bits=bits) for bits in (7, 8)])
    accumulation = CHIP_MODEL.costs(eight).layers.accumulation_latency_ns.sum(axis=1)
    assert accumulation[1] > 1.2 * accumulation[0]  # 8 + 2 bits: 1.07 ns


def test_max_pools_halve_what_is_written_and_cost_little():
    never = with_switches(max_pool="never").costs(BASELINES)
    pooled = CHIP_MODEL.costs(BASELINES)
    where = BASELINES.network.schedule(32).pools > 0
    assert (pooled.layers.buffer_latency_ns[:, where] < never.layers.buffer_latency_ns[:, where]).all()
    assert (pooled.layers.energy_pj[:, ~where] == never.layers.energy_pj[:, ~where]).all()
    assert (pooled.area_um2 > never.area_um2).all()  # the units, which `never` leaves out


def test_zero_address_decoder_need_no_input_shift_add():
    one, two = (CHIP_MODEL.costs(stack([homogeneous(input_bits=bits)])) for bits in (1, 2))
    assert np.isfinite(one.energy_pj).all()
    for name in ("energy_pj", "latency_ns", "area_um2"):
        assert getattr(one, name)[0] < getattr(two, name)[0], name


def test_the_pitch_of_the_largest_tile_never_shortens_wires():
    designs = random_designs(50)
    mean, largest = CHIP_MODEL.evaluate(designs), with_switches(tile_pitch="largest").evaluate(designs)
    for name in ("energy_pj", "latency_ns", "area_um2"):
        assert (getattr(largest, name) >= getattr(mean, name)).all(), name
    assert (largest.area_um2 > mean.area_um2).any()


SMALL_TILES = load_preset("xpert-rram", "chip", "offset").with_array(128, 4, 4)


def a_wide_layer_on_small_tiles(**changes):
    """512 channels in and out on 4 x 4 pixels: 36 x 8 crossbars of 128 rows, 18 x 4 tiles of four."""
    switches = CHIP.model_copy(update=changes)
    preset = SMALL_TILES.model_copy(update={"switches": switches})
    design = stack([homogeneous(adc_type="sar", column_sharing=8, adc_bits=6, input_bits=8)])
    model = HardwareModel(preset)
    tiles = chip.on_tiles(preset, layer_table(design, preset).each(lambda values: values[0, 8:9]))
    costs = model.costs(design)
    return tiles, LayerMetrics(**{name: values[0, 8] for name, values in vars(costs.layers).items()})


def test_tiles_of_fewer_crossbars_than_a_pe_has_by_hand():
    """Four to a tile and four PEs a tile: every PE is one crossbar, which has nothing to add up or to connect."""
    tiles, layer = a_wide_layer_on_small_tiles()
    assert (layer.tiles, layer.tile_cells, layer.pe_cells) == (18 * 4, 256, 128)
    pe, tile = tiles.blocks.pe, tiles.blocks.tile
    assert (pe.crossbars_per_side, pe.tree_area, pe.input_bus, pe.output_bus) == (1, 0, 0, 0)
    assert pe.tree(np.array([1])).cycles == 0
    cells, windows, adcs, bits = standard_cells(SMALL_TILES.technology), 16, 16, 6 + 8 + 2 + 1
    assert (tile.sum_bits, tile.trees, tile.bus_width) == (bits, 2 * adcs, 2 * 128)
    # 8 columns an ADC are 4 weights of two cells. A tile adds two crossbars' sums, the chip the 18 tiles' below each
    # other, in trees of 9 + 4 + 2 + 1 adders (an odd one out waits), which are as many as there are ADCs below a tile.
    in_tiles = windows * 4 * (18 * 4) * (2 * adcs) * cells.adder_j(bits)
    chip_bits = bits + 1
    each = sum(adders * cells.adder_j(chip_bits + stage) for stage, adders in enumerate((9, 4, 2, 1)))
    on_chip = (4 * 512 * windows / (2 * adcs)) * each * (2 * adcs)
    in_crossbars = windows * 8 * (36 * 8) * pe.crossbar.accumulation_j[0]
    assert layer.accumulation_energy_pj == pytest.approx((in_tiles + on_chip + in_crossbars) * 1e12, rel=1e-9)


def test_tiles_sums_on_the_chips_wires_by_hand():
    """18 tiles below each other send a sum of 1 + 17 bits for each of 512 channels and 16 pixels."""
    _, free = a_wide_layer_on_small_tiles()
    tiles, moved = a_wide_layer_on_small_tiles(tile_sums="moved")
    bits = 18 * 512 * 16 * (1 + 17)
    to_and_from_the_buffer = (4608 + 512) * 8 * 16
    tree_pj = free.interconnect_energy_pj - tiles.inside.interconnect_j[0] * 1e12
    more_pj = moved.interconnect_energy_pj - free.interconnect_energy_pj
    assert more_pj / tree_pj == pytest.approx(bits / to_and_from_the_buffer, rel=1e-9)
    more_ns = moved.interconnect_latency_ns - free.interconnect_latency_ns
    assert more_ns == pytest.approx(moved.latency_ns - free.latency_ns, rel=1e-6) and more_ns > 0
    assert moved.buffer_energy_pj == free.buffer_energy_pj and moved.chip_area_um2 == free.chip_area_um2


def test_all_tiles_and_the_buffer_leak_during_the_whole_inference():
    costs = CHIP_MODEL.costs(BASELINES)
    by_tiles = costs.layers.leakage_power_uw.sum(axis=1) * costs.latency_ns * 1e-3
    assert (costs.leakage_energy_pj > by_tiles).all()
    assert (costs.leakage_energy_pj < 1.2 * by_tiles).all()


def test_tiles_and_pes_of_the_paper():
    preset = load_preset("xpert-rram").model_copy(update={"crossbars_per_pe": 4, "pes_per_tile": 16})
    costs = HardwareModel(preset).costs(BASELINES)
    assert (costs.layers.pe_cells == 2 * 64).all() and (costs.layers.tile_cells == 8 * 64).all()
    assert np.isfinite(costs.energy_pj).all()


@settings(max_examples=30, deadline=None)
@given(row=st.integers(0, 63), layer=st.integers(0, 12), wider=st.sampled_from([32, 64, 128, 256, 512]))
def test_a_wider_layer_never_has_fewer_crossbars_or_less_area(row, layer, wider):
    designs = random_designs(64)[row : row + 1]
    channels = designs.channels.copy()
    channels[0, layer] = max(channels[0, layer], wider)
    before, after = CHIP_MODEL.costs(designs), CHIP_MODEL.costs(replace(designs, channels=channels))
    assert (after.layers.tiles >= before.layers.tiles).all()
    assert after.area_um2[0] >= before.area_um2[0]


def buffer_cores(model, designs):
    """Of the chip, or of every layer's."""
    values = designs.input_bits * designs.sizes.inputs**2 * designs.input_channels
    if model is CHIP_MODEL:
        return -(-(values + np.pad(values[:, 1:], ((0, 0), (0, 1)))).max(axis=1, keepdims=True) // 16384)
    filler = np.where((designs.input_channels == 64) & (designs.channels == 512), 512, 64)
    padded = (designs.sizes.inputs + 2) ** 2 * np.maximum(designs.input_channels, filler)
    return np.maximum(1, designs.input_bits * padded // 16384)


@pytest.mark.parametrize("model", [CHIP_MODEL, XPERTSIM_MODEL], ids=["chip", "xpertsim"])
@settings(max_examples=60, deadline=None)
@given(row=st.integers(0, 63), layer=st.integers(0, 12))
def test_latency_does_not_fall_with_input_bits_at_a_fixed_number_of_buffer_cores(model, row, layer):
    designs = random_designs(64)[row : row + 1]
    bits = designs.input_bits.copy()
    bits[0, layer] = min(bits[0, layer] + 1, 8)
    raised = replace(designs, input_bits=bits)
    same = (buffer_cores(model, designs) == buffer_cores(model, raised)).all(axis=1)
    assume(same.all())
    assert model.evaluate(raised).latency_ns[0] >= model.evaluate(designs).latency_ns[0]


def test_more_input_bits_may_buy_a_wider_buffer():
    """The number of buffer cores, and so the lines a cycle, steps with the bits: the one way latency falls."""
    vgg16 = stack([homogeneous(input_bits=bits) for bits in range(2, 9)])
    small = replace(vgg16, channels=np.full_like(vgg16.channels, 16))
    latency = XPERTSIM_MODEL.costs(small).layers.latency_ns
    falls = np.diff(latency, axis=0) < 0
    assert falls.any()
