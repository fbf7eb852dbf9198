"""Adder trees (section 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xpert_evo.hardware.components.standard_cells import StandardCells, standard_cells
from xpert_evo.hardware.process.technology import Technology


@dataclass(frozen=True)
class AdderTree:
    """One tree: full adders in all, cycles and energy of an operation. With one input all are zero."""

    cells: StandardCells
    adder_bits: np.ndarray
    cycles: np.ndarray
    energy_j: np.ndarray

    @property
    def area(self) -> np.ndarray:
        """m2."""
        return self.cells.adder_area * self.adder_bits

    @property
    def leakage(self) -> np.ndarray:
        """W."""
        return self.cells.adder_leakage * self.adder_bits


def adder_tree(tech: Technology, inputs: Any, bits: Any, clock_hz: float) -> AdderTree:
    """A tree over n inputs of B bits: stage k has floor(j_k / 2) adders of B + k bits, j_0 = n.

    Args:
        inputs: n, integers.
        bits: B.
        clock_hz: f, at which every stage is rounded up to cycles.
    """
    cells = standard_cells(tech)
    inputs, bits = np.broadcast_arrays(np.asarray(inputs, dtype=np.int64), np.asarray(bits, dtype=float))
    shape = inputs.shape
    adder_bits, cycles, energy_j = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    left = inputs
    for stage in range(int(inputs.max(initial=1) - 1).bit_length()):
        there = inputs > 2**stage
        adders = np.where(there, left // 2, 0)
        adder_bits += adders * (bits + stage)
        cycles += np.where(there, np.ceil(cells.adder_delay_s(bits + stage) * clock_hz), 0)
        energy_j += adders * cells.adder_j(bits + stage)
        left = left // 2
    return AdderTree(cells, adder_bits, cycles, energy_j)
