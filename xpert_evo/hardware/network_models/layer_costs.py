"""What a layer costs on a chip whose global blocks are given: what the network models share (sections 10 to 12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.components.adder_tree import adder_tree
from xpert_evo.hardware.components.buffer import Buffer
from xpert_evo.hardware.components.pooling import CYCLES as POOL_CYCLES
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import HTree
from xpert_evo.hardware.layers import LayerMetrics
from xpert_evo.hardware.network_models.tiled_layers import TiledLayers
from xpert_evo.hardware.network_models.traffic import (
    GLOBAL_LINE_BITS,
    WORD_BITS,
    moved_bits,
    port_bits,
    tree_bits,
    words,
)
from xpert_evo.hardware.preset import HardwarePreset

CHIP_FOLD = 4
UM2, NS, PJ, UW = 1e12, 1e9, 1e12, 1e6  # from SI


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
