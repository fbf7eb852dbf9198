"""Networks that aren't chains, on a chip: against arithmetic by hand."""

import math

import numpy as np
import pytest

from tests.design.networks.examples import MIXED, RESIDUAL
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.networks.registry import backbone, backbones
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.arrays.floorplan import Matrix
from xpert_evo.hardware.layers import layer_table
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.network_models import chip
from xpert_evo.hardware.network_models.held import Held
from xpert_evo.hardware.network_models.tiled_layers import matrix_of
from xpert_evo.hardware.network_models.traffic import WORD_BITS
from xpert_evo.hardware.tables import CostTables

MODEL = HardwareModel.from_preset("xpert-rram", "chip", "offset")  # 64 rows, 64 crossbars a tile, 2 cells a weight
SIDE, TILE_SIDE = 64, 512


def crossbars_and_tiles(designs: Designs) -> tuple[list[int], list[int]]:
    """Of the first design's layers; copies of a layer aren't counted."""
    layers = layer_table(designs, MODEL.preset).flat()
    down, across = matrix_of(MODEL.preset, layers).parts(SIDE)
    tiles = chip.on_tiles(MODEL.preset, layers).plan.tiles
    return (down * across).tolist(), tiles.tolist()


def test_resnet_20_lies_on_150_crossbars_and_26_tiles():
    crossbars, tiles = crossbars_and_tiles(stack([homogeneous(network="resnet20")]))
    # Rows are 27, 144, 288 and 576: 1, 3, 5 and 9 blocks of 64. Columns are 32, 64 and 128: 1, 1 and 2 of them.
    stem, first_stage = [1], [3] * 6
    second_stage = [3, 5, 1] + [5] * 4  # its second layer's shortcut has 16 rows
    third_stage = [5 * 2, 9 * 2, 1 * 2] + [9 * 2] * 4
    assert crossbars == stem + first_stage + second_stage + third_stage and sum(crossbars) == 150
    # 576 rows are more than a tile's 512.
    assert tiles == [1] * 15 + [2, 1] + [2] * 4 and sum(tiles) == 26


def test_mobilenet_v2_lies_on_crossbars_group_by_group():
    designs = stack([homogeneous(network="mobilenetv2")])
    crossbars, tiles = crossbars_and_tiles(designs)
    # Expansion, outputs and blocks of each stage (Sandler et al., table 2); 7 groups of 9 rows to a crossbar.
    stages = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
    wanted, wanted_tiles, inputs = [1], [1], 32
    for expansion, outputs, blocks in stages:
        for _ in range(blocks):
            inner = expansion * inputs
            if expansion > 1:
                wanted.append(-(-inputs // SIDE) * -(-2 * inner // SIDE))
                wanted_tiles.append(-(-inputs // TILE_SIDE) * -(-2 * inner // TILE_SIDE))
            of_groups = math.ceil(inner / 7)
            wanted.append(of_groups)
            wanted_tiles.append(math.ceil(of_groups / 8))  # side by side, eight to a tile
            wanted.append(-(-inner // SIDE) * -(-2 * outputs // SIDE))
            wanted_tiles.append(-(-inner // TILE_SIDE) * -(-2 * outputs // TILE_SIDE))
            inputs = outputs
    wanted.append(5 * 40)
    wanted_tiles.append(1 * 5)
    assert crossbars == wanted and tiles == wanted_tiles
    assert max(crossbars) == 200 and crossbars[1] == 5 and crossbars[-3] == 138, "of 32 and of 960 groups"
    macs = designs.macs()[0]
    assert macs == (designs.rows_a_group * designs.channels * designs.sizes.outputs**2).sum() and 8.7e7 < macs < 8.9e7


@pytest.mark.parametrize(
    ("groups", "rows", "columns", "crossbars"),
    [
        (8, 9, 2, 2),  # 7 share a crossbar
        (4, 40, 64, 4),  # one fills its columns
        (2, 130, 20, 2 * 3),  # three blocks of rows each
        (3, 9, 130, 3 * 3),  # three crossbars of columns each
    ],
)
def test_groups_lie_in_blocks_on_the_diagonal(groups, rows, columns, crossbars):
    matrix = Matrix.of_groups(np.array(groups), np.array(rows), np.array(columns), SIDE)
    down, across = matrix.parts(SIDE)
    assert down * across == crossbars
    assert matrix.filled is not None and matrix.filled * matrix.columns == groups * columns
    assert matrix.inputs == groups * rows


def test_a_buffer_holds_what_waits():
    """Of `RESIDUAL` at 8 x 8 with inputs of 3, 4 and 5 bits: a's outputs wait in words while b runs."""
    design = homogeneous(network=RESIDUAL, image_size=8, image_channels=1)
    genes = [
        layer.model_copy(update={"input_bits": bits}) for layer, bits in zip(design.layers, (3, 4, 5), strict=True)
    ]
    designs = stack([design.model_copy(update={"layers": tuple(genes)})])
    bits = designs.input_bits * designs.sizes.inputs**2 * designs.input_channels
    held = Held(RESIDUAL.schedule(8), 1)
    during_b = WORD_BITS * 64 * 4 + 5 * 64 * 4
    assert held.most_bits(bits, designs.channels).tolist() == [during_b] and held.adds


def test_an_addition_has_area_energy_and_latency():
    """Beside the same network without its skip path."""
    skipping = homogeneous(network=RESIDUAL, image_size=8, image_channels=1)
    chain = [operation for operation in RESIDUAL.to_json()["operations"] if operation["name"] != "sum"]
    for operation in chain:
        operation["inputs"] = [name.replace("sum", "b") for name in operation["inputs"]]
    plain = homogeneous(
        network=type(RESIDUAL)(name="plain", image_channels=1, operations=tuple(chain)), image_size=8, image_channels=1
    )
    one, other = (MODEL.evaluate(stack([design])) for design in (skipping, plain))
    for metric in ("energy_pj", "latency_ns", "area_um2", "leakage_energy_pj"):
        assert getattr(one, metric)[0] > getattr(other, metric)[0]
    assert one.tops_per_w[0] < other.tops_per_w[0]


def test_only_a_groups_own_rows_carry_its_sums():
    """A depthwise layer draws less than a dense one of as many rows a crossbar, and more than its own cells alone."""
    designs = stack([homogeneous(network=MIXED, image_size=8, image_channels=1)])
    layers = layer_table(designs, MODEL.preset).flat()
    assert layers.group_rows.tolist() == [1, 9, 6, 90] and layers.rows.tolist() == [1, 54, 6, 90]
    work = chip.on_tiles(MODEL.preset, layers).work
    dense = layers.each(lambda array: array.copy())
    assert dense.groups is not None
    dense.groups[:] = 1
    assert work.conversion_j[1] < chip.on_tiles(MODEL.preset, dense).work.conversion_j[1]


@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
@pytest.mark.parametrize("name", [*backbones(), "small"])
def test_tables_say_what_formulas_say(name, network_model):
    network = MIXED if name == "small" else backbone(name)
    space = SearchSpace.build(
        SpaceSettings(widths=(0.25, 1.0), column_sharing=(4, 8), adc_bits=(4, 6), input_bits=(3, 8)),
        network=network,
        image_size=32,
        image_channels=network.image_channels,
        classes=10,
    )
    model = HardwareModel.from_preset("xpert-rram", network_model, "differential")
    genomes = space.sample(60, np.random.default_rng(1))
    found, wanted = CostTables.build(model, space).evaluate(genomes), model.evaluate(space.decode(genomes))
    for metric in ("energy_pj", "latency_ns", "area_um2", "edap_pj_ns_um2", "tops"):
        np.testing.assert_allclose(getattr(found, metric), getattr(wanted, metric), rtol=3e-6)
