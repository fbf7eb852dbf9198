"""Some of many rows: pictures and pages of a huge run hold a sample, and say so."""

import numpy as np


def evenly_spaced(count: int, most: int) -> np.ndarray:
    """Positions of all of `count` rows, or of `most` of them from the first to the last, int64."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)
