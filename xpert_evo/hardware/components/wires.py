"""Repeated wires and the H-trees made of them (sections 5.15 and 5.16)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from xpert_evo.hardware.process.gates import Gate, inverter, on_resistance_n, on_resistance_p
from xpert_evo.hardware.process.technology import WIRE_CAPACITANCE_F_PER_M, Technology

DELAY_TOLERANCE = 1.1  # H-trees give 10 % of delay for energy
TOGGLE_ACTIVITY = 0.25
LONG_WIRE_F = 1e5


@dataclass(frozen=True)
class Wire:
    """A wire with repeaters of `size` minimum inverters every `spacing` metres."""

    tech: Technology
    size: int
    spacing: float

    @cached_property
    def repeater(self) -> Gate:
        """The inverter; it folds."""
        f = self.tech.feature_m
        return inverter(self.tech, self.size * 2 * f, self.size * self.tech.beta * 2 * f)

    def delay_s_per_m(self, ohm_per_m: Any) -> Any:
        """tau."""
        gate, spacing = self.repeater, self.spacing
        resistance = on_resistance_n(self.tech, gate.wn) + on_resistance_p(self.tech, gate.wp)
        wire_f = WIRE_CAPACITANCE_F_PER_M * spacing
        wire_ohm = ohm_per_m * spacing
        charged = resistance * (gate.input_f + gate.output_f + wire_f)
        return 0.7 * (charged + 0.5 * wire_ohm * wire_f + wire_ohm * gate.input_f) / spacing

    @property
    def energy_j_per_bit_m(self) -> float:
        """e_w."""
        gate = self.repeater
        charged = gate.input_f + gate.output_f + WIRE_CAPACITANCE_F_PER_M * self.spacing
        return float(TOGGLE_ACTIVITY * self.tech.supply_v**2 * charged / self.spacing)


@cache
def bus_wire(tech: Technology) -> Wire:
    """The wire of the PE buses: repeaters for the least delay."""
    smallest = Wire(tech, 1, 1.0).repeater
    r0 = on_resistance_n(tech, smallest.wn) + on_resistance_p(tech, smallest.wp)
    rw, cw = tech.wire_ohm_per_m, WIRE_CAPACITANCE_F_PER_M
    size = int(np.sqrt(r0 * cw / (smallest.input_f * rw)))
    spacing = float(np.sqrt(2 * r0 * (smallest.output_f + smallest.input_f) / (rw * cw)))
    return Wire(tech, size, spacing)


@cache
def tree_wire(tech: Technology) -> Wire:
    """The wire of the H-trees: smaller repeaters, closer together, until the delay tolerance is used."""
    fastest = bus_wire(tech)
    limit = DELAY_TOLERANCE * fastest.delay_s_per_m(tech.wire_ohm_per_m)
    wire = Wire(tech, fastest.size // 2, 0.9 * fastest.spacing)
    while wire.delay_s_per_m(tech.wire_ohm_per_m) < limit:
        wire = Wire(tech, wire.size // 2, 0.9 * wire.spacing)
    return wire


@dataclass(frozen=True)
class HTree:
    """An H-tree: area, m2; latency of a transfer, s; energy of a bit, J."""

    area: np.ndarray
    latency_s: np.ndarray
    energy_j_per_bit: np.ndarray


def h_tree(tech: Technology, rows: Any, columns: Any, unit: Any, bus_width: Any, fold: int) -> HTree:
    """The tree over rows x columns square units.

    Args:
        rows, columns: nr and nc, integers.
        unit: side of a unit, m (uh = uw).
        bus_width: Wb, bits.
        fold: phi, how often the bus is folded.
    """
    wire = tree_wire(tech)
    widths = float(wire.repeater.width) + tech.cell_height_m  # of a bit's repeaters in the one and the other direction
    levels = ceil_log2(np.maximum(rows, columns)).astype(float)
    short = floor_log2(np.minimum(rows, columns)).astype(float)
    short = short - (columns - short < 1)
    main = np.minimum(columns - short, short) * unit

    # Level i of k has branches of unit x 2^(k - i): the specification's loops over levels are these sums.
    whole = np.exp2(levels)
    nested = np.maximum(whole - levels - 1, 0.0)  # sum over i < k of i x 2^(k - 1 - i)
    bundle = bus_width / fold
    area = bundle * widths * unit * nested / 2 + bundle * tech.cell_height_m * main

    narrow, wide = (wire.delay_s_per_m(ohm) for ohm in _tree_ohm_per_m(tech))
    long = LONG_WIRE_F * tech.feature_m
    short_levels = np.exp2(np.minimum(np.maximum(np.ceil(np.log2(long / unit)), 0.0), levels))
    latency = 2 * unit * (narrow * (short_levels - 1) + wide * (whole - short_levels))
    return HTree(
        area=area,
        latency_s=latency + main * np.where(unit < long, narrow, wide),
        energy_j_per_bit=(unit * (whole - 1) + main) * wire.energy_j_per_bit_m,
    )


def ceil_log2(values: Any) -> np.ndarray:
    """Of whole numbers from 1 on, exact: the exponent of a float says it without a logarithm's rounding."""
    return np.frexp(np.asarray(values) - 1)[1].astype(np.int64)


def floor_log2(values: Any) -> np.ndarray:
    """Of whole numbers from 1 on, exact."""
    return np.frexp(values)[1].astype(np.int64) - 1


@cache
def _tree_ohm_per_m(tech: Technology) -> tuple[float, float]:
    """Of the tree's wires, twice as wide and, where they are long, four times; always "110 nm" material (quirk 11)."""

    def ohm_per_m(width: float) -> float:
        return (2.52e-8 if width < 175e-9 else 2.20e-8) / (width**2 * 1.6)

    return ohm_per_m(2 * tech.wire_width_m), ohm_per_m(4 * tech.wire_width_m)
