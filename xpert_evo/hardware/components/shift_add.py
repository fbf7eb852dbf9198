"""Shift-adds, which put the cells of a weight and the bits of an input together (section 5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xpert_evo.hardware.components import flip_flops
from xpert_evo.hardware.components.standard_cells import ACCUMULATOR_DFF_ACTIVITY, standard_cells
from xpert_evo.hardware.process.technology import Technology


@dataclass(frozen=True)
class ShiftAdd:
    """A row of units under a crossbar: height, m; energy of one operation of all; leakage, W."""

    height: np.ndarray
    energy_j: np.ndarray
    leakage: np.ndarray


def shift_add(tech: Technology, units: Any, bits: Any, pulses: Any, width: float) -> ShiftAdd:
    """u units with B-bit adders for p pulses, laid out in a given width; nothing where p is 1.

    Args:
        units: u. bits: B. pulses: p, cells or input bits that are put together. width: X, m.
    """
    cells = standard_cells(tech)
    there = np.asarray(pulses) > 1
    flops = (bits + pulses) * units
    height = (
        cells.adder_area * bits * units / width + tech.cell_height_m + flip_flops.height_at_width(tech, flops, width)
    )
    energy_j = units * cells.adder_j(bits) + ACCUMULATOR_DFF_ACTIVITY * flops * cells.dff_j
    leakage = cells.adder_leakage * bits * units + cells.dff_leakage * flops
    return ShiftAdd(np.where(there, height, 0.0), np.where(there, energy_j, 0.0), np.where(there, leakage, 0.0))
