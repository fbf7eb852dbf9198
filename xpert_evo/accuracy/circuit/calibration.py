"""Partial sums as a layer's ADCs see them, measured on a sample of windows: what their ranges are set by."""

import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.design.encodings import WeightCells
from xpert_evo.design.mapping import row_blocks

# Windows come in groups, each with output channels of its own: what drives sums out of range is the active rows,
# shared by all channels of a window, and a channel's own digits, shared by all windows; both want many samples.
# On 128 images a trained layer's noise is then within about 1 dB (rms) of an exact simulation on other images.
_GROUPS = 8
_WINDOWS = 320
_CHANNELS = 32
# Row blocks, spread over the layer. A training, which calibrates often, makes do with the first.
FEW_BLOCKS, MANY_BLOCKS = 3, 12


def sample_partial_sums(
    inputs: Tensor,
    weight: Tensor,
    *,
    input_bits: int,
    design_rows: int,
    cells: WeightCells,
    crossbar_size: int,
    generator: torch.Generator,
    most_blocks: int = MANY_BLOCKS,
) -> Tensor:
    """One layer's partial sums on windows drawn from `inputs`.

    A layer that is narrower than the design's (a proxy's) stands for all the design's rows: they wrap around its
    own, each time with the next output channel's weights, so that blocks are as full as the design's and the
    number of active rows, the common part of an offset encoding's sums, varies as it does in full blocks.
    Rows that repeat within one block share their inputs; that happens below 64 / kernel^2 channels only.

    Args:
        inputs: the layer's inputs, integers in 0..2^input_bits - 1, (N, C_in, H, W).
        weight: signed whole numbers, (C_out, C_in, k, k), k odd (same padding).
        design_rows: rows of the design's layer.
        cells: how weights lie in cells.
        most_blocks: row blocks that are sampled where the layer has so many.

    Returns:
        Whole numbers, cell units, float32 on the CPU, (slices, blocks, bit planes, windows, output channels);
        a channel's windows are those of its group.
    """
    kernel = weight.shape[-1]
    windows = sample_windows(inputs, kernel, generator).cpu()
    matrix = weight.flatten(1).cpu()
    outputs, own_rows = matrix.shape

    blocks = int(row_blocks(design_rows, crossbar_size))
    sampled_blocks = min(most_blocks, blocks)
    chosen = torch.arange(sampled_blocks) * blocks // sampled_blocks
    rows = chosen[:, None] * crossbar_size + torch.arange(crossbar_size)
    wraps, own = rows // own_rows, rows % own_rows
    channels = torch.arange(_CHANNELS) * outputs // _CHANNELS
    sampled = matrix[(channels[:, None, None] + wraps) % outputs, own]  # (O, B, R)
    digits = torch.from_numpy(cells.digits(sampled.numpy()))
    columns = digits.float().unflatten(1, (-1, _GROUPS)).permute(0, 3, 2, 4, 1)  # (S, B, G, R, O / G)

    active = windows[:, own] * (rows < design_rows)  # (W, B, R)
    planes = (active.to(torch.uint8) >> torch.arange(input_bits, dtype=torch.uint8)[:, None, None, None]) & 1
    grouped = planes.unflatten(1, (_GROUPS, -1)).permute(3, 1, 0, 2, 4)  # (B, G, planes, W / G, R)
    sums = grouped.flatten(2, 3).float() @ columns
    sums = sums.unflatten(3, (input_bits, -1))  # (S, B, G, planes, W / G, O / G)
    return sums.permute(0, 1, 3, 4, 2, 5).flatten(4)


def sample_windows(inputs: Tensor, kernel: int, generator: torch.Generator) -> Tensor:
    """`_WINDOWS` windows of a same-padded convolution in the row order of the weight matrix, (W, C_in k^2)."""
    images, _, height, width = inputs.shape
    pad = kernel // 2
    image = torch.randint(images, (_WINDOWS, 1, 1), generator=generator)
    y = torch.randint(height, (_WINDOWS, 1, 1), generator=generator) + torch.arange(kernel)[:, None]
    x = torch.randint(width, (_WINDOWS, 1, 1), generator=generator) + torch.arange(kernel)
    padded = F.pad(inputs, (pad, pad, pad, pad)).permute(0, 2, 3, 1)
    return padded[image, y, x].permute(0, 3, 1, 2).flatten(1)
