"""How a layer's weights lie on crossbars: what the hardware model and the accuracy model both need.

A convolution of C_in inputs and a k x k kernel has C_in k^2 rows (input channel slowest, then kernel row,
then kernel column) and C_out x (cells a weight) columns. Weights have 8 bits.
"""

import math

import numpy as np

WEIGHT_BITS = 8


def rows(input_channels: np.ndarray | int, kernel: int) -> np.ndarray | int:
    """Rows of a layer's cell matrix."""
    return input_channels * kernel**2


def row_blocks(layer_rows: np.ndarray | int, crossbar_size: int) -> np.ndarray | int:
    """Crossbars that a column spans: rows cut into blocks, the last one padded."""
    return -(-layer_rows // crossbar_size)


def cells_per_weight(bits_per_cell: int) -> int:
    """Neighbouring cells that hold one 8-bit weight."""
    return math.ceil(WEIGHT_BITS / bits_per_cell)


def columns(output_channels: np.ndarray | int, bits_per_cell: int) -> np.ndarray | int:
    """Columns of a layer's cell matrix."""
    return output_channels * cells_per_weight(bits_per_cell)


def slice_weights(bits_per_cell: int) -> np.ndarray:
    """Significance of each cell of a weight, most significant first: float64 (cells,)."""
    cells = cells_per_weight(bits_per_cell)
    return 2.0 ** (bits_per_cell * np.arange(cells - 1, -1, -1))
