"""How a layer's weights lie on crossbars: what the hardware model and the accuracy model both need.

A convolution of C_in inputs and a k x k kernel has C_in k^2 rows (input channel slowest, then kernel row,
then kernel column) and C_out x (columns a weight) columns.
"""

import numpy as np

WEIGHT_BITS = 8  # where nothing else is said


def rows(input_channels: np.ndarray | int, kernel: int) -> np.ndarray | int:
    """Rows of a layer's cell matrix."""
    return input_channels * kernel**2


def row_blocks(layer_rows: np.ndarray | int, crossbar_size: int) -> np.ndarray | int:
    """Crossbars that a column spans: rows cut into blocks, the last one padded."""
    return -(-layer_rows // crossbar_size)
