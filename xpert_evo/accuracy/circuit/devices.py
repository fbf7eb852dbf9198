"""What the cells of one manufactured chip do: the matrix that its ADCs see, deviations included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.settings import DeviceSpread
from xpert_evo.design.encodings import WeightCells
from xpert_evo.design.mapping import row_blocks


def cells_of(
    weight: Tensor,
    layout: WeightCells,
    crossbar_size: int,
    generator: torch.Generator,
    spread: DeviceSpread | None = None,
) -> Tensor:
    """A layer's matrix as its ADCs see it, in units of a digit, float32 (slices, K, C_out).

    Every cell's conductance is multiplied by 1 + deviation x (a normal), once for a chip's life. A cell that holds
    zero still conducts, and deviates; that current's nominal part is known and the same for every cell, and is
    subtracted with a second column or taken off digitally. A reference column's cells are shared by all columns
    of their crossbar; what is subtracted passes a mirror whose gain deviates by ADC (drawn for every column, so
    that accuracy doesn't depend on how many columns share an ADC).

    Args:
        weight: signed integers, (C_out, C_in, k, k).
        layout: how they lie in cells.
        crossbar_size: rows and columns of a crossbar.
        generator: of the chip, on the CPU.
        spread: ideal cells where it is None.
    """
    encoding = layout.encoding
    held = torch.from_numpy(layout.held(weight.detach().flatten(1).cpu().numpy())).float()
    held = held.permute(0, 1, 3, 2).contiguous()  # (columns, slices, K, C_out)
    cells = held[0] - held[1] if encoding.subtracts else held[0]
    if spread is not None:
        conductance = held + layout.largest_digit / (spread.on_off_ratio - 1)
        cells += spread.cell_variation * conductance[0] * torch.randn(cells.shape, generator=generator)
        if encoding.reference_columns:
            own = torch.randn(_reference_shape(cells, crossbar_size), generator=generator)
            cells -= spread.cell_variation * conductance[1] * _of_crossbars(own, cells, crossbar_size)
        elif encoding.subtracts:
            cells -= spread.cell_variation * conductance[1] * torch.randn(cells.shape, generator=generator)
        if encoding.subtracts and spread.mirror_mismatch > 0:
            slices, rows, outputs = cells.shape
            blocks = int(row_blocks(rows, crossbar_size))
            gains = torch.randn(slices, blocks, outputs, generator=generator)
            gains = gains.repeat_interleave(crossbar_size, dim=1)[:, :rows]
            cells -= spread.mirror_mismatch * conductance[1] * gains
    return cells.to(weight.device)


@dataclass(frozen=True)
class Conductances:
    """What every cell of a layer conducts, where columns' wires resist and columns can't be subtracted beforehand.

    Attributes:
        cells: in units of a digit, float32 (columns of a conversion, slices, K, C_out).
        mirrors: gains of the mirrors that subtract, float32 (slices, row blocks, C_out); None of ideal ones.
    """

    cells: Tensor
    mirrors: Tensor | None


def conductances_of(
    weight: Tensor,
    layout: WeightCells,
    crossbar_size: int,
    generator: torch.Generator,
    spread: DeviceSpread | None = None,
    *,
    idle: float,
) -> Conductances:
    """The cells and mirrors of which `cells_of` gives what ADCs see without wires; arguments as there.

    Args:
        idle: what a cell that holds zero conducts, in units of a digit.
    """
    encoding = layout.encoding
    held = torch.from_numpy(layout.held(weight.detach().flatten(1).cpu().numpy())).float()
    cells = held.permute(0, 1, 3, 2).contiguous() + idle
    mirrors = None
    if spread is not None:
        deviations = [torch.randn(cells[0].shape, generator=generator)]
        if encoding.reference_columns:
            own = torch.randn(_reference_shape(cells[0], crossbar_size), generator=generator)
            deviations.append(_of_crossbars(own, cells[0], crossbar_size))
        elif encoding.subtracts:
            deviations.append(torch.randn(cells[0].shape, generator=generator))
        cells *= 1 + spread.cell_variation * torch.stack(deviations)
        if encoding.subtracts and spread.mirror_mismatch > 0:
            slices, rows, outputs = cells[0].shape
            shape = (slices, int(row_blocks(rows, crossbar_size)), outputs)
            mirrors = (1 + spread.mirror_mismatch * torch.randn(shape, generator=generator)).to(weight.device)
    return Conductances(cells.clamp_(min=0).to(weight.device), mirrors)


def deviation_of_weights(layout: WeightCells, spread: DeviceSpread) -> tuple[Tensor, float]:
    """What `cells_of` does to weights, as noise for training: standard deviations in integer weights' units.

    Mirrors' gains are left out.

    Returns:
        That of a weight's own cells, by weight from the least on, float32 (weights,); and that of a row's reference
        cell, shared by the weights of a crossbar, 0 without one.
    """
    encoding, significance = layout.encoding, layout.significance
    held = layout.held(np.arange(-layout.largest_weight, layout.largest_weight + 1))
    conductance = held + layout.largest_digit / (spread.on_off_ratio - 1)
    own = conductance[: encoding.columns_per_conversion] * significance[:, None]
    shared = float(conductance[-1, 0, 0] * significance.sum()) if encoding.reference_columns else 0.0
    deviation = spread.cell_variation * np.sqrt((own**2).sum(axis=(0, 1)))
    return torch.from_numpy(deviation).float(), spread.cell_variation * shared


def _reference_shape(cells: Tensor, crossbar_size: int) -> tuple[int, int]:
    slices, rows, outputs = cells.shape
    return rows, -(-slices * outputs // crossbar_size)


def _of_crossbars(own: Tensor, cells: Tensor, crossbar_size: int) -> Tensor:
    """Every column's crossbar's values, (K, crossbars) -> (slices, K, C_out); a weight's slices are neighbours."""
    slices, _, outputs = cells.shape
    column = torch.arange(outputs) * slices + torch.arange(slices)[:, None]
    return own[:, column // crossbar_size].permute(1, 0, 2)
