"""What layers move over a chip: bits through its global buffer and over its wires (section 11.2)."""

from __future__ import annotations

from functools import cache

import numpy as np

from xpert_evo.hardware.components.buffer import Buffer, register_file
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.network_models.tiled_layers import TiledLayers
from xpert_evo.hardware.preset import HardwarePreset

GLOBAL_CORE_BITS = 16384
GLOBAL_LINE_BITS = 128
WORD_BITS = 16  # of sums and averages between layers, which the accuracy model has in floating point


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
