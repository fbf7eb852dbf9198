"""How active a trained network's data are: what the hardware model otherwise takes from a data-free default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.calibration import WINDOWS
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.design.mapping import groups_together, row_blocks

CellSiemens = Callable[[int], np.ndarray]


@dataclass(frozen=True)
class MeasuredActivity:
    """Of every layer, float64 (L,).

    Attributes:
        active_rows: mean fraction of a layer's rows that are 1 in an input bit vector.
        column_siemens: mean conductance that a conversion draws, bit vectors without an active row included.
        idle_columns: fraction of conversions without an active row.
    """

    active_rows: np.ndarray
    column_siemens: np.ndarray
    idle_columns: np.ndarray


@torch.no_grad()
def measure_activity(network: CrossbarNetwork, images: Tensor, cell_siemens: CellSiemens) -> MeasuredActivity:
    """Measures a calibrated network in evaluation mode.

    Conductances add up over active rows, so their mean follows from each row's own activity and mean cell.

    Args:
        images: uint8 (M, C, H, W), on the network's device.
        cell_siemens: bits of a cell that are used -> its conductance at each value that it then can hold, (values,).
    """
    generator = torch.Generator().manual_seed(network.noise.seed)
    found = []

    def watch(layer: CrossbarConv, x: Tensor) -> None:
        found.append(_of_layer(layer, layer.windows.sampled(x, WINDOWS, generator).cpu(), cell_siemens))

    network.watch(as_pixels(images), watch)
    return MeasuredActivity(*(np.array(values) for values in zip(*found, strict=True)))


def _of_layer(layer: CrossbarConv, windows: Tensor, cell_siemens: CellSiemens) -> tuple[float, float, float]:
    """Of integer inputs, (W, K)."""
    size, groups, cells = layer.array.crossbar_size, layer.windows.groups, layer.weight_cells
    bits = torch.arange(layer.input_bits)[:, None, None, None]
    planes = (windows.to(torch.int64).unflatten(1, (groups, -1)) >> bits) & 1  # (bits, W, groups, rows of a group)
    rows = planes.shape[3]
    blocks = int(row_blocks(rows, size))
    padded = torch.nn.functional.pad(planes, (0, blocks * size - rows))
    in_use = padded.unflatten(3, (blocks, size)).any(dim=4)
    weights = layer.integer_weight().flatten(1).cpu().numpy()
    by_value = cell_siemens(cells.digit_bits)
    drawn = by_value[cells.held(weights)].sum(axis=0).mean(axis=0)  # (outputs, rows)
    by_group = drawn.reshape(groups, -1, rows).mean(axis=1)
    row_activity = planes.double().mean(dim=(0, 1)).numpy()
    siemens = float((row_activity * by_group).sum()) / groups / blocks
    if groups > 1:  # cells of other groups' rows are off
        columns = len(weights) // groups * cells.count * cells.encoding.columns_per_conversion
        together = groups_together(np.array(rows), np.array(columns), size, np.array(groups))
        off = cells.encoding.columns_drawn * by_value[0]
        siemens += float(row_activity.mean()) * float(together - 1) * rows * float(off)
    return float(row_activity.mean()), siemens, 1 - float(in_use.double().mean())
