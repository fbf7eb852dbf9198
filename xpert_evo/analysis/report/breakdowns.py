"""Where the energy, delay and area of many designs go, small enough to stand in a page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xpert_evo.analysis.breakdown import PANELS, SHARED_LAYER, parts_of

WHOLE = 100_000  # shares are whole numbers out of this many: five digits, and half the size of decimals


def shares(layers: pd.DataFrame) -> dict[str, dict[str, list[list[int]]]]:
    """Every design's parts as shares of its whole.

    Args:
        layers: see `hardware.metrics.breakdown_frame`, of any number of designs.

    Returns:
        id -> quantity -> a list a part, in the order of `PANELS`, with a share a row of the design's.
    """
    ids = layers["id"].drop_duplicates()
    if ids.empty:
        return {}
    rows = len(layers) // len(ids)
    by_quantity = {}
    for quantity in PANELS:
        values = parts_of(layers, quantity).to_numpy().reshape(len(ids), rows, -1)
        whole = values.sum(axis=(1, 2), keepdims=True)
        by_quantity[quantity] = np.rint(WHOLE * values / whole).astype(int).transpose(0, 2, 1)
    return {
        str(identity): {quantity: values[position].tolist() for quantity, values in by_quantity.items()}
        for position, identity in enumerate(ids)
    }


def has_shared_row(layers: pd.DataFrame) -> bool:
    """Whether there is a row for what all layers share."""
    return bool((layers["layer"] == SHARED_LAYER).any())
