"""The specification's tables of cells, sections 4.5 and 5.2."""

import pytest

from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.process.technology import technology

INV = {  # node: wn nm, wp nm, width nm, Cin fF, Cout fF, leakage pW
    22: (198.2415, 261.5585, 167.2, 0.657422, 0.180536, 19.5415),
    32: (267.4665, 401.3335, 243.2, 1.13074, 0.273270, 30.1261),
    45: (352.5994, 587.9006, 342.0, 1.84025, 0.400516, 47.0838),
    65: (507.7093, 850.7907, 494.0, 3.25125, 0.618840, 74.8669),
}
NAND = {
    22: (277.0386, 182.7614, 250.8, 0.657422, 0.180818, 14.9133),
    32: (382.1168, 286.6832, 364.8, 1.13074, 0.276103, 24.7942),
    45: (512.9067, 427.5933, 513.0, 1.84025, 0.410689, 41.1311),
    65: (739.1702, 619.3298, 741.0, 3.25125, 0.660039, 65.5320),
}
ADDER = {  # A_FA um2, leakage pW, first and next bit fJ, head and carry ps, w_d nm, e_d fJ, DFF leakage pW
    22: (1.39044, 134.220, 1.13465, 1.06340, 110.976, 63.9847, 2006.4, 5.10427, 156.332),
    32: (2.94175, 223.148, 2.15822, 2.02083, 190.206, 110.212, 2918.4, 9.54068, 241.009),
    45: (5.81742, 370.179, 4.29576, 4.01972, 304.008, 176.782, 4104.0, 18.7272, 376.670),
    65: (12.1376, 589.788, 9.10002, 8.50991, 507.006, 295.883, 5928.0, 38.9601, 598.935),
}


@pytest.mark.parametrize("node", INV)
def test_inverter_and_nand(node):
    cells = standard_cells(technology(node))
    for gate, expected in ((cells.inv, INV[node]), (cells.nand, NAND[node])):
        found = [float(gate.wn * 1e9), float(gate.wp * 1e9), float(gate.width * 1e9)]
        found += [float(gate.input_f * 1e15), float(gate.output_f * 1e15), float(gate.leakage * 1e12)]
        assert found == pytest.approx(expected, rel=5e-6)


@pytest.mark.parametrize("node", ADDER)
def test_adder_and_flip_flop(node):
    cells = standard_cells(technology(node))
    found = (
        cells.adder_area * 1e12,
        cells.adder_leakage * 1e12,
        cells.adder_first_j * 1e15,
        cells.adder_next_j * 1e15,
        cells.adder_head_s * 1e12,
        cells.adder_carry_s * 1e12,
        cells.dff_width * 1e9,
        cells.dff_j * 1e15,
        cells.dff_leakage * 1e12,
    )
    assert found == pytest.approx(ADDER[node], rel=5e-6)


def test_an_adder_carries_through_all_but_two_bits():
    cells = standard_cells(technology(32))
    assert cells.adder_delay_s(2) == cells.adder_delay_s(1) == cells.adder_head_s
    assert cells.adder_delay_s(17) == pytest.approx(cells.adder_head_s + 15 * cells.adder_carry_s)
    assert cells.adder_j(3) == pytest.approx(cells.adder_first_j + 2 * cells.adder_next_j)
