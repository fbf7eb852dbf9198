"""A convolution as the circuit does it where columns' wires resist: what every column loses, then its conversion."""

from __future__ import annotations

import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.blocks import (
    codes_type,
    grouped_product,
    over_windows,
    row_blocks_of,
    sums_of_inputs,
)
from xpert_evo.accuracy.circuit.devices import Conductances
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.circuit.wires import ColumnWires, Mode, lost


def wired_convolution(
    x: Tensor,
    conductances: Conductances,
    wires: ColumnWires,
    *,
    windows: Windows,
    input_bits: int,
    adc_bits: int,
    step: Tensor,
    lowest: Tensor,
    significance: Tensor,
    crossbar_size: int,
    offset: float,
) -> Tensor:
    """A convolution, see `exact.exact_convolution`, whose arguments these are but for:

    Args:
        conductances: of the layer's cells.
        wires: of its columns. Rows are filled from the ADCs on; what idle cells of a single column conduct is known
            and taken off.
        offset: that the encoding adds to a weight, times what wires leave of sums in the mean.

    Returns:
        In units of one integer input times one integer weight, times what wires leave, float32 (N, C_out, H', W').
    """
    columns, slices, _, outputs = conductances.cells.shape
    blocks = _blocks(conductances, wires, crossbar_size)
    steps = step.view(slices, 1, 1)
    ranges = [(float(low), float(low) + 2**adc_bits - 1) for low in lowest]
    exactly = codes_type(ranges, input_bits, len(blocks))
    worth = (significance.to(x.device) * step).double().view(slices, 1, 1)

    def seen(block: Tensor, bend: float, plane: Tensor) -> Tensor:
        products = grouped_product(block, plane, (1 + columns) * slices)
        ideal, modes = products.view(1 + columns, slices, outputs, -1).tensor_split([1])
        losses = lost(modes, bend)
        arriving = ideal[0].sub_(losses[0])
        return arriving.add_(losses[1]) if columns > 1 else arriving

    def of_windows(inside: Tensor) -> Tensor:
        total = conductances.cells.new_zeros(slices, outputs, inside.shape[1], dtype=exactly)
        for (block, bend), inputs in zip(blocks, row_blocks_of(inside, windows.groups, crossbar_size), strict=True):
            for bit in range(input_bits):
                plane = ((inputs >> bit) & 1).to(conductances.cells.dtype)
                codes = seen(block, bend, plane).div_(steps).round_()
                for code, (low, high) in zip(codes, ranges, strict=True):
                    code.clamp_(low, high)
                total.add_(codes, alpha=windows.bit_worth(bit, input_bits))
        y = total.double().mul_(worth).sum(dim=0)
        return y.sub_(sums_of_inputs(inside, windows.groups, outputs), alpha=offset) if offset else y

    # As many windows as without wires: the products, three times as tall, are what takes the time, and they want width.
    return over_windows(x, windows, of_windows, sums_a_window=slices * outputs)


def _blocks(conductances: Conductances, wires: ColumnWires, crossbar_size: int) -> list[tuple[Tensor, float]]:
    """Every row block's matrix and the bend of its mode.

    The matrix gives what ADCs would see without wires, then every column's weighted sum: ((1 + columns) slices C_out,
    rows). What a mirror makes of its column's loss is in the weights; its gain's root is near enough to 1 for that.
    """
    blocks = []
    for number, cells in enumerate(conductances.cells.split(crossbar_size, dim=2)):
        held, mode = cells.transpose(2, 3), Mode.of(wires, cells.shape[2])
        weighted = list((held * mode.weights.to(held)).unbind())
        if len(held) == 1:
            ideal = held[0] - wires.idle
        elif conductances.mirrors is None:
            ideal = held[0] - held[1]
        else:
            gains = conductances.mirrors[:, number, :, None]
            ideal = held[0] - gains * held[1]
            weighted[1] = weighted[1] * gains.sqrt()
        blocks.append((torch.stack([ideal, *weighted]).flatten(0, 2), mode.bend))
    return blocks
