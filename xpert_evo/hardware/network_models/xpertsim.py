"""The original's network model: each layer on a chip of its own, beside a filler layer (sections 7 to 12).

With its usual switches it is kept as it is, slips included, so that it can be compared with the original's answers;
see ../README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xpert_evo.hardware.arrays.floorplan import Matrix, paired_floorplan
from xpert_evo.hardware.components.wires import HTree, h_tree
from xpert_evo.hardware.distinct import distinct, taken
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.network_models.costs import NetworkCosts, sum_layers
from xpert_evo.hardware.network_models.layer_costs import (
    CHIP_FOLD,
    UM2,
    GlobalBlocks,
    global_accumulation_area,
    layer_costs,
    tile_areas,
)
from xpert_evo.hardware.network_models.tiled_layers import TiledLayers, matrix_of, tiled
from xpert_evo.hardware.network_models.traffic import GLOBAL_CORE_BITS, GLOBAL_LINE_BITS, global_core, narrowed
from xpert_evo.hardware.preset import HardwarePreset

FILLER = (64, 512)  # input and output channels; turned round for a layer that is like it
FILLER_KERNEL = 3


def evaluate(preset: HardwarePreset, layers: LayerTable, layers_per_design: int) -> NetworkCosts:
    """The costs of N layers, and of the N / L networks of L layers each that they make.

    Args:
        preset: the chip.
        layers: arrays (N,), checked, the layers of a network one after the other.
        layers_per_design: L.
    """
    filler_in, filler_out = _filler(layers)
    matrix = matrix_of(preset, layers)
    filler = Matrix(filler_in * FILLER_KERNEL**2, filler_out * preset.columns_per_weight(layers.weight_bits))
    first, pair = distinct(matrix.rows, matrix.columns, filler.rows, filler.columns)
    plan = taken(paired_floorplan(taken(matrix, first), taken(filler, first), preset.crossbar_size), pair)

    tiles = tiled(preset, layers, plan)
    chip = _chip(preset, tiles, filler_in)
    areas = tile_areas(tiles, plan.chip_tiles)
    with_chip = replace(
        areas,
        total=chip.area,
        interconnect=areas.interconnect + chip.tree.area,
        accumulation=areas.accumulation + chip.accumulation_area,
        buffer=areas.buffer + chip.buffer_area,
        relu=tiles.blocks.relu_area,
        pooling=tiles.blocks.pool_area,
    )
    pe = tiles.blocks.pe
    tile_leakage = tiles.blocks.tile.leakage(pe.leakage(-(-tiles.inside.last_rows // preset.crossbar_size)))
    costs = layer_costs(preset, tiles, chip.blocks, with_chip, chip.area, tile_leakage, plan.filler_tiles)
    area_um2 = costs.chip_area_um2 if preset.switches.chip_blocks else plan.tiles * tiles.blocks.tile.area * UM2
    return NetworkCosts.of_layers(
        costs.reshaped((-1, layers_per_design)), area_um2=sum_layers(area_um2.reshape(-1, layers_per_design))
    )


def _filler(layers: LayerTable) -> tuple[np.ndarray, np.ndarray]:
    like_it = (layers.in_channels == FILLER[0]) & (layers.out_channels == FILLER[1])
    return np.where(like_it, FILLER[1], FILLER[0]), np.where(like_it, FILLER[0], FILLER[1])


@dataclass(frozen=True)
class _Chips:
    """Every layer's chip, section 10. areas: m2."""

    blocks: GlobalBlocks
    tree: HTree
    accumulation_area: np.ndarray
    buffer_area: np.ndarray
    area: np.ndarray


def _chip(preset: HardwarePreset, tiles: TiledLayers, filler_in: np.ndarray) -> _Chips:
    layers, plan, blocks, periphery = tiles.layers, tiles.plan, tiles.blocks, tiles.periphery
    filler_size = layers.input_size if layers.filler_input_size is None else layers.filler_input_size
    filler_values = (filler_size + FILLER_KERNEL - 1) ** 2 * filler_in
    values = np.maximum(layers.padded_size**2 * layers.in_channels, filler_values)
    cores = np.maximum(1, periphery.input_bits * values // GLOBAL_CORE_BITS)
    core = global_core(preset)
    bus = narrowed(preset, 2 * (plan.tile_cells + preset.adcs_under(plan.tile_cells, periphery.sharing)))
    grid_rows = np.ceil(np.sqrt(plan.chip_tiles) - 1e-9).astype(np.int64)
    grid_columns = -(-plan.chip_tiles // grid_rows)
    tree = h_tree(preset.technology, grid_rows, grid_columns, np.sqrt(blocks.tile.area), bus, CHIP_FOLD)
    accumulation_area = global_accumulation_area(preset, tiles, plan.pair_tile_rows)
    area = (
        plan.chip_tiles * blocks.tile.area
        + cores * core.area
        + tree.area
        + blocks.pool_area
        + accumulation_area
        + blocks.relu_area
    )
    shared = GlobalBlocks(
        core=core,
        ports=np.minimum(cores, np.ceil(bus / GLOBAL_LINE_BITS)),
        shared=np.ceil(plan.chip_tiles / plan.tiles),
        bus_width=bus,
        tree=tree,
        whole_transfers=True,
    )
    return _Chips(shared, tree, accumulation_area, cores * core.area, area)
