"""Gate-level primitives: layout, capacitances, leakage and delay (specification, section 4).

Widths and numbers of inputs may be arrays; everything broadcasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from xpert_evo.hardware.process.technology import Technology

POLY_PITCH_F = 3.8  # p: 1.0 F of poly and a gap
GAP_F = 2.8  # g
P_TO_N_GAP_F = 3.5
EDGE_F = 3.6
UNFOLDED_TOLERANCE = 1e-9  # a width equal to its limit but for rounding isn't folded
STEP_RAMP = 1e20  # an ideal step, 1/s


@dataclass(frozen=True)
class Gate:
    """A gate with its layout: widths, m; area, m2; capacitances, F; leakage, W."""

    wn: Any
    wp: Any
    width: Any
    area: Any
    input_f: Any
    output_f: Any
    leakage: Any


def limits(tech: Technology, wn: Any, wp: Any, height: Any) -> tuple[np.ndarray, np.ndarray]:
    """Widths up to which the NMOS and the PMOS of a cell stay unfolded (section 4.1)."""
    wn, wp = np.asarray(wn, dtype=float), np.asarray(wp, dtype=float)
    both = (wn > 0) & (wp > 0)
    shared = height - (P_TO_N_GAP_F + EDGE_F) * tech.feature_m
    alone = height - EDGE_F * tech.feature_m
    total = np.where(both, wn + wp, 1.0)
    return np.where(both, shared * wn / total, alone), np.where(both, shared * wp / total, alone)


def enlarge(tech: Technology, wn: Any, wp: Any) -> tuple[np.ndarray, np.ndarray]:
    """Transistors grown at their ratio until they fill a standard cell (section 4.1)."""
    wn, wp = np.asarray(wn, dtype=float), np.asarray(wp, dtype=float)
    limit_n, limit_p = limits(tech, wn, wp, tech.cell_height_m)
    both = (wn > 0) & (wp > 0)
    grow = both & (wn < limit_n) & (wp < limit_p)
    n_alone, p_alone = ~both & (wn > 0), ~both & (wp > 0)
    return (
        np.where(grow | (n_alone & (wn < limit_n)), limit_n, wn),
        np.where(grow | (p_alone & (wp < limit_p)), limit_p, wp),
    )


def fingers(width: Any, limit: Any) -> tuple[np.ndarray, np.ndarray]:
    """Number of fingers and the width of each."""
    unfolded = width <= limit * (1 + UNFOLDED_TOLERANCE)
    return np.where(unfolded, 1, np.ceil(width / limit)), np.where(unfolded, width, limit)


def inverter(tech: Technology, wn: Any, wp: Any, height: Any = None) -> Gate:
    """An inverter; with one width 0 a single transistor."""
    height = tech.cell_height_m if height is None else height
    wn, wp = np.asarray(wn, dtype=float), np.asarray(wp, dtype=float)
    limit_n, limit_p = limits(tech, wn, wp, height)
    (fn, hn), (fp, hp) = fingers(wn, limit_n), fingers(wp, limit_p)
    width = np.maximum(_region(tech, fn, wn), _region(tech, fp, wp))
    x_p = (fp + 1) % 2  # the PMOS's, for both types
    output: Any = 0.0
    for w, f, h in ((wn, fn, hn), (wp, fp, hp)):
        drain, _ = _diffusion(tech, f)
        output = output + np.where(w > 0, _drain_f(tech, drain, 2 * drain + h * (1 + x_p), f, h), 0.0)
    leakage = tech.supply_v * (wn * tech.ioff_n + wp * tech.ioff_p) / 2
    return Gate(wn, wp, width, width * height, tech.gate_f_per_m * (wn + wp), output, leakage)


def stacked(tech: Technology, kind: Literal["nand", "nor"], inputs: Any, wn: Any, wp: Any) -> Gate:
    """A NAND or NOR of k inputs in a standard cell."""
    height = tech.cell_height_m
    k = np.asarray(inputs, dtype=float)
    wn, wp = np.asarray(wn, dtype=float), np.asarray(wp, dtype=float)
    limit_n, limit_p = limits(tech, wn, wp, height)
    (fn, hn), (fp, hp) = fingers(wn, limit_n), fingers(wp, limit_p)
    unfolded = (fn == 1) & (fp == 1)
    shared = np.where(unfolded, (k - 1) * POLY_PITCH_F * tech.feature_m, 0.0)
    width = np.maximum(k * _region(tech, fn, wn), k * _region(tech, fp, wp)) - shared
    parallel, series = ((fp, hp), (fn, hn)) if kind == "nand" else ((fn, hn), (fp, hp))

    f, h = parallel
    x = (f + 1) % 2
    drain, _ = _diffusion(tech, f)
    wd = np.where(unfolded, drain * np.floor((k + 1) / 2), k * drain)
    side = 2 * wd + np.where(unfolded, h * (1 - (k + 1) % 2), h * (1 + x) * k)
    output = _drain_f(tech, wd, side, f, h)

    f, h = series
    x = (f + 1) % 2
    drain, source = _diffusion(tech, f)
    wd = np.where(unfolded, drain * k, k * drain + (k - 1) * source)
    side = 2 * wd + np.where(unfolded, h, h * (1 + x) * k + h * (1 - x) * (k - 1))
    output = output + _drain_f(tech, wd, side, f, h)

    if kind == "nand":
        current = np.where(k == 2, 0.48, 0.31) * k * wp * tech.ioff_p
    else:
        current = np.where(k == 2, 0.95, 0.62) * k * wn * tech.ioff_n
    return Gate(wn, wp, width, width * height, tech.gate_f_per_m * (wn + wp), output, tech.supply_v * current)


def on_resistance_n(tech: Technology, width: Any) -> Any:
    """Of an NMOS, ohm (section 4.4)."""
    return tech.resistance_factor * tech.supply_v / (tech.ion_n * width)


def on_resistance_p(tech: Technology, width: Any) -> Any:
    """Of a PMOS, ohm (section 4.4)."""
    return tech.resistance_factor * tech.supply_v / (tech.ion_p * width)


def ramp_delay(tau: Any, ramp: Any = STEP_RAMP) -> tuple[Any, Any]:
    """Delay of an RC stage whose input is a ramp, and its output's ramp rate (Horowitz form, section 4.4)."""
    delay = tau * np.sqrt(np.log(2.0) ** 2 + 0.5 / (ramp * tau))
    return delay, 0.5 / delay


def _region(tech: Technology, count: np.ndarray, width: np.ndarray) -> np.ndarray:
    pitch = POLY_PITCH_F * tech.feature_m
    return np.where(width > 0, np.where(count == 1, 2 * pitch, (count + 1) * pitch), 0.0)


def _diffusion(tech: Technology, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lengths of drain and source."""
    gap = GAP_F * tech.feature_m
    return np.where(count == 1, 1, np.ceil((count + 1) / 2)) * gap, np.floor((count + 1) / 2) * gap


def _drain_f(tech: Technology, length: Any, side: Any, count: Any, height: Any) -> Any:
    return (
        length * height * tech.junction_f_per_m2
        + side * tech.sidewall_f_per_m
        + count * height * tech.drain_channel_f_per_m
    )
