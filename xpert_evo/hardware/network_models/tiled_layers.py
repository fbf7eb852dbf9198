"""Layers laid out in tiles: each one's periphery, cells, blocks and the work they do (sections 10 and 11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware import activity
from xpert_evo.hardware.arrays.converters import conversion_w
from xpert_evo.hardware.arrays.crossbar import Periphery, crossbar
from xpert_evo.hardware.arrays.floorplan import Floorplan, Matrix
from xpert_evo.hardware.arrays.inside_tiles import InsideTiles, inside_tiles
from xpert_evo.hardware.arrays.pe import ProcessingElement, Work, processing_element
from xpert_evo.hardware.arrays.tile import Tile, tile_of
from xpert_evo.hardware.components import adc, flip_flops
from xpert_evo.hardware.components.pooling import pool_unit
from xpert_evo.hardware.components.wires import ceil_log2
from xpert_evo.hardware.distinct import distinct, taken
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.preset import HardwarePreset


@dataclass(frozen=True)
class Blocks:
    """What periphery, tile and PE size alone determine.

    Attributes:
        lanes: ReLU units, and global accumulation trees side by side. sum_bits: B_G.
        pool_area, relu_area: of all units, m2. pool_j: energy of an operation of one max-pool unit.
    """

    pe: ProcessingElement
    tile: Tile
    lanes: np.ndarray
    sum_bits: np.ndarray
    pool_area: np.ndarray
    pool_j: np.ndarray
    relu_area: np.ndarray


@dataclass(frozen=True)
class TiledLayers:
    """Layers on their tiles; arrays (N,).

    Attributes:
        work: what their PEs are given. inside: what that costs.
    """

    layers: LayerTable
    matrix: Matrix
    periphery: Periphery
    plan: Floorplan
    blocks: Blocks
    work: Work
    inside: InsideTiles


def periphery_of(preset: HardwarePreset, layers: LayerTable) -> Periphery:
    """The peripheral genes of layers; where a crossbar has fewer pairs than an ADC may serve, it serves them all."""
    return Periphery(
        np.minimum(layers.column_sharing, preset.conversions),
        layers.adc_type,
        layers.adc_levels,
        layers.input_bits,
        preset.cells_per_weight(layers.weight_bits),
    )


def matrix_of(preset: HardwarePreset, layers: LayerTable) -> Matrix:
    """The cell matrices of layers."""
    columns = preset.columns_per_weight(layers.weight_bits)
    if layers.groups is None:
        return Matrix(layers.rows, layers.out_channels * columns)
    return Matrix.of_groups(layers.groups, layers.group_rows, layers.group_columns * columns, preset.crossbar_size)


def tiled(preset: HardwarePreset, layers: LayerTable, plan: Floorplan) -> TiledLayers:
    """Layers on the tiles of their floorplan."""
    periphery, matrix = periphery_of(preset, layers), matrix_of(preset, layers)
    first, kind = distinct(
        periphery.sharing,
        periphery.adc_type,
        periphery.levels,
        periphery.input_bits,
        periphery.cells_per_weight,
        plan.tile_cells,
        plan.crossbars_per_side,
    )
    blocks = taken(_blocks(preset, taken(periphery, first), taken(plan, first)), kind)
    work = _work(preset, layers, matrix, periphery, plan, blocks.pe.crossbar.conversion_s)
    inside = inside_tiles(preset, periphery, plan, matrix, blocks.pe, blocks.tile, work)
    return TiledLayers(layers, matrix, periphery, plan, blocks, work, inside)


def _blocks(preset: HardwarePreset, periphery: Periphery, plan: Floorplan) -> Blocks:
    tech, ip, cells = preset.technology, periphery.input_bits, plan.tile_cells
    pe = processing_element(preset, periphery, crossbar(preset, periphery), plan.crossbars_per_side)
    lanes = preset.adcs_under(cells, periphery.sharing).astype(float)
    pool_area, pool_j = pool_unit(tech, ip, accidents=preset.switches.rounding_accidents)
    whole_bits = np.ceil(periphery.adc_bits - 1e-9)
    return Blocks(
        pe=pe,
        tile=tile_of(preset, periphery, pe, plan.pes_per_side, plan.pe_cells),
        lanes=lanes,
        sum_bits=whole_bits
        + ip
        + periphery.cells_per_weight
        + 1
        + ceil_log2(plan.crossbars_per_side * plan.pes_per_side),
        pool_area=cells * pool_area,
        pool_j=pool_j,
        relu_area=flip_flops.area(tech, ip * lanes),
    )


def _work(
    preset: HardwarePreset,
    layers: LayerTable,
    layer: Matrix,
    periphery: Periphery,
    plan: Floorplan,
    conversion_s: np.ndarray,
) -> Work:
    active, siemens, idle = layers.active_rows, layers.column_siemens, layers.idle_columns
    if active is None:
        reads_image = layers.in_channels == 3 if layers.reads_image is None else layers.reads_image
        active = activity.default_active_rows(layers.input_size, layers.kernel, layers.input_bits, reads_image)
    row_blocks, _ = layer.parts(preset.crossbar_size)
    if siemens is None:
        own = layers.group_rows if layers.groups is not None else layer.rows
        siemens = activity.default_column_siemens(preset, active, own, row_blocks, layers.weight_bits)
        if layers.groups is not None:  # in a group's columns cells of other groups' rows are off
            others = (layer.rows - layers.group_rows) / row_blocks
            siemens = siemens + active * others * activity.off_siemens(preset, layers.weight_bits)
    if idle is None:
        idle = np.zeros(active.shape)
    # G is a mean that includes columns without an active row, which draw idle power.
    in_use = siemens / np.where(idle < 1, 1 - idle, 1.0)
    cells_w = None
    if preset.cell_read_energy_fj is not None:
        cells = active * (layer.rows / row_blocks) * preset.encoding.columns_drawn
        cells_j = cells / np.where(idle < 1, 1 - idle, 1.0) * preset.cell_read_energy_fj * 1e-15
        cells_w = cells_j / conversion_s
    power = conversion_w(preset, periphery.adc_type, periphery.levels, in_use, cells_w)
    if preset.encoding.subtracts:
        power = power + adc.comparator_w(preset.technology)
    if layer.filled is not None:
        power = power * layer.filled
    idle_w = adc.IDLE_COLUMN_W * (1.0 if layer.filled is None else layer.filled)
    q, s, full = plan.pes_per_side, plan.crossbars_per_side, plan.fully_duplicated
    down = np.where(full, -(-plan.row_speedup // q), 1)
    across = np.where(full, -(-plan.column_speedup // q), 1)
    return Work(
        windows=layers.windows,
        vectors=layers.windows * periphery.input_bits,
        accumulations=layers.windows * preset.accumulations(periphery.sharing, periphery.cells_per_weight),
        conversion_j=((1 - idle) * power + idle * idle_w) * conversion_s,
        active=active,
        duplication=down * across,
        whole=(down >= s) & (across >= s),
    )
