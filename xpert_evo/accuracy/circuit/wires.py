"""Columns whose wire resists: what of their current arrives at the ADC.

Inputs drive the gates of access transistors, so that columns' wires alone carry the read current. Cell k of a column
conducts g_k where its input is 1 and joins the wire k segments from the ADC, each of resistance r; its other end is at
the read voltage V. With no resistance the current is I_0 = V sum g_k. Everything is in units of a digit: a cell at its
largest digit d conducts d + idle, and currents are in units of V times a digit's conductance.

Exactly, the admittance Y seen from a node away from the ADC is what its cell conducts plus what the next segment lets
through of the next node's, Y_k = g_k + Y_(k+1) / (1 + r Y_(k+1)), and I = Y_1 / (1 + r Y_1).

To first order, cells of a node whose voltage has risen by v carry g v less; that voltage is the sum of the drops on the
way, so that the column loses q = r sum S_k^2, S_k being the current through segment k, that of all cells beyond it.
The sum is a quadratic form of the cells' currents with the matrix min(k, l), whose eigenvectors are sines (of a string
that is fixed at one end) and whose eigenvalues fall with the square of their number. The first of them holds 98.6 % of
what equal cells lose; scaled up to all of it, one weighted sum m of the currents gives q = m^2.

A column of equal cells gives I_0 tanh(x) / x, where x^2 = 3 d and d = q / I_0 is the share that the first order loses;
it loses q / (1 + 6 d / 5), within 0.001 I_0 up to d = 0.5 (Pade). In that small term I_0 is what equal cells of the
same m would give, so that a column wants one more product of matrices than it does without wires, and a pair two.
What it all errs by is 1 to 3 % of what is lost (root mean square over columns of 32 to 256 rows, against the ladder in
benchmarks/accuracy/wires.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.encodings import WeightCells


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


class Mode(NamedTuple):
    """What a column of some rows loses, by a weighted sum of its cells' currents, in units of a digit.

    Attributes:
        weights: of the rows, from the ADC on, float64 (rows,).
        bend: what a unit of the weighted sum takes from the first order's loss, a share.
    """

    weights: Tensor
    bend: float

    @classmethod
    def of(cls, wires: ColumnWires, rows: int) -> Mode:
        """Of a column that has so many cells; what lies beyond them carries no current and doesn't count."""
        sine = torch.sin(math.pi / (2 * rows + 1) * torch.arange(1, rows + 1, dtype=torch.float64))
        equal = wires.resistance * rows * (rows + 1) * (2 * rows + 1) / 6  # of cells that conduct a digit each
        weights = sine * (math.sqrt(equal) / float(sine.sum()))
        return cls(weights, 1.2 * math.sqrt(equal) / rows)


def lost(sums: Tensor, bend: Tensor | float) -> Tensor:
    """What columns lose.

    Args:
        sums: of their cells' currents, weighted by a `Mode`. bend: the mode's, of a shape that goes with theirs.

    Returns:
        Of the sums' shape, in units of a digit.
    """
    return sums.square().div_(sums.mul(bend).add_(1))
