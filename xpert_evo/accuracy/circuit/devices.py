"""What the cells of one manufactured chip do: the matrix that its ADCs see, deviations included."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.design.mapping import row_blocks, slice_weights


def cells_of(
    weight: Tensor, array: ArrayShape, generator: torch.Generator, spread: DeviceSpread | None = None
) -> Tensor:
    """A layer's matrix as its ADCs see it, in units of a digit, float32 (slices, K, C_out).

    Every cell's conductance is multiplied by 1 + deviation x (a normal), once for a chip's life. A cell that holds
    zero still conducts, and deviates; that current's nominal part is known and the same for every cell, and is
    subtracted with a second column or taken off digitally. A reference column's cells are shared by all columns
    of their crossbar; what is subtracted passes a mirror whose gain deviates by ADC (drawn for every column, so
    that accuracy doesn't depend on how many columns share an ADC).

    Args:
        weight: signed integers, (C_out, C_in, k, k).
        generator: of the chip, on the CPU.
        spread: ideal cells where it is None.
    """
    encoding = ENCODINGS[array.weight_encoding]
    held = torch.from_numpy(encoding.cells(weight.detach().flatten(1).cpu().numpy(), array.bits_per_cell)).float()
    held = held.permute(0, 1, 3, 2).contiguous()  # (columns, slices, K, C_out)
    cells = held[0] - held[1] if encoding.subtracts else held[0]
    if spread is not None:
        conductance = held + (2**array.bits_per_cell - 1) / (spread.on_off_ratio - 1)
        cells += spread.cell_variation * conductance[0] * torch.randn(cells.shape, generator=generator)
        if encoding.reference_columns:
            own = torch.randn(_reference_shape(cells, array), generator=generator)
            cells -= spread.cell_variation * conductance[1] * _of_crossbars(own, cells, array)
        elif encoding.subtracts:
            cells -= spread.cell_variation * conductance[1] * torch.randn(cells.shape, generator=generator)
        if encoding.subtracts and spread.mirror_mismatch > 0:
            slices, rows, outputs = cells.shape
            blocks = int(row_blocks(rows, array.crossbar_size))
            gains = torch.randn(slices, blocks, outputs, generator=generator)
            gains = gains.repeat_interleave(array.crossbar_size, dim=1)[:, :rows]
            cells -= spread.mirror_mismatch * conductance[1] * gains
    return cells.to(weight.device)


def deviation_of_weights(array: ArrayShape, spread: DeviceSpread) -> tuple[Tensor, float]:
    """What `cells_of` does to weights, as noise for training: standard deviations in integer weights' units.

    Mirrors' gains are left out.

    Returns:
        That of a weight's own cells, by weight from -128 on, float32 (256,); and that of a row's reference cell,
        shared by the weights of a crossbar, 0 without one.
    """
    encoding = ENCODINGS[array.weight_encoding]
    largest = encoding.largest_weight(array.bits_per_cell)
    weights = np.arange(-128, 128).clip(-largest, largest)
    held = encoding.cells(weights, array.bits_per_cell)
    conductance = held + (2**array.bits_per_cell - 1) / (spread.on_off_ratio - 1)
    significance = slice_weights(array.bits_per_cell)
    own = conductance[: encoding.columns_per_conversion] * significance[:, None]
    shared = float(conductance[-1, 0, 0] * significance.sum()) if encoding.reference_columns else 0.0
    deviation = spread.cell_variation * np.sqrt((own**2).sum(axis=(0, 1)))
    return torch.from_numpy(deviation).float(), spread.cell_variation * shared


def _reference_shape(cells: Tensor, array: ArrayShape) -> tuple[int, int]:
    slices, rows, outputs = cells.shape
    return rows, -(-slices * outputs // array.crossbar_size)


def _of_crossbars(own: Tensor, cells: Tensor, array: ArrayShape) -> Tensor:
    """Every column's crossbar's values, (K, crossbars) -> (slices, K, C_out); a weight's slices are neighbours."""
    slices, _, outputs = cells.shape
    column = torch.arange(outputs) * slices + torch.arange(slices)[:, None]
    return own[:, column // array.crossbar_size].permute(1, 0, 2)
