"""How active a trained network's data are: what the hardware model otherwise takes from a data-free default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.calibration import sample_windows
from xpert_evo.accuracy.networks.imc_layers import CrossbarConv
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.design.mapping import row_blocks

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
        found.append(_of_layer(layer, sample_windows(x, layer.weight.shape[-1], generator).cpu(), cell_siemens))

    network.watch(as_pixels(images), watch)
    return MeasuredActivity(*(np.array(values) for values in zip(*found, strict=True)))


def _of_layer(layer: CrossbarConv, windows: Tensor, cell_siemens: CellSiemens) -> tuple[float, float, float]:
    """Of integer inputs, (W, K)."""
    array, rows = layer.array, windows.shape[1]
    bits = torch.arange(layer.input_bits)[:, None, None]
    planes = (windows.to(torch.int64) >> bits) & 1
    blocks = int(row_blocks(rows, array.crossbar_size))
    padded = torch.nn.functional.pad(planes, (0, blocks * array.crossbar_size - rows))
    in_use = padded.unflatten(2, (blocks, array.crossbar_size)).any(dim=3)
    weights = layer.integer_weight().flatten(1).cpu().numpy()
    drawn = cell_siemens(layer.weight_cells.digit_bits)[layer.weight_cells.held(weights)].sum(axis=0)
    row_activity = planes.double().mean(dim=(0, 1)).numpy()
    return (
        float(row_activity.mean()),
        float(row_activity @ drawn.mean(axis=(0, 1))) / blocks,
        1 - float(in_use.double().mean()),
    )
