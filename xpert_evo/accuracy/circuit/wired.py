"""A convolution as the circuit does it where columns' wires resist: what every column loses, then its conversion."""

from __future__ import annotations

import torch
from torch import Tensor

from xpert_evo.accuracy.circuit.blocks import over_windows
from xpert_evo.accuracy.circuit.devices import Conductances
from xpert_evo.accuracy.circuit.wires import MODES, ColumnWires, arriving, with_modes


def wired_convolution(
    x: Tensor,
    conductances: Conductances,
    wires: ColumnWires,
    *,
    kernel: int,
    input_bits: int,
    adc_bits: int,
    step: Tensor,
    lowest: Tensor,
    significance: Tensor,
    crossbar_size: int,
    offset: float,
) -> Tensor:
    """Same-padded convolution of stride 1, see `exact.exact_convolution`, whose arguments these are but for:

    Args:
        conductances: of the layer's cells.
        wires: of its columns. Rows are filled from the ADCs on; what idle cells of a single column conduct is known
            and taken off.
        offset: that the encoding adds to a weight, times what wires leave of sums in the mean.

    Returns:
        In units of one integer input times one integer weight, times what wires leave, float32 (N, C_out, H, W).
    """
    columns, slices, rows, outputs = conductances.cells.shape
    matrix = conductances.cells.permute(0, 1, 3, 2).reshape(columns * slices * outputs, rows)
    blocks = [with_modes(block, wires, crossbar_size) for block in matrix.split(crossbar_size, dim=1)]
    steps = step.view(slices, 1, 1)
    ranges = [(float(low), float(low) + 2**adc_bits - 1) for low in lowest]
    worth = (significance.to(x.device) * step).double().view(slices, 1, 1)

    def seen(number: int, plane: Tensor) -> Tensor:
        sums = torch.mm(blocks[number], plane)
        currents = arriving(sums.view(1 + MODES, columns, slices, outputs, -1))
        if columns == 1:
            return currents[0].sub_(plane.sum(dim=0), alpha=wires.idle)
        if conductances.mirrors is not None:
            currents[1].mul_(conductances.mirrors[:, number, :, None])
        return currents[0].sub_(currents[1])

    def of_windows(windows: Tensor) -> Tensor:
        total = matrix.new_zeros(slices, outputs, windows.shape[1])
        for number, inputs in enumerate(windows.split(crossbar_size)):
            for bit in range(input_bits):
                plane = ((inputs >> bit) & 1).to(matrix.dtype)
                codes = seen(number, plane).div_(steps).round_()
                for code, (low, high) in zip(codes, ranges, strict=True):
                    code.clamp_(low, high)
                total.add_(codes, alpha=2.0**bit)
        y = total.double().mul_(worth).sum(dim=0)
        return y.sub_(windows.to(matrix.dtype).sum(dim=0), alpha=offset) if offset else y

    return over_windows(x, kernel, of_windows, sums_a_window=(1 + MODES) * columns * slices * outputs)
