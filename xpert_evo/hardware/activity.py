"""How active the data are: what energies depend on besides sizes (specification, section 14)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import erf, sqrt

import numpy as np

from xpert_evo.hardware.arrays.devices import DEVICES
from xpert_evo.hardware.preset import HardwarePreset

# Mean fraction of ones in a bit plane of rectified normal activations, by input bits 0 (none) to 8
RELU_ACTIVE = np.array([0.0, 0.066807, 0.157374, 0.173302, 0.183443, 0.191735, 0.19875, 0.204664, 0.209622])
IMAGE_ACTIVE = 0.5  # of uniform pixels
WEIGHT_DEVIATION = 0.25  # of the reference's normal weights, of the range's half
PRECISIONS = range(2, 9)  # bits a weight


@dataclass(frozen=True)
class Activity:
    """Measured activity, float arrays that broadcast to the layers' shape: (L,) for the same in every design.

    Attributes:
        active_rows: alpha, mean fraction of a layer's rows that are 1 in an input bit vector.
        column_siemens: G, mean conductance of a column over bit vectors, columns without active rows included;
            where it is None it follows from alpha.
        idle_columns: z, fraction of (column, bit vector) pairs without an active row, 0 where it is None.
    """

    active_rows: np.ndarray
    column_siemens: np.ndarray | None = None
    idle_columns: np.ndarray | None = None


def default_active_rows(
    input_size: np.ndarray, kernel: np.ndarray, input_bits: np.ndarray, reads_image: np.ndarray
) -> np.ndarray:
    """alpha without data: rectified normal activations or uniform pixels, and zeros in the padding."""
    # Of the taps along one axis, summed over windows, the outermost d hang over the edge min(d, size) times.
    hanging = np.zeros(np.shape(input_size))
    for reach in range(1, int(np.max(kernel, initial=1)) // 2 + 1):
        hanging += np.where(reach <= kernel // 2, 2 * np.minimum(reach, input_size), 0)
    inside = 1 - hanging / (kernel * input_size)
    return np.where(reads_image, IMAGE_ACTIVE, RELU_ACTIVE[input_bits]) * inside**2


@cache
def mean_cell_siemens(preset: HardwarePreset, weight_bits: int) -> float:
    """g, mean conductance of a cell with its access transistor and its wires, over normal weights (section 24).

    Where a conversion reads two columns, or one and the mirrored current of a reference column, it draws the
    currents of both: g is of two cells then.
    """
    cells = preset.weight_cells(weight_bits)
    by_value = DEVICES[preset.memory].cell_siemens(preset, cells.digit_bits)
    weights = np.arange(-(cells.offset or cells.largest_weight), cells.largest_weight + 1)
    drawn = by_value[cells.held(weights)].sum(axis=0)
    share = _normal_share(weights, WEIGHT_DEVIATION * 2 ** (weight_bits - 1))
    return float((drawn * share).sum(axis=1).mean())


@cache
def _mean_cells(preset: HardwarePreset) -> np.ndarray:
    """The same by a weight's bits, float64 (9,)."""
    return np.array([mean_cell_siemens(preset, bits) if bits in PRECISIONS else np.nan for bits in range(9)])


def default_column_siemens(
    preset: HardwarePreset, active_rows: np.ndarray, rows: np.ndarray, row_blocks: np.ndarray, weight_bits: np.ndarray
) -> np.ndarray:
    """G, mean conductance of a column: active rows of a crossbar times the mean cell."""
    return active_rows * (rows / row_blocks) * _mean_cells(preset)[weight_bits]


def off_siemens(preset: HardwarePreset, weight_bits: np.ndarray) -> np.ndarray:
    """What the cells of a row draw in a conversion's columns where they hold nothing, siemens."""
    columns = preset.encoding.columns_drawn
    by_bits = [
        columns * DEVICES[preset.memory].cell_siemens(preset, preset.weight_cells(bits).digit_bits)[0]
        if bits in PRECISIONS
        else np.nan
        for bits in range(9)
    ]
    return np.array(by_bits)[weight_bits]


def _normal_share(weights: np.ndarray, deviation: float) -> np.ndarray:
    """Probability of each whole weight; the ends take the tails."""
    edges = np.array([-np.inf, *(weights[1:] - 0.5), np.inf]) / deviation
    below = np.array([0.5 * (1 + erf(edge / sqrt(2))) for edge in edges])
    return np.diff(below)
