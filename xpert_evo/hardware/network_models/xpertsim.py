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
from xpert_evo.hardware.components.buffer import register_file
from xpert_evo.hardware.components.pooling import CYCLES as POOL_CYCLES
from xpert_evo.hardware.components.pooling import pool_unit
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import ceil_log2, h_tree
from xpert_evo.hardware.crossbar import Crossbar, Periphery, crossbar
from xpert_evo.hardware.floorplan import Floorplan, Matrix, floorplan
from xpert_evo.hardware.layers import LayerMetrics, LayerTable
from xpert_evo.hardware.pe import ProcessingElement, Work, pe_cost, processing_element
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
    periphery = Periphery(layers.column_sharing, layers.adc_type == AdcType.SAR, layers.levels, layers.input_bits)
    cells = preset.cells_per_weight
    layer = Matrix(layers.rows, layers.out_channels * cells)
    filler_in, filler_out = _filler(layers)
    plan = floorplan(layer, Matrix(filler_in * FILLER_KERNEL**2, filler_out * cells), preset.crossbar_size)
    xbar = crossbar(preset, periphery)
    pe = processing_element(preset, periphery, xbar, plan.crossbars_per_side)
    tile = tile_of(preset, periphery, pe, plan.pes_per_side, plan.pe_cells)
    work = _work(preset, layers, layer, periphery, plan)
    inside = _inside_tiles(preset, periphery, plan, layer, pe, tile, work)
    return _on_chip(preset, layers, layer, periphery, plan, xbar, pe, tile, inside, work, filler_in)


def _filler(layers: LayerTable) -> tuple[np.ndarray, np.ndarray]:
    like_it = (layers.in_channels == FILLER[0]) & (layers.out_channels == FILLER[1])
    return np.where(like_it, FILLER[1], FILLER[0]), np.where(like_it, FILLER[0], FILLER[1])


def _work(preset: HardwarePreset, layers: LayerTable, layer: Matrix, periphery: Periphery, plan: Floorplan) -> Work:
    tech, blocks = preset.technology, -(-layer.rows // preset.crossbar_size)
    active = layers.active_rows
    if active is None:
        active = activity.default_active_rows(layers.input_size, layers.in_channels, layers.input_bits)
    siemens = layers.column_siemens
    if siemens is None:
        siemens = activity.default_column_siemens(preset, active, layer.rows, blocks)
    idle = np.zeros(active.shape) if layers.idle_columns is None else layers.idle_columns
    bits = periphery.adc_bits
    power = adc.column_w(tech, periphery.is_sar, bits, periphery.levels, siemens / (1 - idle), preset.read_voltage_v)
    mean_power = (1 - idle) * power + idle * adc.IDLE_COLUMN_W

    full = _fully_duplicated(plan)
    q, s = plan.pes_per_side, plan.crossbars_per_side
    down = np.where(full, -(-plan.row_speedup // q), 1)
    across = np.where(full, -(-plan.column_speedup // q), 1)
    return Work(
        windows=layers.windows,
        vectors=layers.windows * periphery.input_bits,
        accumulations=layers.windows * (periphery.sharing // preset.cells_per_weight),
        conversion_j=mean_power * adc.sense_s(periphery.is_sar, bits),
        active=active,
        duplication=down * across,
        whole=(down >= s) & (across >= s),
    )


def _duplicated(plan: Floorplan) -> np.ndarray:
    return plan.row_speedup * plan.column_speedup > 1


def _fully_duplicated(plan: Floorplan) -> np.ndarray:
    q = plan.pes_per_side
    return _duplicated(plan) & (plan.row_speedup >= q) & (plan.column_speedup >= q)


@dataclass(frozen=True)
class _Inside:
    """Of a layer inside its tiles: energies, J, summed over tiles; cycles of the slowest tile."""

    adc_j: np.ndarray
    accumulation_j: np.ndarray
    other_j: np.ndarray
    buffer_j: np.ndarray
    interconnect_j: np.ndarray
    sensing_cycles: np.ndarray
    accumulation_cycles: np.ndarray
    buffer_cycles: np.ndarray
    interconnect_cycles: np.ndarray
    last_rows: np.ndarray  # of the PE evaluated last


def _inside_tiles(
    preset: HardwarePreset,
    periphery: Periphery,
    plan: Floorplan,
    layer: Matrix,
    pe: ProcessingElement,
    tile: Tile,
    work: Work,
) -> _Inside:
    """Section 11.1. The matrix is cut into equal squares and smaller ones at its two far edges, so that all
    parts are of at most four kinds: whole or last row part, whole or last column part."""
    duplicated, full = _duplicated(plan), _fully_duplicated(plan)
    side, q = np.where(full, plan.tile_cells, plan.pe_cells), plan.pes_per_side
    row_parts, column_parts = layer.parts(side)
    last_rows = layer.rows - (row_parts - 1) * side
    last_columns = layer.columns - (column_parts - 1) * side

    stale_columns, stale_rows = np.zeros_like(q), np.zeros_like(q)
    if preset.repeat_stale_pe:  # quirk 6
        per_tile = plan.tile_cells // side
        valid_rows = row_parts - (plan.tile_rows - 1) * per_tile
        valid_columns = column_parts - (plan.tile_columns - 1) * per_tile
        stale_columns = np.where(duplicated, 0, q - valid_columns)
        stale_rows = np.where(duplicated, 0, (q - valid_rows) * q)

    whole_rows, whole_columns = row_parts - 1, column_parts - 1
    kinds = (  # rows and columns of a part, and how often it is counted
        (side, side, whole_rows * whole_columns),
        (side, last_columns, whole_rows * (1 + stale_columns)),
        (last_rows, side, whole_columns + stale_rows * (plan.tile_columns - 1)),
        (last_rows, last_columns, 1 + stale_columns + stale_rows),
    )
    energies = [np.zeros(q.shape) for _ in range(5)]
    for rows, columns, count in kinds:
        cost = pe_cost(pe, periphery, work, rows, columns)
        parts = (cost.adc_j, cost.accumulation_j, cost.other_j, cost.buffer_j, cost.bus_j)
        energies = [total + count * part for total, part in zip(energies, parts, strict=True)]
    adc_j, accumulation_j, other_j, buffer_j, interconnect_j = energies

    slowest = pe_cost(pe, periphery, work, np.minimum(layer.rows, side), np.minimum(layer.columns, side))
    speedup = np.where(full, q**2, np.where(duplicated, plan.row_speedup * plan.column_speedup, 1))
    accumulation_cycles = slowest.accumulation_cycles / speedup

    tile_rows_cells = np.minimum(layer.rows, plan.tile_cells)
    last_tile_rows = layer.rows - (plan.tile_rows - 1) * plan.tile_cells
    for rows, count, is_slowest in (
        (tile_rows_cells, plan.tile_rows - 1, True),
        (last_tile_rows, np.ones_like(q), False),
    ):
        inputs = np.where(duplicated, -(-rows // plan.pe_cells), q)
        there = ~full & (~duplicated | (inputs > 1))
        tree = tile.accumulation(inputs)
        used_j = np.where(there, work.accumulations * tree.energy_j * tile.trees, 0.0)
        accumulation_j = accumulation_j + count * plan.tile_columns * used_j
        if is_slowest:
            accumulation_cycles = accumulation_cycles + np.where(there, work.accumulations * tree.cycles, 0.0)

    out_bits, in_bits = _tile_traffic(preset, plan, layer, tile, work)
    slowest_out = np.minimum(layer.columns, plan.tile_cells) // preset.cells_per_weight
    slowest_out = slowest_out * (1 + tile.sum_bits) * work.windows
    slowest_in = tile_rows_cells * work.vectors
    tile_buffer_j = tile.buffer_j(out_bits, in_bits)
    tile_tree_j = (out_bits + in_bits) * tile.tree.energy_j_per_bit
    return _Inside(
        adc_j=adc_j,
        accumulation_j=accumulation_j,
        other_j=other_j + tile_buffer_j + tile_tree_j,
        buffer_j=buffer_j + tile_buffer_j,
        interconnect_j=interconnect_j + tile_tree_j,
        sensing_cycles=slowest.sensing_cycles / speedup,
        accumulation_cycles=accumulation_cycles,
        buffer_cycles=slowest.register_cycles / speedup + tile.buffer_cycles(slowest_out, slowest_in),
        interconnect_cycles=tile.tree_cycles(slowest_out + slowest_in),
        last_rows=last_rows,
    )


def _tile_traffic(
    preset: HardwarePreset, plan: Floorplan, layer: Matrix, tile: Tile, work: Work
) -> tuple[np.ndarray, np.ndarray]:
    """Output and input bits of all tiles."""
    out_bits = plan.tile_rows * (layer.columns // preset.cells_per_weight) * (1 + tile.sum_bits) * work.windows
    return out_bits, plan.tile_columns * layer.rows * work.vectors


def _on_chip(
    preset: HardwarePreset,
    layers: LayerTable,
    layer: Matrix,
    periphery: Periphery,
    plan: Floorplan,
    xbar: Crossbar,
    pe: ProcessingElement,
    tile: Tile,
    inside: _Inside,
    work: Work,
    filler_in: np.ndarray,
) -> LayerMetrics:
    """Sections 10, 11.2, 11.3 and 12."""
    tech, size, n_c = preset.technology, preset.crossbar_size, preset.cells_per_weight
    dff = standard_cells(tech)
    m, ip, cells = periphery.sharing, periphery.input_bits, plan.tile_cells
    q, s = plan.pes_per_side, plan.crossbars_per_side
    outputs = layers.out_channels

    filler_size = layers.input_size if layers.filler_input_size is None else layers.filler_input_size
    filler_values = (filler_size + FILLER_KERNEL - 1) ** 2 * filler_in
    values = np.maximum(layers.padded_size**2 * layers.in_channels, filler_values)
    cores = np.maximum(1, ip * values // GLOBAL_CORE_BITS)
    core = register_file(tech, GLOBAL_CORE_BITS, GLOBAL_LINE_BITS)

    bus = 2 * (cells + cells // m)
    while (bus > LARGEST_BUS_BITS).any():
        bus = np.where(bus > LARGEST_BUS_BITS, bus // 2, bus)
    grid_rows = np.ceil(np.sqrt(plan.chip_tiles) - 1e-9).astype(np.int64)
    tree = h_tree(tech, grid_rows, -(-plan.chip_tiles // grid_rows), np.sqrt(tile.area), bus, CHIP_FOLD)

    lanes = np.ceil(cells / m)  # ReLU units and global accumulation trees
    sum_bits = np.ceil(periphery.adc_bits - 1e-9) + ip + n_c + 1 + ceil_log2(s * q)
    built_tree = adder_tree(tech, plan.pair_tile_rows, sum_bits)
    used_tree = adder_tree(tech, plan.tile_rows, sum_bits)
    pool_area, pool_j = pool_unit(tech, ip, accidents=preset.rounding_accidents)
    relu_area = flip_flops.area(tech, ip * lanes)
    global_accumulation_area = built_tree.area * lanes
    tiles_area = plan.chip_tiles * tile.area
    chip_area = tiles_area + cores * core.area + tree.area + cells * pool_area + global_accumulation_area + relu_area

    relu_operations = np.ceil(work.windows * outputs / lanes)
    several = plan.tile_rows > 1
    accumulations = np.where(several, np.ceil(plan.tile_columns * outputs * work.windows / lanes), 0.0)
    pools = np.where(layers.max_pool, np.ceil(work.windows / 4 / cells), 0.0)
    out_of_buffer = layer.rows * ip * work.windows
    into_buffer = (layer.columns // n_c) * ip * work.windows / np.where(layers.max_pool, 4, 1)
    moved = out_of_buffer + into_buffer
    transfers = np.ceil(moved / bus)
    ports = np.minimum(cores, np.ceil(bus / GLOBAL_LINE_BITS))
    shared = np.ceil(plan.chip_tiles / plan.tiles)

    accumulation_cycles = inside.accumulation_cycles + accumulations * used_tree.cycles
    buffer_cycles = inside.buffer_cycles + moved / GLOBAL_LINE_BITS / ports * shared
    tree_cycles = inside.interconnect_cycles + transfers * np.ceil(tree.latency_s * NOMINAL_CLOCK_HZ)
    other_cycles = buffer_cycles + tree_cycles + relu_operations + POOL_CYCLES * pools

    buffer_j = out_of_buffer * core.read_j + into_buffer * core.write_j
    tree_j = transfers * bus * tree.energy_j_per_bit
    accumulation_j = inside.accumulation_j + accumulations * used_tree.energy_j * lanes
    other_j = inside.other_j + buffer_j + tree_j + relu_operations * ip * lanes * dff.dff_j + pools * cells * pool_j
    energy_j = inside.adc_j + accumulation_j + other_j
    latency_s = xbar.clock_s * (inside.sensing_cycles + accumulation_cycles + other_cycles)

    tile_leakage = tile.leakage(pe.leakage(-(-inside.last_rows // size)))
    crossbars = plan.chip_tiles * (q * s) ** 2
    array_area = crossbars * xbar.array_area
    tree_area = plan.chip_tiles * tile.tree.area + tree.area
    adc_area = crossbars * xbar.adc_area
    accumulation_area = (
        crossbars * xbar.accumulation_area
        + plan.chip_tiles * q**2 * adder_tree(tech, s, pe.sum_bits).area * pe.trees
        + plan.chip_tiles * tile.accumulation(q).area * tile.trees
        + global_accumulation_area
    )
    return LayerMetrics(
        tiles=plan.tiles.astype(float),
        filler_tiles=plan.filler_tiles.astype(float),
        tile_cells=cells.astype(float),
        pe_cells=plan.pe_cells.astype(float),
        speedup=(plan.row_speedup * plan.column_speedup).astype(float),
        bus_width_bits=bus.astype(float),
        clock_ns=xbar.clock_s * NS,
        tile_area_um2=tile.area * UM2,
        chip_area_um2=chip_area * UM2,
        array_area_um2=array_area * UM2,
        interconnect_area_um2=tree_area * UM2,
        adc_area_um2=adc_area * UM2,
        accumulation_area_um2=accumulation_area * UM2,
        other_area_um2=(chip_area - array_area - tree_area - adc_area - accumulation_area) * UM2,
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
