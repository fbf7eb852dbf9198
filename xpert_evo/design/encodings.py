"""Signed-weight encodings: what cells hold of 8-bit weights, and what an ADC is given of it.

A weight is cut into slices of `bits_per_cell` bits, one conversion each. A conversion reads one column, or the
difference of two: of a pair, or of a column and its crossbar's reference column. What the ADC counts, the digits,
is what the first column's cells hold minus what the second one's do.

    offset            w + 128 in unsigned cells; 128 times the sum of inputs is taken off digitally
    reference_column  signed digits plus half a cell's range; a column of half-range cells, one a crossbar, is mirrored
                      and subtracted before every ADC
    differential      |w| in one column of a pair, zeros in the other, which depends on the sign; the pair's currents
                      are subtracted before the ADC

To add one, add its line in `ENCODINGS`, and in hardware/README.md what is assumed of its circuits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xpert_evo.design.mapping import WEIGHT_BITS, cells_per_weight

WeightEncoding = Literal["offset", "reference_column", "differential"]

# (weights, bits a cell) -> int64 (columns of a conversion, cells, *weights.shape), most significant cell first
Cells = Callable[[np.ndarray, int], np.ndarray]

LARGEST_WEIGHT = 2 ** (WEIGHT_BITS - 1) - 1


@dataclass(frozen=True)
class Encoding:
    """One way to hold signed weights.

    Attributes:
        cells: what the columns of a conversion hold.
        offset: by how much the digits' sum stands above the weight; taken off digitally.
        columns_per_conversion: columns of a slice that belong to the weight alone.
        reference_columns: columns that a crossbar has besides.
        least_bits_per_cell: what a cell must hold at least.
    """

    cells: Cells
    offset: int
    columns_per_conversion: int
    reference_columns: int
    least_bits_per_cell: int

    @property
    def subtracts(self) -> bool:
        """Whether currents are subtracted before an ADC."""
        return self.columns_per_conversion + self.reference_columns > 1

    def digits(self, weights: np.ndarray, bits_per_cell: int) -> np.ndarray:
        """What ADCs count weights as, int64 (cells, *weights.shape), most significant first."""
        held = self.cells(weights, bits_per_cell)
        return held[0] - held[1] if self.subtracts else held[0]

    def largest_weight(self, bits_per_cell: int) -> int:
        """Weights that are trained lie within plus and minus this."""
        if not self.reference_columns:
            return LARGEST_WEIGHT
        return min(LARGEST_WEIGHT, (2 ** (bits_per_cell - 1) - 1) * int(_significance(bits_per_cell).sum()))


def _significance(bits_per_cell: int) -> np.ndarray:
    return np.asarray(2 ** (bits_per_cell * np.arange(cells_per_weight(bits_per_cell) - 1, -1, -1)))


def _unsigned(values: np.ndarray, bits_per_cell: int) -> np.ndarray:
    """Digits of unsigned integers, (cells, *values.shape)."""
    significance = _significance(bits_per_cell).reshape(-1, *([1] * values.ndim))
    return np.asarray((values[None] // significance) % 2**bits_per_cell)


def _offset(weights: np.ndarray, bits_per_cell: int) -> np.ndarray:
    return _unsigned(weights.astype(np.int64) + 2 ** (WEIGHT_BITS - 1), bits_per_cell)[None]


def _reference_column(weights: np.ndarray, bits_per_cell: int) -> np.ndarray:
    # Half a cell's range added to every digit makes it unsigned, and is what the reference column holds.
    half = 2 ** (bits_per_cell - 1)
    held = _unsigned(weights.astype(np.int64) + half * int(_significance(bits_per_cell).sum()), bits_per_cell)
    return np.stack([held, np.full_like(held, half)])


def _differential(weights: np.ndarray, bits_per_cell: int) -> np.ndarray:
    held = _unsigned(np.abs(weights.astype(np.int64)), bits_per_cell)
    positive = weights >= 0
    return np.stack([held * positive, held * ~positive])


ENCODINGS: dict[WeightEncoding, Encoding] = {
    "offset": Encoding(_offset, 2 ** (WEIGHT_BITS - 1), 1, 0, 1),
    "reference_column": Encoding(_reference_column, 0, 1, 1, 2),
    "differential": Encoding(_differential, 0, 2, 0, 1),
}
