"""What a layer costs inside its tiles, summed over them (specification, section 11.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.arrays.crossbar import Periphery
from xpert_evo.hardware.arrays.floorplan import Floorplan, Matrix
from xpert_evo.hardware.arrays.pe import ProcessingElement, Work, pe_cost
from xpert_evo.hardware.arrays.tile import Tile
from xpert_evo.hardware.preset import HardwarePreset


@dataclass(frozen=True)
class InsideTiles:
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


def inside_tiles(
    preset: HardwarePreset,
    periphery: Periphery,
    plan: Floorplan,
    layer: Matrix,
    pe: ProcessingElement,
    tile: Tile,
    work: Work,
) -> InsideTiles:
    """Section 11.1. The matrix is cut into equal squares and smaller ones at its two far edges, so that all
    parts are of at most four kinds: whole or last row part, whole or last column part."""
    duplicated, full = plan.duplicated, plan.fully_duplicated
    side, q = np.where(full, plan.tile_cells, plan.pe_cells), plan.pes_per_side
    row_parts, column_parts = layer.parts(side)
    last_rows = layer.rows - (row_parts - 1) * side
    last_columns = layer.columns - (column_parts - 1) * side

    stale_columns, stale_rows = np.zeros_like(q), np.zeros_like(q)
    if preset.switches.repeat_stale_pe:  # quirk 6
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
    speedup = np.where(full, q**2, plan.speedup)
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

    out_bits, in_bits = _tile_traffic(preset, plan, layer, pe, tile, work)
    slowest_out = np.minimum(layer.columns, plan.tile_cells) // pe.columns_per_weight
    slowest_values = tile_rows_cells
    if layer.inputs is not None and layer.filled is not None:
        slowest_out = slowest_out * layer.filled
        slowest_values = np.where(layer.inputs > 0, -(-layer.inputs // plan.tiles), slowest_values)
    slowest_out = slowest_out * (1 + tile.sum_bits) * work.windows
    slowest_in = slowest_values * work.vectors
    tile_buffer_j = tile.buffer_j(out_bits, in_bits)
    tile_tree_j = (out_bits + in_bits) * tile.tree.energy_j_per_bit
    return InsideTiles(
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
    preset: HardwarePreset, plan: Floorplan, layer: Matrix, pe: ProcessingElement, tile: Tile, work: Work
) -> tuple[np.ndarray, np.ndarray]:
    """Output and input bits of all tiles."""
    weights = layer.columns // pe.columns_per_weight
    if preset.switches.drop_split_weights:  # section 24: whole weights a tile
        last_columns = layer.columns - (plan.tile_columns - 1) * plan.tile_cells
        whole = (plan.tile_columns - 1) * (plan.tile_cells // pe.columns_per_weight)
        weights = whole + last_columns // pe.columns_per_weight
    values = plan.tile_columns * layer.rows
    if layer.inputs is not None and layer.filled is not None:
        weights = weights * layer.filled
        values = np.where(layer.inputs > 0, layer.inputs, values)
    out_bits = plan.tile_rows * weights * (1 + tile.sum_bits) * work.windows
    return out_bits, values * work.vectors
