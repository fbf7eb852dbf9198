import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.arrays.floorplan import Matrix, paired_floorplan

FILLER = Matrix(np.array([576]), np.array([1024]))


def plan_of(rows, columns, size=64):
    return paired_floorplan(Matrix(np.array([rows]), np.array([columns])), FILLER, size)


def test_worked_examples():
    plan = plan_of(1152, 256)
    assert (plan.tile_cells[0], plan.pe_cells[0]) == (512, 256)
    assert (plan.pes_per_side[0], plan.crossbars_per_side[0]) == (2, 4)
    assert (plan.tile_rows[0], plan.tile_columns[0], plan.filler_tiles[0], plan.chip_tiles[0]) == (3, 1, 4, 7)
    assert plan.speedup[0] == 2
    sram = paired_floorplan(
        Matrix(np.array([1152]), np.array([1024])), Matrix(np.array([576]), np.array([4096])), crossbar_size=128
    )
    assert (sram.tile_cells[0], sram.pe_cells[0], sram.tiles[0], sram.filler_tiles[0]) == (1024, 512, 2, 4)
    assert not sram.duplicated[0]


@given(rows=st.integers(1, 9 * 512), columns=st.integers(1, 2048), size=st.sampled_from([32, 64, 128]))
def test_a_layer_fits_its_tiles_with_all_its_copies(rows, columns, size):
    plan = plan_of(rows, columns, size)
    tile, pe = plan.tile_cells[0], plan.pe_cells[0]
    assert plan.tile_rows[0] * tile >= rows > (plan.tile_rows[0] - 1) * tile
    assert plan.tile_columns[0] * tile >= columns > (plan.tile_columns[0] - 1) * tile
    assert plan.pes_per_side[0] * pe == tile
    assert plan.crossbars_per_side[0] * size == pe
    assert plan.speedup[0] * rows * columns <= plan.tiles[0] * tile**2
    assert plan.fully_duplicated[0] <= plan.duplicated[0]


def test_layers_are_planned_apart():
    rows, columns = np.array([27, 1152, 4608]), np.array([128, 256, 1024])
    filler = Matrix(np.full(3, 576), np.full(3, 1024))
    together = paired_floorplan(Matrix(rows, columns), filler, 64)
    for number in range(3):
        alone = plan_of(rows[number], columns[number])
        for name, values in vars(alone).items():
            assert getattr(together, name)[number] == values[0], name
