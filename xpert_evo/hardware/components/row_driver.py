"""What drives the rows of a crossbar and stands around it, for both memories (sections 5.9 to 5.13)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.components import flip_flops
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.transmission_gate import TransmissionGate, packed_height
from xpert_evo.hardware.process.gates import POLY_PITCH_F, inverter, on_resistance_n, on_resistance_p, ramp_delay
from xpert_evo.hardware.process.technology import Technology

LEVEL_SHIFTER_WIRING = 1.44
LEVEL_SHIFTER_HEIGHT_F = 70
LEVEL_SHIFTER_GATES_F = ((60, 80), (128, 40), (256, 328))  # NMOS width and PMOS width over beta
PRECHARGE_WIDTH_F = 24.4


@dataclass(frozen=True)
class RowDriver:
    """S drivers beside a crossbar.

    Attributes:
        width: m. delay_s, ramp: of a row. active_j: energy of one selection if all rows are 1. idle_j: of
            the flip-flops, whatever the data.
    """

    width: float
    delay_s: float
    ramp: float
    active_j: float
    idle_j: float


def rram_row_driver(
    tech: Technology, rows: int, height: float, row_f: float, row_ohm: float, access_v: float, read_v: float
) -> RowDriver:
    """Section 5.9. row_f: C_WL. row_ohm: R_WL. height: Y, m."""
    inv = standard_cells(tech).inv
    gate, width = _row_gates(tech, rows, height, float(inv.wn), float(inv.wp), sides=4)
    drain = float(gate.output_f)
    gates_f = tech.gate_f_per_m * (float(inv.wn) + float(inv.wp))
    resistance = 0.2 * on_resistance_n(tech, float(inv.wn))
    delay, ramp = ramp_delay(resistance * (5 * drain + row_f) + row_ohm * row_f / 2)
    active = rows * (2 * drain * access_v**2 + 5 * drain * read_v**2 + 3 * gates_f * tech.supply_v**2)
    return RowDriver(width, float(delay), float(ramp), active, rows * standard_cells(tech).dff_j)


def sram_row_driver(
    tech: Technology, rows: int, height: float, row_f: float, row_ohm: float, read_v: float
) -> RowDriver:
    """Section 5.12. row_f: C_row. row_ohm: R_row. height: Y, m."""
    sized = TransmissionGate.sized(tech, 0.25 * row_ohm)
    gate, width = _row_gates(tech, rows, height, sized.wn, sized.wp, sides=2)
    drain = float(gate.output_f)
    delay, ramp = ramp_delay(0.25 * row_ohm * (3 * drain + row_f) + row_ohm * row_f / 2)
    active = rows * (3 * drain * read_v**2 + (sized.gate_n_f + sized.gate_p_f) * tech.supply_v**2)
    return RowDriver(width, float(delay), float(ramp), active, rows * standard_cells(tech).dff_j)


def switch_matrix_height(tech: Technology, columns: int, average_ohm: float, width: float) -> float:
    """Height of the source-line switches of an RRAM crossbar, m (section 5.10)."""
    gate = TransmissionGate.sized(tech, 0.25 * average_ohm)
    switches = packed_height(gate, columns, 4 * POLY_PITCH_F, width)
    return float(switches + flip_flops.height_at_width(tech, columns, width))


def level_shifter_bank_area(tech: Technology, count: int) -> float:
    """Area of one of an RRAM crossbar's three banks, m2 (section 5.11)."""
    f = tech.feature_m
    height = LEVEL_SHIFTER_HEIGHT_F * f
    w1, w2, w3 = (float(inverter(tech, n * f, p * f * tech.beta, height).width) for n, p in LEVEL_SHIFTER_GATES_F)
    return height * (w1 + 2.5 * (2 * w2 + w3)) * count * LEVEL_SHIFTER_WIRING


@dataclass(frozen=True)
class SramColumns:
    """Precharger and write driver of an SRAM crossbar: heights, m; delay, s; energy of one selection, J."""

    precharge_height: float
    write_height: float
    delay_s: float
    energy_j: float
    leakage: float


def sram_columns(tech: Technology, columns: int, width: float, column_f: float, column_ohm: float) -> SramColumns:
    """Section 5.13. width: X, m."""
    f, cells = tech.feature_m, standard_cells(tech)
    transistor = inverter(tech, 0.0, PRECHARGE_WIDTH_F * f)
    # Both of a column's transistors grow to the same width.
    load = column_f + 2 * float(transistor.output_f)
    delay, _ = ramp_delay(on_resistance_p(tech, PRECHARGE_WIDTH_F * f) * load + column_ohm * column_f / 2)

    def height(unit_width: float) -> float:
        return 3 * tech.cell_height_m * float(np.ceil(columns / min(np.floor(width / unit_width), columns)))

    return SramColumns(
        precharge_height=height(float(transistor.width)),
        write_height=height(float(cells.inv.width)),
        delay_s=float(delay),
        energy_j=2 * columns * column_f * tech.supply_v**2,
        leakage=columns * float(transistor.leakage) + 3 * columns * float(cells.inv.leakage),
    )


def _row_gates(tech: Technology, rows: int, height: float, wn: float, wp: float, *, sides: int):
    """One row gate at the height that is left for it, and the width of all of them with the flip-flops."""
    stacks = np.ceil(rows / np.floor(height / tech.cell_height_m))
    gate = inverter(tech, wn, wp, height / np.ceil(rows / stacks))
    width = sides * float(gate.width) * stacks + flip_flops.width_at_height(tech, rows, height)
    return gate, float(width)
