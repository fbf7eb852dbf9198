"""Row and address decoders with 2-bit predecoding (section 5.5)."""

from __future__ import annotations

from typing import Any

import numpy as np

from xpert_evo.hardware.components.standard_cells import CONTROL_ACTIVITY, standard_cells
from xpert_evo.hardware.process.gates import (
    STEP_RAMP,
    enlarge,
    inverter,
    on_resistance_n,
    on_resistance_p,
    ramp_delay,
    stacked,
)
from xpert_evo.hardware.process.technology import Technology

TRACK_PITCH_F = 2.8


class Decoder:
    """Decoders with n address bits each; n = 0 is no decoder, everything is zero.

    Args:
        address_bits: n, integers.
        mux: whether it selects columns of a mux (an enabling NAND and two inverters an output) or is plain
            (two driving inverters an output).
    """

    def __init__(self, tech: Technology, address_bits: Any, *, mux: bool) -> None:
        f, beta = tech.feature_m, tech.beta
        self.tech, self.mux = tech, mux
        self.n = np.asarray(address_bits, dtype=np.int64)
        cells = standard_cells(tech)
        nor_inputs = np.maximum((self.n + 1) // 2, 1)
        self.inv, self.nand = cells.inv, cells.nand
        self.nor = stacked(tech, "nor", nor_inputs, *enlarge(tech, 2 * f, nor_inputs * beta * 2 * f))
        self.driver = inverter(tech, 4 * f, 2 * beta * 2 * f)
        self.n_nand = 4 * (self.n // 2)
        self.n_nor = np.where(self.n > 2, 2**self.n, 0)
        self.tracks = np.where(self.n > 2, self.n_nand + 2 * (self.n % 2), 0)
        self.tail_width = self.nand.width + 2 * self.inv.width if mux else 2 * self.driver.width

    def free_size(self) -> tuple[np.ndarray, np.ndarray]:
        """Height and width, m, of a layout without bounds. With n = 1 the height is zero, the width isn't."""
        height = self.tech.cell_height_m * np.maximum(self.n_nor, self.n_nand)
        width = (
            self.inv.width
            + self.nand.width
            + TRACK_PITCH_F * self.tech.feature_m * self.tracks
            + self.nor.width
            + self.tail_width
        )
        return self._none_at_zero(height), self._none_at_zero(width)

    def area_at_lines(self, lines: np.ndarray) -> np.ndarray:
        """Area, m2, of a layout that is `lines` cells high."""

        def stacks(count: np.ndarray) -> np.ndarray:
            return np.where(count > 0, np.ceil(count / np.maximum(np.minimum(lines, count), 1)), 0)

        width = (
            self.inv.width * stacks(self.n)
            + self.nand.width * stacks(self.n_nand)
            + TRACK_PITCH_F * self.tech.feature_m * self.tracks
            + (self.nor.width + self.tail_width) * stacks(self.n_nor)
        )
        return self._none_at_zero(self.tech.cell_height_m * lines * width)

    def access_j(self) -> np.ndarray:
        """Energy of an access before the activity factor: what a write takes."""
        n, n_nand, n_nor = self.n, self.n_nand, self.n_nor
        ci = self.inv.input_f
        di, do = self.driver.input_f, self.driver.output_f
        ni, no = (np.where(n_nand > 0, c, 0.0) for c in (self.nand.input_f, self.nand.output_f))
        ri, ro = (np.where(n_nor > 0, c, 0.0) for c in (self.nor.input_f, self.nor.output_f))
        tail = ni + (no + di) + (do + di) + do if self.mux else ci + 2 * (di + do)
        switched = (
            (ci + 2 * ni) * 2 * (n // 2)
            + (ci + ri * n_nor / 2) * (n % 2)
            + (no + ri * n_nor / 4) * n_nand / 4
            + ro
            + tail
        )
        return self._none_at_zero(self.tech.supply_v**2 * switched)

    def read_j(self) -> np.ndarray:
        """Energy of a read access."""
        return CONTROL_ACTIVITY * self.access_j()

    def leakage(self) -> np.ndarray:
        """W."""
        output = self.nand.leakage + 2 * self.inv.leakage if self.mux else 2 * self.driver.leakage
        return self._none_at_zero(
            self.inv.leakage * self.n + self.nand.leakage * self.n_nand + (self.nor.leakage + output) * self.n_nor
        )

    def mux_delay_s(self, load_n: Any, load_p: Any) -> np.ndarray:
        """Delay of a mux decoder that drives NMOS and PMOS gates of these capacitances, stage by stage."""
        tech, has_nand, has_nor = self.tech, self.n_nand > 0, self.n_nor > 0
        ci, co = self.inv.input_f, self.inv.output_f
        ni, no = self.nand.input_f, self.nand.output_f
        ri, ro = self.nor.input_f, self.nor.output_f
        di, do = self.driver.input_f, self.driver.output_f
        d1, r1 = ramp_delay(on_resistance_n(tech, self.inv.wn) * (co + np.where(has_nand, 2 * ni, load_n)))
        nand_load = np.where(has_nor, ri * self.n_nor / 4, load_n)
        d2, r2 = ramp_delay(2 * on_resistance_n(tech, self.nand.wn) * (no + nand_load), r1)
        # A stage that isn't there hands on a step, not the ramp before it.
        d2, r2 = np.where(has_nand, d2, 0.0), np.where(has_nand, r2, STEP_RAMP)
        d3, r3 = ramp_delay(2 * on_resistance_p(tech, self.nor.wp) * (ro + ni), r2)
        d3, r3 = np.where(has_nor, d3, 0.0), np.where(has_nor, r3, STEP_RAMP)
        d4, r4 = ramp_delay(on_resistance_n(tech, self.nand.wn) * (np.where(has_nand, no, 0.0) + ci), r3)
        d5, r5 = ramp_delay(on_resistance_p(tech, self.driver.wp) * (do + di + load_n), r4)
        d6, _ = ramp_delay(on_resistance_n(tech, self.driver.wn) * (do + load_p), r5)
        return self._none_at_zero(d1 + d2 + d3 + d4 + d5 + d6)

    def _none_at_zero(self, values: np.ndarray) -> np.ndarray:
        return np.where(self.n == 0, 0.0, values)
