"""Signed-weight encodings: how many cells a weight takes, and what they hold of it.

A weight of `weight_bits` bits is cut into digits of at most `bits_per_cell` bits, a cell and a conversion each. A
conversion reads one column, or the difference of two: of a pair, or of a column and its crossbar's reference column.
What the ADC counts, the digits, is what the first column's cells hold minus what the second one's do.

    offset            w + 2^(weight_bits - 1) in unsigned cells; that times the sum of inputs is taken off digitally
    reference_column  signed digits plus half a cell's range; a column of half-range cells, one a crossbar, is mirrored
                      and subtracted before every ADC
    differential      |w| in one column of a pair, zeros in the other, which depends on the sign; the pair's currents
                      are subtracted before the ADC; a sign takes no bit, so 4-bit cells hold 5-bit weights in one pair

A weight that has fewer bits than a cell leaves levels of the cell unused; those that it uses span all conductances.

To add an encoding, add its line in `ENCODINGS`, and in hardware/README.md what is assumed of its circuits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, TypeVar

import numpy as np

WeightEncoding = Literal["offset", "reference_column", "differential"]
Counts = TypeVar("Counts", int, np.ndarray)


@dataclass(frozen=True)
class Encoding:
    """One way to hold signed weights.

    Attributes:
        hold: what the columns of a conversion hold: (weights, their cells) -> int64 (columns of a conversion, cells,
            *weights.shape), most significant cell first.
        sign_bits: of a weight's bits, those that no cell holds.
        columns_per_conversion: columns of a digit that belong to the weight alone.
        reference_columns: columns that a crossbar has besides.
        least_bits_per_cell: what a cell must hold at least.
    """

    hold: Callable[[np.ndarray, WeightCells], np.ndarray]
    sign_bits: int
    columns_per_conversion: int
    reference_columns: int
    least_bits_per_cell: int

    @property
    def columns_drawn(self) -> int:
        """Columns whose currents a conversion draws, that of a reference column among them."""
        return self.columns_per_conversion + self.reference_columns

    @property
    def subtracts(self) -> bool:
        """Whether currents are subtracted before an ADC."""
        return self.columns_drawn > 1

    def cells_per_weight(self, weight_bits: Counts, bits_per_cell: int) -> Counts:
        """n_c, digits of a weight: neighbouring cells, or pairs of cells."""
        return -(-(weight_bits - self.sign_bits) // bits_per_cell)


@dataclass(frozen=True)
class WeightCells:
    """How weights of one precision lie in cells."""

    encoding: Encoding
    weight_bits: int
    bits_per_cell: int

    @property
    def count(self) -> int:
        """Digits of a weight."""
        return self.encoding.cells_per_weight(self.weight_bits, self.bits_per_cell)

    @property
    def digit_bits(self) -> int:
        """Bits of a cell that are used."""
        return min(self.bits_per_cell, self.weight_bits - self.encoding.sign_bits)

    @property
    def largest_digit(self) -> int:
        """What a cell holds at most; at this it conducts as well as it can."""
        return int(2**self.digit_bits - 1)

    @cached_property
    def significance(self) -> np.ndarray:
        """What a unit of each digit is worth, most significant first, float64 (cells,)."""
        return 2.0 ** (self.digit_bits * np.arange(self.count - 1, -1, -1))

    @property
    def offset(self) -> int:
        """By how much the digits' sum stands above the weight; taken off digitally."""
        return 0 if self.encoding.subtracts else int(2 ** (self.weight_bits - 1))

    @property
    def largest_weight(self) -> int:
        """Weights that are trained lie within plus and minus this."""
        largest = int(2 ** (self.weight_bits - 1) - 1)
        if not self.encoding.reference_columns:
            return largest
        return min(largest, (2 ** (self.digit_bits - 1) - 1) * int(self.significance.sum()))

    def held(self, weights: np.ndarray) -> np.ndarray:
        """What cells hold of whole weights, int64 (columns of a conversion, cells, *weights.shape)."""
        return self.encoding.hold(weights.astype(np.int64), self)

    def digits(self, weights: np.ndarray) -> np.ndarray:
        """What ADCs count weights as, int64 (cells, *weights.shape), most significant first."""
        held = self.held(weights)
        return held[0] - held[1] if self.encoding.subtracts else held[0]


@cache
def weight_cells(encoding: WeightEncoding, weight_bits: int, bits_per_cell: int) -> WeightCells:
    """How weights of a precision lie in cells of so many bits."""
    return WeightCells(ENCODINGS[encoding], weight_bits, bits_per_cell)


def _unsigned(values: np.ndarray, cells: WeightCells) -> np.ndarray:
    """Digits of unsigned integers, (cells, *values.shape)."""
    significance = cells.significance.astype(np.int64).reshape(-1, *([1] * values.ndim))
    return np.asarray((values[None] // significance) % 2**cells.digit_bits)


def _offset(weights: np.ndarray, cells: WeightCells) -> np.ndarray:
    return _unsigned(weights + cells.offset, cells)[None]


def _reference_column(weights: np.ndarray, cells: WeightCells) -> np.ndarray:
    # Half a cell's range added to every digit makes it unsigned, and is what the reference column holds.
    half = 2 ** (cells.digit_bits - 1)
    held = _unsigned(weights + half * int(cells.significance.sum()), cells)
    return np.stack([held, np.full_like(held, half)])


def _differential(weights: np.ndarray, cells: WeightCells) -> np.ndarray:
    held = _unsigned(np.abs(weights), cells)
    positive = weights >= 0
    return np.stack([held * positive, held * ~positive])


ENCODINGS: dict[WeightEncoding, Encoding] = {
    "offset": Encoding(_offset, 0, 1, 0, 1),
    "reference_column": Encoding(_reference_column, 0, 1, 1, 2),
    "differential": Encoding(_differential, 1, 2, 0, 1),
}
