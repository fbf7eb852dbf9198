"""How active the data are: what energies depend on besides sizes (specification, section 14)."""

from __future__ import annotations

from functools import cache
from math import erf, sqrt

import numpy as np

from xpert_evo.design import mapping
from xpert_evo.hardware.gates import on_resistance_n
from xpert_evo.hardware.preset import HardwarePreset

# Mean fraction of ones in a bit plane of rectified normal activations, by input bits 0 (none) to 8
RELU_ACTIVE = np.array([0.0, 0.066807, 0.157374, 0.173302, 0.183443, 0.191735, 0.19875, 0.204664, 0.209622])
IMAGE_ACTIVE = 0.5  # of uniform pixels
IMAGE_CHANNELS = 3  # a layer with so many inputs reads pixels
WEIGHT_DEVIATION = 32.0  # of the reference's normal weights, in units of the last of 8 bits


def default_active_rows(input_size: np.ndarray, in_channels: np.ndarray, input_bits: np.ndarray) -> np.ndarray:
    """alpha, mean fraction of rows that are 1 in an input bit vector; zero padding counts as inactive."""
    size = 3.0 * input_size
    inner = ((size - 2) / size) ** 2
    return np.where(in_channels == IMAGE_CHANNELS, IMAGE_ACTIVE, RELU_ACTIVE[input_bits]) * inner


@cache
def mean_cell_siemens(preset: HardwarePreset) -> float:
    """g, mean conductance of a cell with its access transistor and its wires."""
    tech, size = preset.technology, preset.crossbar_size
    wire = tech.wire_ohm_per_m * tech.wire_width_m
    if preset.memory == "sram":
        return 1 / (on_resistance_n(tech, tech.feature_m) + wire * 28)
    off = 1 / preset.off_resistance_ohm
    top = 2**preset.bits_per_cell - 1
    conductance = np.arange(top + 1) / top * (1 / preset.on_resistance_ohm - off) + off
    access_ohm = 0.25 * preset.on_resistance_ohm
    along = np.arange(1, size + 1)
    series = access_ohm + along[:, None] * wire * 4 + along[None, :] * wire * 12
    by_value = (1 / (1 / conductance[:, None, None] + series)).mean(axis=(1, 2))
    weights = np.arange(-128, 128)
    share = _normal_share(weights)
    digits = mapping.offset_digits(weights, preset.bits_per_cell)
    return float((by_value[digits] * share).sum(axis=1).mean())


def default_column_siemens(
    preset: HardwarePreset, active_rows: np.ndarray, rows: np.ndarray, row_blocks: np.ndarray
) -> np.ndarray:
    """G, mean conductance of a column: active rows of a crossbar times the mean cell."""
    return active_rows * (rows / row_blocks) * mean_cell_siemens(preset)


def _normal_share(weights: np.ndarray) -> np.ndarray:
    """Probability of each 8-bit weight; the ends take the tails."""
    edges = np.array([-np.inf, *(weights[1:] - 0.5), np.inf]) / WEIGHT_DEVIATION
    below = np.array([0.5 * (1 + erf(edge / sqrt(2))) for edge in edges])
    return np.diff(below)
