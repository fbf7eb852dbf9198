"""SAR and flash ADCs (sections 5.7 and 5.8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from xpert_evo.hardware.components.standard_cells import CONTROL_ACTIVITY, standard_cells
from xpert_evo.hardware.process.gates import on_resistance_n, on_resistance_p, ramp_delay, stacked
from xpert_evo.hardware.process.technology import Technology

SAR_POWER = {  # node nm: k0, k1 in uW, k2, k3
    22: (0.5380, 4.3753, 0.072341, 2.303),
    32: (1.1294, 8.8998, 0.079449, 2.297),
    45: (2.1691, 16.693, 0.100225, 2.303),
    65: (3.7506, 25.844, 0.121272, 2.303),
}
FLASH_POWER = {  # node nm: j0 in uW, j1, j2
    22: (1.7000, 0.0631, 2.303),
    32: (3.0875, 0.0649, 2.297),
    45: (6.3162, 0.0750, 2.303),
    65: (8.4147, 0.0972, 2.303),
}
IDLE_COLUMN_W = 1e-6
FLASH_SENSE_FIT = {32: (0.0714, 0.7651), 45: (0.0714, 0.7651)}  # node nm: c0, c1 in ns; at 22 nm it is always the least
FLASH_SENSE_S = (1e-9, 10e-9)  # least and most
REFERENCE_READ_V = 0.5


def sar_area(tech: Technology, bits: Any) -> Any:
    """Area of one SAR ADC, m2."""
    transistor = _transistor_area(tech)
    return transistor * (269 + 109 * (bits - 1)) + transistor * (209 + 73 * (bits - 1))


def flash_area(tech: Technology, levels: Any, *, nmos_area: bool) -> Any:
    """Area of the comparators of one flash ADC, m2.

    Args:
        nmos_area: count the sense amplifiers' NMOS transistors, which the original leaves out (quirk 2).
    """
    transistors = 40 + 9 + 9 + (48 if nmos_area else 0)
    return (levels - 1) * transistors * _transistor_area(tech)


def comparator_area(tech: Technology) -> float:
    """Of one of a flash ADC's comparators, m2; what a mirror that subtracts a current is taken to need as well."""
    return float(flash_area(tech, 2, nmos_area=True))


def comparator_w(tech: Technology) -> float:
    """Static power of the same, W."""
    return FLASH_POWER[tech.node_nm][0] * 1e-6


def sar_sense_s(bits: Any) -> Any:
    """Time of a conversion: a cycle a bit and one more."""
    return (bits + 1) * 1e-9


def flash_sense_s(tech: Technology, rows: int, on_ohm: float, off_ohm: float, levels: np.ndarray) -> np.ndarray:
    """t_cs, time of a comparison, for the column that takes longest; 1 ns in every reference configuration.

    Args:
        rows: S. on_ohm, off_ohm: of the cells that the references are made of. levels: L.
    """
    if tech.node_nm not in FLASH_SENSE_FIT:
        return np.full(np.shape(levels), FLASH_SENSE_S[0])
    different, which = np.unique(levels, return_inverse=True)
    longest = np.array([_longest_comparison_s(tech, rows, on_ohm, off_ohm, int(level)) for level in different])
    return longest[which.reshape(np.shape(levels))]


@cache
def _longest_comparison_s(tech: Technology, rows: int, on_ohm: float, off_ohm: float, levels: int) -> float:
    """Over all references and all resistances that a column could have, since they depend on the data.

    The fit is in the ratio z of reference and column; outside 0.05 < z < 20 a comparison takes the least time.
    """
    c0, c1 = FLASH_SENSE_FIT[tech.node_nm]
    reference = on_ohm / rows + np.arange(2, levels) * (off_ohm / rows) / levels
    z = np.geomspace(0.05, 20, 2001)[1:-1, None]
    slow = 3.7949 * z**3 - 5.6685 * z**2 + 2.6492 * z + 0.4807
    fast = 1e-6 * z**4 - 6e-5 * z**3 + 1e-4 * z**2 - 0.0171 * z + 1.0057
    time_ns = (c0 * np.log(reference / z / 1000) + c1) * np.where(z <= 0.9, slow, fast)
    return float(np.clip(time_ns.max() * 1e-9, *FLASH_SENSE_S))


def own_w(tech: Technology, is_sar: Any, bits: Any, levels: Any) -> np.ndarray:
    """What a conversion's power has that the column has no part in, W."""
    k0, k1, _, _ = SAR_POWER[tech.node_nm]
    j0, _, _ = FLASH_POWER[tech.node_nm]
    return np.where(is_sar, (k0 * bits + k1) * 1e-6, j0 * (levels - 1) * 1e-6)


def cells_w(tech: Technology, is_sar: Any, siemens: Any, read_v: float) -> np.ndarray:
    """What it has that follows the column's conductance, W: the cells' current.

    Args:
        siemens: G, conductance of the column; where it is zero no row is active, and the answer is of no account.
    """
    _, _, k2, k3 = SAR_POWER[tech.node_nm]
    _, j1, j2 = FLASH_POWER[tech.node_nm]
    decades = np.log10(np.where(np.asarray(siemens) > 0, siemens, 1.0) * (read_v / REFERENCE_READ_V))
    return np.where(is_sar, k2 * np.exp(k3 * decades), j1 * np.exp(j2 * decades))


@dataclass(frozen=True)
class Encoder:
    """The thermometer encoders of a crossbar's flash ADCs; zero for SAR. energy_j: one operation of one."""

    height: np.ndarray
    area: np.ndarray
    delay_s: np.ndarray
    energy_j: np.ndarray
    leakage: np.ndarray


def encoder(tech: Technology, levels: Any, adcs: Any, width: float, there: Any) -> Encoder:
    """One encoder an ADC, laid out under a crossbar.

    Args:
        levels: L. adcs: a. width: X, m. there: whether the ADCs are flash.
    """
    cells = standard_cells(tech)
    half = np.asarray(levels) // 2
    wide = stacked(tech, "nand", half, cells.nand.wn, cells.nand.wp)
    unit_width = 2 * cells.inv.width + cells.nand.width + wide.width
    rows = np.ceil(adcs / np.minimum(np.ceil(width / unit_width), adcs))
    height = (levels - 1) * tech.cell_height_m * rows
    bits = np.ceil(np.log2(levels) - 1e-9)
    i, o = cells.nand.input_f, cells.nand.output_f
    i_in, i_out = cells.inv.input_f, cells.inv.output_f
    first, ramp = ramp_delay(2 * on_resistance_n(tech, cells.inv.wn) * (i_out + 2 * i))
    second, _ = ramp_delay(on_resistance_p(tech, cells.nand.wp) * (o + half * i), ramp)
    switched = (i_in + i_out) * (levels + bits) + (i + o) * (levels + bits) + (i + wide.output_f) * bits
    leakage = (cells.inv.leakage + cells.nand.leakage) * (levels + bits) + wide.leakage * bits
    area = np.maximum(width, unit_width) * height
    values = (height, area, first + second, CONTROL_ACTIVITY * tech.supply_v**2 * switched, leakage)
    return Encoder(*(np.where(there, value, 0.0) for value in values))


def _transistor_area(tech: Technology) -> float:
    """aN = aP: an inverter cell with one transistor of minimum width."""
    return 7.6 * tech.feature_m * tech.cell_height_m
