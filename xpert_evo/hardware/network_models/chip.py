"""Our network model: all layers of a network on one chip, each on tiles of its own, one layer after the other.

The circuits are those of the specification; what is put together differently is named in ../switches.py and told in
../README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xpert_evo.hardware.arrays.floorplan import fixed_floorplan
from xpert_evo.hardware.components import flip_flops
from xpert_evo.hardware.components.buffer import Buffer
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import HTree, h_tree
from xpert_evo.hardware.distinct import distinct, taken
from xpert_evo.hardware.layers import LayerMetrics, LayerTable
from xpert_evo.hardware.network_models.costs import NetworkCosts, sum_layers
from xpert_evo.hardware.network_models.held import Held
from xpert_evo.hardware.network_models.layer_costs import (
    CHIP_FOLD,
    NS,
    PJ,
    UM2,
    UW,
    GlobalBlocks,
    global_accumulation_area,
    layer_costs,
    tile_areas,
)
from xpert_evo.hardware.network_models.tiled_layers import TiledLayers, matrix_of, tiled
from xpert_evo.hardware.network_models.traffic import GLOBAL_CORE_BITS, GLOBAL_LINE_BITS, global_core, narrowed
from xpert_evo.hardware.preset import HardwarePreset


def evaluate(
    preset: HardwarePreset, layers: LayerTable, layers_per_design: int, held: Held | None = None
) -> NetworkCosts:
    """The costs of the N / L networks that N layers make, L each.

    Args:
        preset: the chip.
        layers: arrays (N,), checked, the layers of a network one after the other.
        layers_per_design: L.
        held: what the buffer holds meanwhile; each layer's input and output where it is None.
    """
    tiles = on_tiles(preset, layers)
    needs = of_networks(preset, needs_of(preset, tiles), layers_per_design, held)
    shared = shared_blocks(preset, needs)

    def each_layer(of_network: np.ndarray) -> np.ndarray:
        return np.repeat(of_network, layers_per_design)

    area = needs.tile_area + shared.area
    blocks = GlobalBlocks(
        core=shared.core,
        ports=each_layer(shared.ports),
        shared=np.ones(len(layers.rows)),
        bus_width=each_layer(needs.bus_width),
        tree=taken(shared.tree, np.repeat(np.arange(len(area)), layers_per_design)),
        whole_transfers=False,
    )
    costs = _layer_costs(preset, tiles, blocks, each_layer(area)).reshaped((-1, layers_per_design))
    latency_ns = sum_layers(costs.latency_ns)
    # Tiles leak while other layers run.
    leakage_pj = costs.leakage_power_uw / UW * (latency_ns / NS)[:, None] * PJ
    shared_leakage_pj = shared.leakage * (latency_ns / NS) * PJ
    in_area = UM2 if preset.switches.chip_blocks else 0.0
    return NetworkCosts(
        energy_pj=sum_layers(costs.energy_pj),
        latency_ns=latency_ns,
        area_um2=needs.tile_area * UM2 + shared.area * in_area,
        operations=sum_layers(costs.operations),
        leakage_energy_pj=sum_layers(leakage_pj) + shared_leakage_pj,
        shared_accumulation_area_um2=shared.accumulation_area * in_area,
        shared_interconnect_area_um2=shared.tree.area * in_area,
        shared_buffer_area_um2=shared.buffer_area * in_area,
        shared_relu_area_um2=needs.relu_area * in_area,
        shared_pooling_area_um2=needs.pool_area * in_area,
        shared_other_area_um2=(shared.area - shared.accumulation_area - shared.tree.area) * in_area,
        layers=replace(costs, leakage_energy_pj=leakage_pj),
    )


def on_tiles(preset: HardwarePreset, layers: LayerTable) -> TiledLayers:
    """Layers on tiles of the preset's size."""
    matrix = matrix_of(preset, layers)
    first, shape = distinct(matrix.rows, matrix.columns)
    plan = fixed_floorplan(taken(matrix, first), preset.tile_cells, preset.pe_cells, preset.crossbar_size)
    return tiled(preset, layers, taken(plan, shape))


def apart_from_global_blocks(preset: HardwarePreset, tiles: TiledLayers) -> LayerMetrics:
    """What layers cost by themselves: as if the chip's wires were free and its buffer had no end of lines."""
    nothing, without_end = np.zeros(len(tiles.plan.tiles)), np.full(len(tiles.plan.tiles), np.inf)
    free = GlobalBlocks(
        core=global_core(preset),
        ports=without_end,
        shared=np.ones_like(nothing),
        bus_width=np.ones_like(nothing),
        tree=HTree(nothing, nothing, nothing),
        whole_transfers=False,
    )
    return _layer_costs(preset, tiles, free, nothing)


def _layer_costs(
    preset: HardwarePreset, tiles: TiledLayers, blocks: GlobalBlocks, chip_area: np.ndarray
) -> LayerMetrics:
    plan = tiles.plan
    crossbars_down = np.full_like(plan.tiles, preset.pe_cells // preset.crossbar_size)
    tile_leakage = tiles.blocks.tile.leakage(tiles.blocks.pe.leakage(crossbars_down))
    areas = tile_areas(tiles, plan.tiles)
    return layer_costs(preset, tiles, blocks, areas, chip_area, tile_leakage, plan.filler_tiles)


@dataclass(frozen=True)
class ChipNeeds:
    """What layers (N,), or all layers of networks (P,), ask of their chip. Areas in m2.

    Attributes:
        tiles: NT. tile_area: of all tiles. widest_tile_area: of the largest tile.
        bus_width: W_g, bits; of a single layer before it is narrowed.
        buffer_bits: of the global buffer; of a single layer its input alone.
        accumulation_area, relu_area, pool_area: of the layer that needs most.
        channels: a layer's outputs.
        adds: whether words are added up between layers.
    """

    tiles: np.ndarray
    tile_area: np.ndarray
    widest_tile_area: np.ndarray
    bus_width: np.ndarray
    buffer_bits: np.ndarray
    accumulation_area: np.ndarray
    relu_area: np.ndarray
    pool_area: np.ndarray
    channels: np.ndarray | None = None
    adds: bool = False


def needs_of(preset: HardwarePreset, tiles: TiledLayers) -> ChipNeeds:
    """What each layer asks for."""
    layers, plan, blocks = tiles.layers, tiles.plan, tiles.blocks
    return ChipNeeds(
        tiles=plan.tiles,
        tile_area=plan.tiles * blocks.tile.area,
        widest_tile_area=blocks.tile.area,
        bus_width=plan.tile_cells + preset.adcs_under(plan.tile_cells, tiles.periphery.sharing),
        buffer_bits=layers.input_bits * layers.input_size**2 * layers.in_channels,
        accumulation_area=global_accumulation_area(preset, tiles, plan.tile_rows),
        relu_area=blocks.relu_area,
        pool_area=np.where(layers.max_pool, blocks.pool_area, 0.0),
        channels=layers.out_channels,
    )


def of_networks(
    preset: HardwarePreset, needs: ChipNeeds, layers_per_design: int, held: Held | None = None
) -> ChipNeeds:
    """Sums and maxima over the layers of each network; see `evaluate`."""
    arrays = {name: values for name, values in vars(needs).items() if isinstance(values, np.ndarray)}
    by_network = {name: values.reshape(-1, layers_per_design) for name, values in arrays.items()}
    most = {name: values.max(axis=1) for name, values in by_network.items()}
    inputs = by_network["buffer_bits"]
    if held is None:  # a layer's output is the next one's input; the last one's leaves the chip
        buffer_bits = (inputs + np.pad(inputs[:, 1:], ((0, 0), (0, 1)))).max(axis=1)
    else:
        buffer_bits = held.most_bits(inputs, by_network["channels"])
    return ChipNeeds(
        **{
            **most,
            "tiles": sum_layers(by_network["tiles"]),
            "tile_area": sum_layers(by_network["tile_area"]),
            "bus_width": narrowed(preset, most["bus_width"]),
            "buffer_bits": buffer_bits,
            "adds": held is not None and held.adds,
        }
    )


@dataclass(frozen=True)
class SharedBlocks:
    """The global blocks of P chips; arrays (P,).

    Attributes:
        ports: lines a cycle of the global buffer. accumulation_area: of adders, those of words at the ports among them,
            m2. buffer_area, area: its own and of all of them, m2. leakage: of buffer
            and registers, W.
    """

    core: Buffer
    ports: np.ndarray
    tree: HTree
    accumulation_area: np.ndarray
    buffer_area: np.ndarray
    area: np.ndarray
    leakage: np.ndarray


def shared_blocks(preset: HardwarePreset, needs: ChipNeeds) -> SharedBlocks:
    """The global blocks that do for all layers of a network."""
    tech = preset.technology
    core = global_core(preset)
    cores = np.maximum(1.0, np.ceil(needs.buffer_bits / GLOBAL_CORE_BITS))
    pitch_area = needs.tile_area / needs.tiles if preset.switches.tile_pitch == "mean" else needs.widest_tile_area
    grid_rows = np.ceil(np.sqrt(needs.tiles) - 1e-9)
    grid_columns = np.ceil(needs.tiles / grid_rows)
    tree = h_tree(tech, grid_rows, grid_columns, np.sqrt(pitch_area), needs.bus_width, CHIP_FOLD)
    flip_flop_count = needs.relu_area / flip_flops.area(tech, 1)
    ports = np.minimum(cores, np.ceil(needs.bus_width / GLOBAL_LINE_BITS))
    accumulation_area, leakage = needs.accumulation_area, cores * core.leakage
    if needs.adds:
        accumulation_area = accumulation_area + ports * GLOBAL_LINE_BITS * standard_cells(tech).adder_area
        leakage = leakage + ports * GLOBAL_LINE_BITS * standard_cells(tech).adder_leakage
    return SharedBlocks(
        core=core,
        ports=ports,
        tree=tree,
        accumulation_area=accumulation_area,
        buffer_area=cores * core.area,
        area=cores * core.area + tree.area + accumulation_area + needs.relu_area + needs.pool_area,
        leakage=leakage + flip_flop_count * standard_cells(tech).dff_leakage,
    )
