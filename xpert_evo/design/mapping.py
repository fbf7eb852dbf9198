"""How a layer's weights lie on crossbars: what the hardware model and the accuracy model both need.

A convolution of C_in inputs and a k x k kernel has C_in k^2 rows (input channel slowest, then kernel row,
then kernel column) and C_out x (columns a weight) columns. Each group of a grouped one has such a matrix; they lie in
blocks on the diagonal of a crossbar.
"""

import numpy as np

WEIGHT_BITS = 8  # where nothing else is said


def row_blocks(layer_rows: np.ndarray | int, crossbar_size: int) -> np.ndarray | int:
    """Crossbars that a column spans: rows cut into blocks, the last one padded."""
    return -(-layer_rows // crossbar_size)


def groups_together(rows: np.ndarray, columns: np.ndarray, crossbar_size: int, groups: np.ndarray) -> np.ndarray:
    """Groups that share a crossbar: as many as its rows and columns allow, where one fits at all.

    Args:
        rows, columns: of one group.
    """
    return np.minimum(np.maximum(1, np.minimum(crossbar_size // rows, crossbar_size // columns)), groups)
