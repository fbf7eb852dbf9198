"""INV+, NAND+, the flip-flop and the full adder that most components are made of (sections 4.5, 5.1, 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from xpert_evo.hardware.process.gates import (
    Gate,
    enlarge,
    inverter,
    on_resistance_n,
    on_resistance_p,
    ramp_delay,
    stacked,
)
from xpert_evo.hardware.process.technology import Technology

ADDER_ACTIVITY = 0.15
CONTROL_ACTIVITY = 0.05  # of decoders, encoders and comparators
ACCUMULATOR_DFF_ACTIVITY = 0.5


@dataclass(frozen=True)
class StandardCells:
    """The cells of one node.

    Attributes:
        inv, nand: INV+ and NAND+, grown to the cell height.
        dff_width: w_d, m. dff_j: e_d, per flip-flop and clock. dff_leakage: W.
        adder_area: A_FA, m2 per bit. adder_leakage: W per bit. adder_first_j, adder_next_j: energy of an
            addition's first and every further bit. adder_head_s: d1 + d2 + d5 + d6 + d7. adder_carry_s: d3 + d4.
    """

    inv: Gate
    nand: Gate
    dff_width: float
    dff_j: float
    dff_leakage: float
    adder_area: float
    adder_leakage: float
    adder_first_j: float
    adder_next_j: float
    adder_head_s: float
    adder_carry_s: float

    def adder_j(self, bits: Any) -> Any:
        """Energy of one addition of so many bits."""
        return self.adder_first_j + self.adder_next_j * (bits - 1)

    def adder_delay_s(self, bits: Any) -> Any:
        """d_add."""
        return self.adder_head_s + np.maximum(bits - 2, 0) * self.adder_carry_s


@cache
def standard_cells(tech: Technology) -> StandardCells:
    """The cells of a node."""
    f, v2 = tech.feature_m, tech.supply_v**2
    inv = inverter(tech, *enlarge(tech, 2 * f, tech.beta * 2 * f))
    nand = stacked(tech, "nand", 2, *enlarge(tech, 4 * f, tech.beta * 2 * f))
    smallest = inverter(tech, 2 * f, tech.beta * 2 * f)

    i_in, i_out = inv.input_f, inv.output_f
    gates_f = tech.gate_f_per_m * (inv.wn + inv.wp)
    clocked = 4 * (i_in + i_out) + 2 * gates_f + (3 * i_out + i_in) + (i_out + i_out) + (i_in + i_out)

    i, o = nand.input_f, nand.output_f
    rn, rp = 2 * on_resistance_n(tech, nand.wn), on_resistance_p(tech, nand.wp)
    loads = (o + 3 * i, o + 2 * i, o + 3 * i, o + 2 * i, o + 3 * i, o + i, o)
    delays = []
    stage, ramp = ramp_delay(rn * loads[0])
    delays.append(float(stage))
    for number, load in enumerate(loads[1:], start=1):
        stage, ramp = ramp_delay((rp if number % 2 else rn) * load, ramp)
        delays.append(float(stage))
    return StandardCells(
        inv=inv,
        nand=nand,
        dff_width=12 * float(smallest.width),
        dff_j=float(clocked * v2),
        dff_leakage=8 * float(inv.leakage),
        adder_area=9 * float(nand.area),
        adder_leakage=9 * float(nand.leakage),
        adder_first_j=float(ADDER_ACTIVITY * v2 * (14 * i + 7 * o)),
        adder_next_j=float(ADDER_ACTIVITY * v2 * (13 * i + 7 * o)),
        adder_head_s=delays[0] + delays[1] + delays[4] + delays[5] + delays[6],
        adder_carry_s=delays[2] + delays[3],
    )
