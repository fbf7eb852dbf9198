"""Repeated wires and the H-trees made of them (sections 5.15 and 5.16)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from xpert_evo.hardware.gates import Gate, inverter, on_resistance_n, on_resistance_p
from xpert_evo.hardware.technology import WIRE_CAPACITANCE_F_PER_M, Technology

DELAY_TOLERANCE = 1.1  # H-trees give 10 % of delay for energy
TOGGLE_ACTIVITY = 0.25


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
    repeater_width, hs = float(wire.repeater.width), tech.cell_height_m
    rows, columns, unit, bus_width = np.broadcast_arrays(rows, columns, np.asarray(unit, dtype=float), bus_width)
    levels = ceil_log2(np.maximum(rows, columns))
    short = floor_log2(np.minimum(rows, columns))
    short = np.where(columns - short < 1, short - 1, short)
    main = np.minimum(columns - short, short) * unit

    area, energy, latency = np.zeros(unit.shape), np.zeros(unit.shape), np.zeros(unit.shape)
    span = unit * 2.0**levels / 2  # of a branch at the current level; both directions are alike
    vertical = horizontal = np.zeros(unit.shape)
    for level in range(1, int(levels.max(initial=0))):
        there = level < levels
        span = np.where(there, span / 2, span)
        vertical = vertical + np.where(there, bus_width * repeater_width / fold, 0.0)
        horizontal = horizontal + np.where(there, bus_width * hs / fold, 0.0)
        area = area + np.where(there, vertical * span / 2 + horizontal * span / 2, 0.0)
    area = area + bus_width * hs / fold * main

    reach = unit * 2.0**levels
    delay = wire.delay_s_per_m(_tree_ohm_per_m(tech, reach))
    for level in range(int(levels.max(initial=0))):
        there = level < levels
        reach = np.where(there, reach / 2, reach)
        delay = np.where(there, wire.delay_s_per_m(_tree_ohm_per_m(tech, reach)), delay)
        latency = latency + np.where(there, 2 * reach * delay, 0.0)
        energy = energy + np.where(there, reach * wire.energy_j_per_bit_m, 0.0)
    return HTree(area, latency + main * delay, energy + main * wire.energy_j_per_bit_m)


def ceil_log2(values: Any) -> np.ndarray:
    """Of whole numbers from 1 on, exact: the exponent of a float says it without a logarithm's rounding."""
    return np.frexp(np.asarray(values) - 1)[1].astype(np.int64)


def floor_log2(values: Any) -> np.ndarray:
    """Of whole numbers from 1 on, exact."""
    return np.frexp(values)[1].astype(np.int64) - 1


def _tree_ohm_per_m(tech: Technology, length: Any) -> Any:
    """Resistance of the tree's wider wires; the material is always that of a "110 nm" wire (quirk 11)."""
    width = np.where(length >= 1e5 * tech.feature_m, 4, 2) * tech.wire_width_m
    resistivity = np.where(width < 175e-9, 2.52e-8, 2.20e-8)
    return resistivity / (width**2 * 1.6)
