"""Transmission gates sized by their resistance, and the analog column mux made of them (section 5.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xpert_evo.hardware.components.measured import ColumnMuxFigures
from xpert_evo.hardware.process.gates import (
    EDGE_F,
    GAP_F,
    P_TO_N_GAP_F,
    POLY_PITCH_F,
    enlarge,
    inverter,
    on_resistance_n,
    on_resistance_p,
)
from xpert_evo.hardware.process.technology import Technology

ANALOG_RESISTANCE_FACTOR = 0.2  # of a transmission gate's transistors against digital ones


@dataclass(frozen=True)
class TransmissionGate:
    """TG(res): widths, m, after enlarging."""

    tech: Technology
    wn: float
    wp: float

    @classmethod
    def sized(cls, tech: Technology, ohm: float) -> TransmissionGate:
        """The gate of that resistance, grown to the cell height (so its own may be lower)."""
        f = tech.feature_m
        wanted_n = ANALOG_RESISTANCE_FACTOR * f * on_resistance_n(tech, f) / (2 * ohm)
        wanted_p = ANALOG_RESISTANCE_FACTOR * f * on_resistance_p(tech, f) / (2 * ohm)
        wn, wp = enlarge(tech, wanted_n, wanted_p)
        return cls(tech, float(wn), float(wp))

    @property
    def ohm(self) -> float:
        """R_tg."""
        conductance = 1 / on_resistance_n(self.tech, self.wn) + 1 / on_resistance_p(self.tech, self.wp)
        return ANALOG_RESISTANCE_FACTOR / conductance

    @property
    def gate_n_f(self) -> float:
        """Cgn."""
        return self.tech.gate_f_per_m * self.wn

    @property
    def gate_p_f(self) -> float:
        """Cgp."""
        return self.tech.gate_f_per_m * self.wp

    def height(self, fingers: Any = 1) -> Any:
        """Of the layout with free height, m (section 4.2)."""
        return self.wp / fingers + self.wn / fingers + (P_TO_N_GAP_F + EDGE_F) * self.tech.feature_m

    def drain_f(self, *, accident: bool = False) -> float:
        """Drain capacitance of the unfolded layout, F.

        Args:
            accident: take the PMOS as two fingers although it is one, as the original does where rounding
                puts it a hair above its limit (quirk 13 c).
        """
        tech, gap = self.tech, GAP_F * self.tech.feature_m
        drain = float(inverter(tech, self.wn, self.wp, self.height()).output_f)
        if accident:
            drain += gap * self.wp * tech.junction_f_per_m2 + self.wp * tech.drain_channel_f_per_m
            drain += (2 * gap + self.wp + self.wn) * tech.sidewall_f_per_m
        return drain


def packed_height(gate: TransmissionGate, count: Any, pitch_f: float, width: float) -> np.ndarray:
    """Height, m, of so many gates laid out in rows of a given width.

    Args:
        pitch_f: least width of a slot in F; a slot of twice the gate's least width holds two gates.
        width: X, m.
    """
    f = gate.tech.feature_m
    gates_a_slot = pitch_f / (2 * POLY_PITCH_F)
    rows = np.ceil(count / np.floor(width / (pitch_f * f)))
    per_row = np.ceil(count / rows)
    fingers = np.floor((width / per_row / gates_a_slot) / (POLY_PITCH_F * f)) - 1
    return rows * gate.height(fingers)


@dataclass(frozen=True)
class ColumnMux:
    """The analog mux between columns and ADCs, without its decoder.

    Attributes:
        height: of the gates, m. delay_s: t_mux. energy_j: of one selection. load_n, load_p: what the
            decoder drives.
    """

    height: np.ndarray
    delay_s: float
    energy_j: np.ndarray
    load_n: np.ndarray
    load_p: np.ndarray

    def measured(self, figures: ColumnMuxFigures, selected: Any, sharing: Any, width: float) -> ColumnMux:
        """The same with what somebody measured in place of the gates'; see `column_mux`."""
        return replace(
            self,
            height=selected * sharing * figures.area_um2 * 1e-12 / width,
            delay_s=figures.delay_ns * 1e-9,
            energy_j=selected * figures.energy_fj * 1e-15,
        )


def column_mux(
    tech: Technology, selected: Any, sharing: Any, column_ohm: float, width: float, read_v: float, accident: bool
) -> ColumnMux:
    """The mux of a crossbar.

    Args:
        selected: columns that are read at a time. sharing: m. column_ohm: r0, of a column with all rows on.
        width: X, m.
        accident: see `TransmissionGate.drain_f`.
    """
    gate = TransmissionGate.sized(tech, 0.25 * column_ohm)
    drain_f = gate.drain_f(accident=accident)
    return ColumnMux(
        height=packed_height(gate, selected * sharing, 2 * POLY_PITCH_F, width),
        delay_s=2.3 * 2 * gate.ohm * (drain_f + gate.gate_n_f / 2 + gate.gate_p_f / 2),
        energy_j=selected * (gate.gate_n_f * tech.supply_v**2 + 2 * drain_f * read_v**2),
        load_n=selected * gate.gate_n_f,
        load_p=selected * gate.gate_p_f,
    )
