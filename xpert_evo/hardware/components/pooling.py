"""Max-pool units: three comparators of the inputs' bits each (section 5.17)."""

from __future__ import annotations

from typing import Any

import numpy as np

from xpert_evo.hardware.components.standard_cells import CONTROL_ACTIVITY, standard_cells
from xpert_evo.hardware.process.gates import POLY_PITCH_F, enlarge, stacked
from xpert_evo.hardware.process.technology import Technology

CYCLES = 3  # of one operation


def pool_unit(tech: Technology, input_bits: Any, *, accidents: bool) -> tuple[np.ndarray, np.ndarray]:
    """Area, m2, and energy of one operation, J, of a unit.

    Args:
        input_bits: IP.
        accidents: keep the original's folding of gates that fit unfolded (quirk 13 a and b; at 65 nm as at 45 nm).
    """
    f, pitch = tech.feature_m, POLY_PITCH_F * tech.feature_m
    ip = np.asarray(input_bits, dtype=float)
    small_p = tech.beta * 2 * f
    cells = standard_cells(tech)
    inv, nand2 = cells.inv, cells.nand
    nand3 = stacked(tech, "nand", 3, *enlarge(tech, 6 * f, small_p))
    nor2 = stacked(tech, "nor", 2, *enlarge(tech, 8 * f, small_p))
    nor_ip = stacked(tech, "nor", ip, *enlarge(tech, 4 * f * ip, small_p))
    nor2_width, nor_ip_width = nor2.width, nor_ip.width
    if accidents and tech.node_nm == 32:
        nor_ip_width = np.where(ip == 4, 12 * pitch, nor_ip_width)
    if accidents and tech.node_nm in (45, 65):
        nor2_width = 6 * pitch
        nor_ip_width = np.where(ip == 2, 6 * pitch, nor_ip_width)
    hs = tech.cell_height_m
    bit_area = 4 * inv.area + 4 * nand2.area + 3 * nand3.area
    area = 3 * (
        (bit_area + 5 * inv.area) * ip + 6 * inv.area + nand2.area + inv.area + (nor2_width + nor_ip_width) * hs
    )
    i, o = nand2.input_f, nand2.output_f
    i_in, i_out = inv.input_f, inv.output_f
    activity = CONTROL_ACTIVITY * tech.supply_v**2
    bit_j = activity * (4 * (i_in + i_out) + 4 * (i + o) + 3 * (nand3.input_f + nand3.output_f))
    rest = (i + i_out) + (nor2.input_f + i_out) + 2 * (i_in + i_out) + (nor_ip.input_f + i_out)
    return area, 3 * (activity * rest + bit_j * ip / 2)
