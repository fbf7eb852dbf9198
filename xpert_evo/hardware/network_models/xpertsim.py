"""The original's network model: each layer on a chip of its own, beside a filler layer (sections 7 to 12).

Kept as it is, slips included, so that it can be compared with the original's answers; see ../README.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.design.designs import AdcType
from xpert_evo.hardware import activity
from xpert_evo.hardware.components import adc, flip_flops
from xpert_evo.hardware.components.adder_tree import NOMINAL_CLOCK_HZ, adder_tree
from xpert_evo.hardware.components.buffer import Buffer, register_file
from xpert_evo.hardware.components.pooling import CYCLES as POOL_CYCLES
from xpert_evo.hardware.components.pooling import pool_unit
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import HTree, ceil_log2, h_tree
from xpert_evo.hardware.crossbar import Periphery, crossbar
from xpert_evo.hardware.distinct import distinct, taken
from xpert_evo.hardware.floorplan import Floorplan, Matrix, floorplan
from xpert_evo.hardware.inside_tiles import InsideTiles, inside_tiles
from xpert_evo.hardware.layers import LayerMetrics, LayerTable
from xpert_evo.hardware.pe import ProcessingElement, Work, processing_element
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.tile import Tile, tile_of

FILLER = (64, 512)  # input and output channels; turned round for a layer that is like it
FILLER_KERNEL = 3
GLOBAL_CORE_BITS = 16384
GLOBAL_LINE_BITS = 128
LARGEST_BUS_BITS = 2048
CHIP_FOLD = 4
UM2, NS, PJ, UW = 1e12, 1e9, 1e12, 1e6  # from SI


def evaluate(preset: HardwarePreset, layers: LayerTable) -> LayerMetrics:
    """The costs of N layers.

    Args:
        preset: the chip.
        layers: arrays (N,), checked.

    Returns:
        Arrays (N,).
    """
    filler_in, filler_out = _filler(layers)
    layer = Matrix(layers.rows, layers.out_channels * preset.cells_per_weight)
    filler = Matrix(filler_in * FILLER_KERNEL**2, filler_out * preset.cells_per_weight)
    first, pair = distinct(layer.rows, layer.columns, filler.rows)
    plan = taken(floorplan(taken(layer, first), taken(filler, first), preset.crossbar_size), pair)

    is_sar, levels = layers.adc_type == AdcType.SAR, layers.adc_levels
    periphery = Periphery(layers.column_sharing, is_sar, levels, layers.input_bits)
    first, kind = distinct(
        layers.column_sharing, is_sar, levels, layers.input_bits, plan.tile_cells, plan.crossbars_per_side
    )
    blocks = taken(_blocks(preset, taken(periphery, first), taken(plan, first)), kind)

    work = _work(preset, layers, layer, periphery, plan, blocks.pe.crossbar.conversion_s)
    inside = inside_tiles(preset, periphery, plan, layer, blocks.pe, blocks.tile, work)
    chip = _chip(preset, layers, periphery, plan, blocks, filler_in)
    return _costs(preset, layers, layer, periphery, plan, blocks, chip, work, inside)


def _filler(layers: LayerTable) -> tuple[np.ndarray, np.ndarray]:
    like_it = (layers.in_channels == FILLER[0]) & (layers.out_channels == FILLER[1])
    return np.where(like_it, FILLER[1], FILLER[0]), np.where(like_it, FILLER[0], FILLER[1])


@dataclass(frozen=True)
class _Blocks:
    """What periphery, tile and PE size alone determine.

    Attributes:
        lanes: ReLU units, and global accumulation trees side by side. sum_bits: B_G.
        pool_area, relu_area: of all units, m2. pool_j: energy of an operation of one max-pool unit.
        bus_width: W_g, bits.
    """

    pe: ProcessingElement
    tile: Tile
    lanes: np.ndarray
    sum_bits: np.ndarray
    pool_area: np.ndarray
    pool_j: np.ndarray
    relu_area: np.ndarray
    bus_width: np.ndarray


def _blocks(preset: HardwarePreset, periphery: Periphery, plan: Floorplan) -> _Blocks:
    tech, m, ip, cells = preset.technology, periphery.sharing, periphery.input_bits, plan.tile_cells
    pe = processing_element(preset, periphery, crossbar(preset, periphery), plan.crossbars_per_side)
    lanes = np.ceil(cells / m)
    pool_area, pool_j = pool_unit(tech, ip, accidents=preset.rounding_accidents)
    bus = 2 * (cells + cells // m)
    while (bus > LARGEST_BUS_BITS).any():
        bus = np.where(bus > LARGEST_BUS_BITS, bus // 2, bus)
    whole_bits = np.ceil(periphery.adc_bits - 1e-9)
    return _Blocks(
        pe=pe,
        tile=tile_of(preset, periphery, pe, plan.pes_per_side, plan.pe_cells),
        lanes=lanes,
        sum_bits=whole_bits + ip + preset.cells_per_weight + 1 + ceil_log2(plan.crossbars_per_side * plan.pes_per_side),
        pool_area=cells * pool_area,
        pool_j=pool_j,
        relu_area=flip_flops.area(tech, ip * lanes),
        bus_width=bus,
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
    if siemens is None:
        row_blocks, _ = layer.parts(preset.crossbar_size)
        siemens = activity.default_column_siemens(preset, active, layer.rows, row_blocks)
    if idle is None:
        idle = np.zeros(active.shape)
    # G is a mean that includes columns without an active row, which draw idle power.
    in_use = siemens / np.where(idle < 1, 1 - idle, 1.0)
    power = adc.column_w(
        preset.technology, periphery.is_sar, periphery.adc_bits, periphery.levels, in_use, preset.read_voltage_v
    )
    q, s, full = plan.pes_per_side, plan.crossbars_per_side, plan.fully_duplicated
    down = np.where(full, -(-plan.row_speedup // q), 1)
    across = np.where(full, -(-plan.column_speedup // q), 1)
    return Work(
        windows=layers.windows,
        vectors=layers.windows * periphery.input_bits,
        accumulations=layers.windows * (periphery.sharing // preset.cells_per_weight),
        conversion_j=((1 - idle) * power + idle * adc.IDLE_COLUMN_W) * conversion_s,
        active=active,
        duplication=down * across,
        whole=(down >= s) & (across >= s),
    )


@dataclass(frozen=True)
class _Chip:
    """The global blocks of every layer's chip, section 10. cores: Q. areas: m2."""

    core: Buffer
    cores: np.ndarray
    tree: HTree
    accumulation_area: np.ndarray
    area: np.ndarray


def _chip(
    preset: HardwarePreset,
    layers: LayerTable,
    periphery: Periphery,
    plan: Floorplan,
    blocks: _Blocks,
    filler_in: np.ndarray,
) -> _Chip:
    tech = preset.technology
    filler_size = layers.input_size if layers.filler_input_size is None else layers.filler_input_size
    filler_values = (filler_size + FILLER_KERNEL - 1) ** 2 * filler_in
    values = np.maximum(layers.padded_size**2 * layers.in_channels, filler_values)
    cores = np.maximum(1, periphery.input_bits * values // GLOBAL_CORE_BITS)
    core = register_file(tech, GLOBAL_CORE_BITS, GLOBAL_LINE_BITS)
    grid_rows = np.ceil(np.sqrt(plan.chip_tiles) - 1e-9).astype(np.int64)
    grid_columns = -(-plan.chip_tiles // grid_rows)
    tree = h_tree(tech, grid_rows, grid_columns, np.sqrt(blocks.tile.area), blocks.bus_width, CHIP_FOLD)
    accumulation_area = adder_tree(tech, plan.pair_tile_rows, blocks.sum_bits).area * blocks.lanes
    area = (
        plan.chip_tiles * blocks.tile.area
        + cores * core.area
        + tree.area
        + blocks.pool_area
        + accumulation_area
        + blocks.relu_area
    )
    return _Chip(core, cores, tree, accumulation_area, area)


def _costs(
    preset: HardwarePreset,
    layers: LayerTable,
    layer: Matrix,
    periphery: Periphery,
    plan: Floorplan,
    blocks: _Blocks,
    chip: _Chip,
    work: Work,
    inside: InsideTiles,
) -> LayerMetrics:
    """What the global blocks add to the tiles' costs, and the totals (sections 11.2, 11.3 and 12)."""
    tech, ip, cells = preset.technology, periphery.input_bits, plan.tile_cells
    pe, tile, xbar, bus = blocks.pe, blocks.tile, blocks.pe.crossbar, blocks.bus_width
    outputs, windows = layers.out_channels, work.windows

    relu_operations = np.ceil(windows * outputs / blocks.lanes)
    relu_j = relu_operations * ip * blocks.lanes * standard_cells(tech).dff_j
    pools = np.where(layers.max_pool, np.ceil(windows / 4 / cells), 0.0)
    tree_of_tiles = adder_tree(tech, plan.tile_rows, blocks.sum_bits)
    accumulations = np.ceil(plan.tile_columns * outputs * windows / blocks.lanes)

    out_of_buffer = layer.rows * work.vectors
    into_buffer = outputs * work.vectors / np.where(layers.max_pool, 4, 1)
    moved = out_of_buffer + into_buffer
    ports = np.minimum(chip.cores, np.ceil(bus / GLOBAL_LINE_BITS))
    shared = np.ceil(plan.chip_tiles / plan.tiles)
    transfers = np.ceil(moved / bus)
    buffer_j = out_of_buffer * chip.core.read_j + into_buffer * chip.core.write_j
    tree_j = transfers * bus * chip.tree.energy_j_per_bit

    accumulation_cycles = inside.accumulation_cycles + accumulations * tree_of_tiles.cycles
    buffer_cycles = inside.buffer_cycles + moved / GLOBAL_LINE_BITS / ports * shared
    tree_cycles = inside.interconnect_cycles + transfers * np.ceil(chip.tree.latency_s * NOMINAL_CLOCK_HZ)
    other_cycles = buffer_cycles + tree_cycles + relu_operations + POOL_CYCLES * pools
    latency_s = xbar.clock_s * (inside.sensing_cycles + accumulation_cycles + other_cycles)

    accumulation_j = inside.accumulation_j + accumulations * tree_of_tiles.energy_j * blocks.lanes
    other_j = inside.other_j + buffer_j + tree_j + relu_j + pools * cells * blocks.pool_j
    energy_j = inside.adc_j + accumulation_j + other_j

    pes = plan.chip_tiles * plan.pes_per_side**2
    crossbars = pes * plan.crossbars_per_side**2
    array_area, adc_area = crossbars * xbar.array_area, crossbars * xbar.adc_area
    interconnect_area = plan.chip_tiles * tile.tree.area + chip.tree.area
    accumulation_area = (
        crossbars * xbar.accumulation_area
        + pes * pe.tree_area
        + plan.chip_tiles * tile.accumulation_area
        + chip.accumulation_area
    )
    tile_leakage = tile.leakage(pe.leakage(-(-inside.last_rows // preset.crossbar_size)))
    return LayerMetrics(
        tiles=plan.tiles.astype(float),
        filler_tiles=plan.filler_tiles.astype(float),
        tile_cells=cells.astype(float),
        pe_cells=plan.pe_cells.astype(float),
        speedup=plan.speedup.astype(float),
        bus_width_bits=bus.astype(float),
        clock_ns=xbar.clock_s * NS,
        tile_area_um2=tile.area * UM2,
        chip_area_um2=chip.area * UM2,
        array_area_um2=array_area * UM2,
        interconnect_area_um2=interconnect_area * UM2,
        adc_area_um2=adc_area * UM2,
        accumulation_area_um2=accumulation_area * UM2,
        other_area_um2=(chip.area - array_area - interconnect_area - adc_area - accumulation_area) * UM2,
        latency_ns=latency_s * NS,
        adc_latency_ns=xbar.clock_s * inside.sensing_cycles * NS,
        accumulation_latency_ns=xbar.clock_s * accumulation_cycles * NS,
        other_latency_ns=xbar.clock_s * other_cycles * NS,
        buffer_latency_ns=xbar.clock_s * buffer_cycles * NS,
        interconnect_latency_ns=xbar.clock_s * tree_cycles * NS,
        energy_pj=energy_j * PJ,
        adc_energy_pj=inside.adc_j * PJ,
        accumulation_energy_pj=accumulation_j * PJ,
        other_energy_pj=other_j * PJ,
        buffer_energy_pj=(inside.buffer_j + buffer_j) * PJ,
        interconnect_energy_pj=(inside.interconnect_j + tree_j) * PJ,
        leakage_power_uw=plan.tiles * tile_leakage * UW,
        leakage_energy_pj=plan.filler_tiles * tile_leakage * latency_s * PJ,
        operations=2.0 * layers.padded_size**2 * layers.rows * outputs,
    )
