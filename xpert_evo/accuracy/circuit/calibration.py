"""Partial sums as a layer's ADCs see them, measured on a sample of windows: what their ranges are set by."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.circuit.wires import ColumnWires, Mode, lost
from xpert_evo.design.encodings import WeightCells
from xpert_evo.design.mapping import row_blocks

# Windows come in groups, each with output channels of its own: what drives sums out of range is the active rows,
# shared by all channels of a window, and a channel's own digits, shared by all windows; both want many samples.
# On 128 images a trained layer's noise is then within about 1 dB (rms) of an exact simulation on other images.
_GROUPS = 8
WINDOWS = 320
_CHANNELS = 32
# Row blocks, spread over the layer. A training, which calibrates often, makes do with the first.
FEW_BLOCKS, MANY_BLOCKS = 3, 12


class PartialSums(NamedTuple):
    """Of a layer, sampled: cell units, float32 on the CPU, (slices, blocks, bit planes, windows, output channels).

    A channel's windows are those of its group.

    Attributes:
        ideal: whole numbers.
        seen: what arrives at the ADCs; the same where wires don't resist.
    """

    ideal: Tensor
    seen: Tensor


def sample_partial_sums(
    inputs: Tensor,
    weight: Tensor,
    *,
    windows: Windows,
    input_bits: int,
    design_rows: int,
    cells: WeightCells,
    crossbar_size: int,
    generator: torch.Generator,
    most_blocks: int = MANY_BLOCKS,
    wires: ColumnWires | None = None,
) -> PartialSums:
    """One layer's partial sums on windows drawn from `inputs`.

    A layer that is narrower than the design's (a proxy's) stands for all the design's rows: they wrap around its
    own, each time with the next output channel's weights, so that blocks are as full as the design's and the
    number of active rows, the common part of an offset encoding's sums, varies as it does in full blocks.
    Rows that repeat within one block share their inputs; that happens below 64 / kernel^2 channels only.

    Args:
        inputs: the layer's inputs, integers of so many bits, (N, C_in, H, W).
        weight: signed whole numbers, (C_out, C_in / groups, k, k).
        windows: of the layer.
        design_rows: rows of the design's layer, of one group.
        cells: how weights lie in cells.
        most_blocks: row blocks that are sampled where the layer has so many.
        wires: of the columns; they don't resist where it is None.
    """
    drawn = windows.sampled(inputs, WINDOWS, generator).cpu()
    matrix = weight.flatten(1).cpu()
    own_rows = matrix.shape[1]
    drawn, first, outputs = _of_groups(drawn, windows.groups, len(matrix))

    blocks = int(row_blocks(design_rows, crossbar_size))
    sampled_blocks = min(most_blocks, blocks)
    chosen = torch.arange(sampled_blocks) * blocks // sampled_blocks
    rows = chosen[:, None] * crossbar_size + torch.arange(crossbar_size)
    wraps, own = rows // own_rows, rows % own_rows
    channels = torch.arange(_CHANNELS) * outputs // _CHANNELS
    sampled = matrix[first[:, None, None] + (channels[:, None, None] + wraps) % outputs, own]  # (O, B, R)
    held = torch.from_numpy(cells.held(sampled.numpy())).float()  # (columns, S, O, B, R)
    columns = held.unflatten(2, (-1, _GROUPS)).permute(0, 1, 4, 3, 5, 2)  # (columns, S, B, G, R, O / G)

    active = (drawn[:, own] * (rows < design_rows)).to(windows.held_type)  # (W, B, R)
    planes = (active >> torch.arange(input_bits, dtype=active.dtype)[:, None, None, None]) & 1
    grouped = planes.unflatten(1, (_GROUPS, -1)).permute(3, 1, 0, 2, 4)  # (B, G, planes, W / G, R)
    on = grouped.flatten(2, 3).float()

    def arranged(sums: Tensor) -> Tensor:
        """(S, B, G, planes x W / G, O / G), one column of a conversion less the other."""
        return sums.unflatten(3, (input_bits, -1)).permute(0, 1, 3, 4, 2, 5).flatten(4)

    ideal = arranged(on @ (columns[0] - columns[1] if cells.encoding.subtracts else columns[0]))
    if wires is None:
        return PartialSums(ideal, ideal)
    full = (design_rows - chosen * crossbar_size).clamp(max=crossbar_size)
    losses = _lost(columns, on, wires, full.tolist())
    return PartialSums(ideal, ideal - arranged(losses[0] - losses[1] if len(losses) > 1 else losses[0]))


def _of_groups(drawn: Tensor, groups: int, outputs: int) -> tuple[Tensor, Tensor, int]:
    """Windows as a group of their convolution sees them, every calibration group another one, spread over all.

    Args:
        drawn: (W, C_in k^2).

    Returns:
        (W, rows of a group); of every sampled output the first output of its group, (O,); outputs of a group.
    """
    if groups == 1:
        return drawn, torch.zeros(_CHANNELS, dtype=torch.int64), outputs
    chosen = torch.arange(_GROUPS) * groups // _GROUPS
    by_group = drawn.unflatten(1, (groups, -1)).unflatten(0, (_GROUPS, -1))
    seen = by_group[torch.arange(_GROUPS), :, chosen].flatten(0, 1)
    own = outputs // groups
    return seen, (chosen * own).repeat(_CHANNELS // _GROUPS), own


def _lost(columns: Tensor, on: Tensor, wires: ColumnWires, rows: list[int]) -> Tensor:
    """What columns lose to their wires.

    Args:
        columns: what cells hold, (columns, S, B, G, R, O / G).
        on: which rows are, (B, G, M, R).
        rows: of every block, (B,).

    Returns:
        (columns, S, B, G, M, O / G).
    """
    modes = [Mode.of(wires, count) for count in rows]
    weights = torch.stack([F.pad(mode.weights, (0, columns.shape[4] - len(mode.weights))) for mode in modes])
    bends = torch.tensor([mode.bend for mode in modes]).view(-1, 1, 1, 1)
    return lost(on @ ((columns + wires.idle) * weights[:, None, :, None].to(columns)), bends)
