"""What a layer costs on a chip whose global blocks are given: what the network models share (sections 10 to 12)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from xpert_evo.hardware import activity
from xpert_evo.hardware.arrays.converters import conversion_w
from xpert_evo.hardware.arrays.crossbar import Periphery, crossbar
from xpert_evo.hardware.arrays.floorplan import Floorplan, Matrix
from xpert_evo.hardware.arrays.inside_tiles import InsideTiles, inside_tiles
from xpert_evo.hardware.arrays.pe import ProcessingElement, Work, processing_element
from xpert_evo.hardware.arrays.tile import Tile, tile_of
from xpert_evo.hardware.components import adc, flip_flops
from xpert_evo.hardware.components.adder_tree import adder_tree
from xpert_evo.hardware.components.buffer import Buffer, register_file
from xpert_evo.hardware.components.pooling import CYCLES as POOL_CYCLES
from xpert_evo.hardware.components.pooling import pool_unit
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import HTree, ceil_log2
from xpert_evo.hardware.distinct import distinct, taken
from xpert_evo.hardware.layers import LayerMetrics, LayerTable
from xpert_evo.hardware.preset import HardwarePreset

GLOBAL_CORE_BITS = 16384
GLOBAL_LINE_BITS = 128
CHIP_FOLD = 4
WORD_BITS = 16  # of sums and averages between layers, which the accuracy model has in floating point
UM2, NS, PJ, UW = 1e12, 1e9, 1e12, 1e6  # from SI


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


@dataclass(frozen=True)
class GlobalBlocks:
    """The global blocks that each of N layers uses.

    Attributes:
        core: of the global buffer. ports: lines a cycle that it delivers; shared: by how many such layers.
        bus_width: W_g, bits. tree: the H-tree over tiles. whole_transfers: count started transfers as whole ones.
    """

    core: Buffer
    ports: np.ndarray
    shared: np.ndarray
    bus_width: np.ndarray
    tree: HTree
    whole_transfers: bool


@dataclass(frozen=True)
class LayerAreas:
    """Areas that a layer is charged with, m2: the parts of `total`."""

    total: np.ndarray
    array: np.ndarray
    interconnect: np.ndarray
    adc: np.ndarray
    accumulation: np.ndarray
    driver: np.ndarray
    write: np.ndarray
    mux: np.ndarray
    register: np.ndarray
    buffer: np.ndarray
    relu: np.ndarray
    pooling: np.ndarray


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


@cache
def global_core(preset: HardwarePreset) -> Buffer:
    """One core of the global buffer."""
    core = register_file(preset.technology, GLOBAL_CORE_BITS, GLOBAL_LINE_BITS)
    return core.of_energy(preset.buffer_energy_fj_per_bit)


def narrowed(preset: HardwarePreset, bus_width: np.ndarray) -> np.ndarray:
    """Bus widths, bits, halved until none is beyond the preset's largest."""
    while (bus_width > preset.largest_bus_bits).any():
        bus_width = np.where(bus_width > preset.largest_bus_bits, bus_width // 2, bus_width)
    return bus_width


def moved_bits(tiles: TiledLayers) -> tuple[np.ndarray, np.ndarray]:
    """Bits out of the global buffer and into it, of each layer (section 11.2); whole words where others than a single
    layer read them."""
    layers = tiles.layers
    bits = tiles.periphery.input_bits
    if layers.writes_words is not None:
        bits = np.where(layers.writes_words, WORD_BITS, bits)
    return layers.rows * tiles.work.vectors, layers.held_outputs * bits


def words(layers: LayerTable) -> tuple[np.ndarray, np.ndarray]:
    """Words that are added up beside each layer's windows, and those that are read from the buffer for it."""
    if layers.added is None or layers.read_again is None:
        return np.zeros(layers.rows.shape), np.zeros(layers.rows.shape)
    return layers.added * layers.out_channels, layers.read_again * layers.out_channels


def port_bits(tiles: TiledLayers) -> np.ndarray:
    """Bits through the ports of the global buffer, of each layer: adders stand at the ports and take a word in the time
    that it passes."""
    added, _ = words(tiles.layers)
    return np.sum(moved_bits(tiles), axis=0) + WORD_BITS * added


def tree_bits(preset: HardwarePreset, tiles: TiledLayers) -> np.ndarray:
    """Bits over the chip's H-tree, of each layer: to and from the buffer and, where the switch has it so, of the sums
    that its tiles send to the adders, a value and a sign each as inside a tile."""
    moved = np.sum(moved_bits(tiles), axis=0)
    if preset.switches.tile_sums == "free":
        return moved
    sums = tiles.plan.tile_rows * tiles.layers.out_channels * tiles.work.windows
    return moved + sums * (1 + tiles.blocks.tile.sum_bits)


def global_accumulation_area(preset: HardwarePreset, tiles: TiledLayers, inputs: np.ndarray) -> np.ndarray:
    """Of the adders that sum so many tile rows, m2."""
    blocks = tiles.blocks
    return adder_tree(preset.technology, inputs, blocks.sum_bits, preset.rounding_clock_hz).area * blocks.lanes


def layer_costs(
    preset: HardwarePreset,
    tiles: TiledLayers,
    chip: GlobalBlocks,
    areas: LayerAreas,
    chip_area: np.ndarray,
    tile_leakage: np.ndarray,
    leaking_tiles: np.ndarray,
) -> LayerMetrics:
    """What the global blocks add to the tiles' costs, and the totals (sections 11.2, 11.3 and 12).

    Args:
        chip_area: m2, of the layer's chip. tile_leakage: W, of one of its tiles.
        leaking_tiles: how many such tiles leak while the layer runs.
    """
    tech, ip, cells = preset.technology, tiles.periphery.input_bits, tiles.plan.tile_cells
    layers, plan, blocks, work, inside = tiles.layers, tiles.plan, tiles.blocks, tiles.work, tiles.inside
    tile, xbar, bus = blocks.tile, blocks.pe.crossbar, chip.bus_width
    outputs, windows = layers.out_channels, work.windows

    relu_operations = np.ceil(windows * outputs / blocks.lanes)
    relu_j = relu_operations * ip * blocks.lanes * standard_cells(tech).dff_j
    pools = np.ceil(layers.pool_operations / cells)
    tree_of_tiles = adder_tree(tech, plan.tile_rows, blocks.sum_bits, preset.rounding_clock_hz)
    accumulations = np.ceil(plan.tile_columns * outputs * windows / blocks.lanes)

    out_of_buffer, into_buffer = moved_bits(tiles)
    added, read_again = words(layers)
    transfers = tree_bits(preset, tiles) / bus
    transfers = np.ceil(transfers) if chip.whole_transfers else transfers
    buffer_j = (out_of_buffer + WORD_BITS * read_again) * chip.core.read_j + into_buffer * chip.core.write_j
    tree_j = transfers * bus * chip.tree.energy_j_per_bit

    accumulation_cycles = inside.accumulation_cycles + accumulations * tree_of_tiles.cycles
    buffer_cycles = inside.buffer_cycles + port_bits(tiles) / GLOBAL_LINE_BITS / chip.ports * chip.shared
    tree_cycles = inside.interconnect_cycles + transfers * np.ceil(chip.tree.latency_s * preset.rounding_clock_hz)
    other_cycles = buffer_cycles + tree_cycles + relu_operations + POOL_CYCLES * pools
    period_s = preset.digital_period_s(xbar.clock_s)
    sensing_s = xbar.clock_s * inside.sensing_cycles
    accumulation_s, other_s = period_s * accumulation_cycles, period_s * other_cycles
    latency_s = sensing_s + accumulation_s + other_s

    accumulation_j = inside.accumulation_j + accumulations * tree_of_tiles.energy_j * blocks.lanes
    added_j = added * standard_cells(tech).adder_j(WORD_BITS)
    other_j = inside.other_j + buffer_j + tree_j + relu_j + pools * cells * blocks.pool_j + added_j
    energy_j = inside.adc_j + accumulation_j + other_j
    counted = layers.padded_windows if preset.switches.operations == "padded" else layers.windows
    return LayerMetrics(
        tiles=plan.tiles.astype(float),
        filler_tiles=plan.filler_tiles.astype(float),
        tile_cells=cells.astype(float),
        pe_cells=plan.pe_cells.astype(float),
        speedup=plan.speedup.astype(float),
        bus_width_bits=bus.astype(float),
        clock_ns=xbar.clock_s * NS,
        tile_area_um2=tile.area * UM2,
        chip_area_um2=chip_area * UM2,
        array_area_um2=areas.array * UM2,
        interconnect_area_um2=areas.interconnect * UM2,
        adc_area_um2=areas.adc * UM2,
        accumulation_area_um2=areas.accumulation * UM2,
        driver_area_um2=areas.driver * UM2,
        write_area_um2=areas.write * UM2,
        mux_area_um2=areas.mux * UM2,
        register_area_um2=areas.register * UM2,
        buffer_area_um2=areas.buffer * UM2,
        relu_area_um2=areas.relu * UM2,
        pooling_area_um2=areas.pooling * UM2,
        other_area_um2=(areas.total - areas.array - areas.interconnect - areas.adc - areas.accumulation) * UM2,
        latency_ns=latency_s * NS,
        adc_latency_ns=sensing_s * NS,
        accumulation_latency_ns=accumulation_s * NS,
        other_latency_ns=other_s * NS,
        buffer_latency_ns=period_s * buffer_cycles * NS,
        interconnect_latency_ns=period_s * tree_cycles * NS,
        energy_pj=energy_j * PJ,
        adc_energy_pj=inside.adc_j * PJ,
        accumulation_energy_pj=accumulation_j * PJ,
        other_energy_pj=other_j * PJ,
        buffer_energy_pj=(inside.buffer_j + buffer_j) * PJ,
        interconnect_energy_pj=(inside.interconnect_j + tree_j) * PJ,
        leakage_power_uw=plan.tiles * tile_leakage * UW,
        leakage_energy_pj=leaking_tiles * tile_leakage * latency_s * PJ,
        operations=2.0 * counted * layers.group_rows * outputs,
    )


def tile_areas(tiles: TiledLayers, count: np.ndarray) -> LayerAreas:
    """Of so many tiles of each layer's kind."""
    plan, pe, tile, xbar = tiles.plan, tiles.blocks.pe, tiles.blocks.tile, tiles.blocks.pe.crossbar
    pes = count * plan.pes_per_side**2
    crossbars = pes * plan.crossbars_per_side**2
    return LayerAreas(
        total=count * tile.area,
        array=crossbars * xbar.array_area,
        interconnect=count * tile.tree.area,
        adc=crossbars * xbar.adc_area,
        accumulation=crossbars * xbar.accumulation_area + pes * pe.tree_area + count * tile.accumulation_area,
        driver=crossbars * xbar.driver_area,
        write=crossbars * xbar.write_area,
        mux=crossbars * xbar.mux_area,
        register=pes * pe.register_area,
        buffer=count * tile.buffer_area,
        relu=np.zeros(count.shape),
        pooling=np.zeros(count.shape),
    )
