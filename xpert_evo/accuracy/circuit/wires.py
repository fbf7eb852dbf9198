"""Columns whose wire resists: what of their current arrives at the ADC.

Inputs drive the gates of access transistors, so that columns' wires alone carry the read current. Cell k of a column
conducts g_k where its input is 1 and joins the wire k segments from the ADC, each of resistance r; its other end is at
the read voltage V. With no resistance the current is I_0 = V sum g_k. Everything is in units of a digit: a cell at its
largest digit d conducts d + idle, and currents are in units of V times a digit's conductance.

Exactly, the admittance Y seen from a node away from the ADC is what its cell conducts plus what the next segment lets
through of the next node's, Y_k = g_k + Y_(k+1) / (1 + r Y_(k+1)), and I = Y_1 / (1 + r Y_1).

To first order, cells of a node whose voltage has risen by v carry g v less; that voltage is the sum of the drops on the
way, so that the column loses r sum S_k^2, S_k being the current through segment k, that of all cells beyond it. A
column of equal cells gives I_0 tanh(x) / x, where x^2 = 3 d and d = r sum S_k^2 / I_0 is the share that the first order
loses; that is I_0 (5 + d) / (5 + 6 d) within 0.001 I_0 up to d = 0.5 (Pade).

The sum is a quadratic form of the cells' currents with the matrix min(k, l), whose eigenvectors are sines (of a string
that is fixed at one end) and whose eigenvalues fall with the square of their number: two of them do, each one more
product of matrices. What that errs by is a twentieth of what is lost and less (root mean square over columns of 32 to
256 rows, against the ladder in benchmarks/accuracy/wires.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.encodings import WeightCells

_DARK = 1e-12  # of no current at all
MODES = 2  # of a column


@dataclass(frozen=True)
class ColumnWires:
    """The wires of the columns that hold a layer's weights, in units of a digit.

    Attributes:
        resistance: r, of a segment, times a digit's conductance.
        idle: what a cell that holds zero conducts.
    """

    resistance: float
    idle: float

    @classmethod
    def of(cls, array: ArrayShape, cells: WeightCells) -> ColumnWires | None:
        """Of an array whose cells hold weights like that; None where its wires don't resist."""
        if not array.wire_per_cell:
            return None
        digit = (1 - array.off_share) / cells.largest_digit  # of a cell's largest conductance
        return cls(array.wire_per_cell * digit, array.off_share / digit)


def modes(rows: int) -> Tensor:
    """The first `MODES` eigenvectors of min(k, l), k and l = 1 .. rows, times the roots of their eigenvalues.

    Returns:
        float64 (MODES, rows): the squares of its products with the cells' currents add up to sum S_k^2, nearly.
    """
    angles = (2 * torch.arange(1, MODES + 1, dtype=torch.float64) - 1) * math.pi / (2 * rows + 1)
    sines = torch.sin(angles[:, None] * torch.arange(1, rows + 1))
    lengths = sines.norm(dim=1, keepdim=True).clamp_(min=_DARK)  # no row has more modes than rows
    return sines / lengths / (2 * torch.sin(angles[:, None] / 2))


def mode_weights(wires: ColumnWires, rows: int) -> Tensor:
    """What rows' currents are multiplied by: their sums are what `arriving` takes. float64 (1 + MODES, rows)."""
    first_order = math.sqrt(wires.resistance) * modes(rows)
    return torch.cat([torch.ones_like(first_order[:1]), first_order])


def with_modes(matrix: Tensor, wires: ColumnWires, crossbar_size: int) -> Tensor:
    """What gives `arriving` its sums, of a row block's inputs.

    Args:
        matrix: what the cells of some columns conduct, (columns, rows); there may be fewer rows than a crossbar has.

    Returns:
        ((1 + MODES) columns, rows).
    """
    weights = mode_weights(wires, crossbar_size)[:, : matrix.shape[1]].to(matrix)
    return (weights[:, None] * matrix).flatten(0, 1)


def arriving(sums: Tensor) -> Tensor:
    """The current of columns in closed form; the sums are used up.

    Args:
        sums: their cells' currents without wires, and of every mode, ((1 + MODES), ...); see `with_modes`.

    Returns:
        (...), in units of a digit.
    """
    total, first, *others = sums
    lost = first.square_()
    for other in others:
        lost.addcmul_(other, other)
    five = total.mul(5).add_(_DARK)
    return total.mul_(five + lost).div_(five.add_(lost, alpha=6))
