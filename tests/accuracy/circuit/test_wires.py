"""Columns with resisting wires against an independent nodal solution, and layers against columns solved one by one."""

import math

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
import torch
import torch.nn.functional as F

from benchmarks.accuracy.wires import ladder
from tests.accuracy.circuit.test_exact import layer
from xpert_evo.accuracy.circuit.adc import fit_adcs
from xpert_evo.accuracy.circuit.calibration import sample_partial_sums
from xpert_evo.accuracy.circuit.devices import conductances_of
from xpert_evo.accuracy.circuit.windows import Windows
from xpert_evo.accuracy.circuit.wired import wired_convolution
from xpert_evo.accuracy.circuit.wires import ColumnWires, Mode, lost
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.design.mapping import row_blocks

OHM_PER_CELL = 0.839  # of a column's wire, 32 nm
SIZES, CELLS_OHM = (32, 64, 128, 256), (6e3, 1e5)


def columns(rows: int, cell_ohm: float, count: int = 40, seed: int = 0) -> np.ndarray:
    """What cells of columns conduct, siemens, (count, rows): a third of the rows on, digits skewed to small ones."""
    generator = np.random.default_rng(seed)
    digits = np.floor(16 * generator.random((count, rows)) ** 2)
    on = generator.random((count, rows)) < generator.uniform(0.05, 1.0, size=(count, 1))
    return on * (digits / 15 * (1 - 1 / 150) + 1 / 150) / cell_ohm


def nodal(conducting: np.ndarray, wire_ohm: float) -> float:
    """The current of one column at 1 V, A: Kirchhoff's law at every node, the ADC a virtual ground."""
    rows = len(conducting)
    wire = 1 / wire_ohm
    diagonal = conducting + wire * np.where(np.arange(rows) < rows - 1, 2.0, 1.0)
    matrix = scipy.sparse.diags([np.full(rows - 1, -wire), diagonal, np.full(rows - 1, -wire)], [-1, 0, 1]).tocsc()
    return float(scipy.sparse.linalg.spsolve(matrix, conducting)[0] * wire)


def closed_form(conducting: torch.Tensor, resistance: float) -> torch.Tensor:
    mode = Mode.of(ColumnWires(resistance, 0.0), conducting.shape[1])
    return conducting.sum(dim=1) - lost(conducting @ mode.weights.to(conducting), mode.bend)


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("cell_ohm", CELLS_OHM)
def test_the_ladder_is_the_nodal_solution(rows, cell_ohm):
    found = columns(rows, cell_ohm)
    wanted = [nodal(column, OHM_PER_CELL) for column in found]
    assert ladder(torch.from_numpy(found), OHM_PER_CELL).numpy() == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("cell_ohm", CELLS_OHM)
def test_the_closed_form_errs_by_little_of_what_is_lost(rows, cell_ohm):
    """Root mean square, over columns that lose 0.05 to 30 % in the mean: 0.010 to 0.034 of that."""
    found = torch.from_numpy(columns(rows, cell_ohm, count=1000))
    found = found[found.sum(dim=1) > 0]
    ideal = found.sum(dim=1)
    exact, quick = ladder(found, OHM_PER_CELL), closed_form(found, OHM_PER_CELL)
    share = 1 - exact / ideal
    assert ((quick - exact) / ideal).square().mean().sqrt() < 0.05 * share.mean()
    assert share.max() > 0.4 if (rows, cell_ohm) == (256, 6e3) else share.max() < 0.25


@pytest.mark.parametrize("rows", [1, 5, 64])
def test_equal_cells_lose_what_the_closed_form_says(rows):
    """Every segment's current counted one by one: r g n (n + 1) (2 n + 1) / 6."""
    conducting = torch.ones(1, rows, dtype=torch.float64)
    first_order = 1e-6 * rows * (rows + 1) * (2 * rows + 1) / 6
    assert float(rows - ladder(conducting, 1e-6)) == pytest.approx(first_order, rel=5e-3)
    assert float(rows - closed_form(conducting, 1e-6)) == pytest.approx(first_order, rel=5e-3)


def test_a_dark_column_carries_nothing():
    assert float(closed_form(torch.zeros(1, 64), 1e-3)) == 0 and float(ladder(torch.zeros(1, 64), 1e-3)) == 0


def test_resistances_in_units_of_a_digit():
    """Cells of 6 k, 150 times as much when off, four bits: a digit is (1 - 1 / 150) / 15 of 1 / 6 k."""
    array = ArrayShape(weight_encoding="differential", wire_per_cell=0.84 / 6000, off_share=1 / 150)
    wires = ColumnWires.of(array, array.weight_cells(8))
    digit = (1 - 1 / 150) / 15 / 6000
    assert wires.resistance == pytest.approx(0.84 * digit) and wires.idle == pytest.approx(1 / 150 / 6000 / digit)
    assert ColumnWires.of(ArrayShape(), ArrayShape().weight_cells(8)) is None


def array_of(name: str, wire_per_cell: float, crossbar_size: int = 64) -> ArrayShape:
    return ArrayShape(weight_encoding=name, crossbar_size=crossbar_size, wire_per_cell=wire_per_cell, off_share=1 / 150)


def convolved(x, weight, array, *, input_bits, adc_bits, spread=None, seed=0, fine=1):
    """Outputs in units of an integer, what wires leave made up for; and the ADCs' fit.

    Args:
        fine: steps of a unit that ADCs have in place of the fit's, where it isn't 1.
    """
    cells = array.weight_cells(8)
    wires = ColumnWires.of(array, cells)
    sums = sample_partial_sums(
        x,
        weight,
        windows=Windows.same(3),
        input_bits=input_bits,
        design_rows=weight[0].numel(),
        cells=cells,
        crossbar_size=array.crossbar_size,
        generator=torch.Generator().manual_seed(0),
        wires=wires,
    )
    blocks = int(row_blocks(weight[0].numel(), array.crossbar_size))
    significance = torch.from_numpy(cells.significance)
    fit = fit_adcs(sums, adc_bits=adc_bits, significance=significance, row_blocks=blocks)
    generator = torch.Generator().manual_seed(seed)
    y = wired_convolution(
        x,
        conductances_of(weight, cells, array.crossbar_size, generator, spread, idle=wires.idle),
        wires,
        windows=Windows.same(3),
        input_bits=input_bits,
        adc_bits=adc_bits,
        step=fit.step if fine == 1 else torch.full_like(fit.step, 1 / fine),
        lowest=fit.lowest if fine == 1 else torch.full_like(fit.lowest, -(2.0 ** (adc_bits - 1))),
        significance=significance,
        crossbar_size=array.crossbar_size,
        offset=cells.offset * fit.gain,
    )
    return y / fit.gain, fit


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize(("channels", "input_bits"), [(7, 3), (65, 1)])
def test_wires_that_hardly_resist_give_the_integer_convolution(name, channels, input_bits):
    array = array_of(name, 1e-10)
    x, weight = layer(channels, input_bits, array, outputs=5, images=3)
    y, fit = convolved(x, weight, array, input_bits=input_bits, adc_bits=12)
    assert fit.gain == pytest.approx(1, abs=1e-5) and torch.equal(fit.step, torch.ones_like(fit.step))
    assert (y - F.conv2d(x, weight, padding=1)).abs().max() < 1e-3 * y.abs().max()


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_layer_is_its_columns_solved_one_by_one(name):
    """Of wires ten times as long as those of 6 k cells at 32 nm, whose ADCs have steps that don't count."""
    array = array_of(name, 10 * OHM_PER_CELL / 6000)
    x, weight = layer(9, 2, array, outputs=4, images=2)
    y, fit = convolved(x, weight, array, input_bits=2, adc_bits=18, fine=64)
    cells = array.weight_cells(8)
    wires = ColumnWires.of(array, cells)
    held = torch.from_numpy(cells.held(weight.flatten(1).numpy())).double() + wires.idle  # (columns, S, O, K)
    windows = F.unfold(x, 3, padding=1).transpose(1, 2).flatten(0, 1)  # (W, K)
    wanted = torch.zeros(len(windows), 4, dtype=torch.float64)
    for start in range(0, windows.shape[1], 64):
        rows = slice(start, start + 64)
        for bit in range(2):
            on = (windows[:, rows].long() >> bit & 1).double()
            arriving = ladder(held[..., rows].unsqueeze(2) * on[:, None, :], wires.resistance)  # (columns, S, W, O)
            seen = arriving[0] - (arriving[1] if len(held) > 1 else wires.idle * on.sum(dim=1)[:, None])
            wanted += 2**bit * (torch.from_numpy(cells.significance)[:, None, None] * seen).sum(dim=0)
    wanted = wanted / fit.gain - cells.offset * windows.double().sum(dim=1)[:, None]
    found = y.flatten(2).transpose(1, 2).flatten(0, 1).double()
    ideal = windows.double() @ weight.flatten(1).double().T
    assert fit.gain < 0.95, "there is something to be seen"
    assert (found - wanted).std() < 0.15 * (ideal - wanted).std()


@pytest.mark.parametrize("name", ["differential", "offset"])
@pytest.mark.parametrize("crossbar_size", [64, 256])
def test_noise_is_what_the_simulation_errs_by(name, crossbar_size):
    """With wires five times as long, which at 256 rows outweigh the ADCs; within 2 dB over eight seeds."""
    array = array_of(name, 5 * OHM_PER_CELL / 6000, crossbar_size)
    x, weight = layer(65, 4, array)
    y, fit = convolved(x, weight, array, input_bits=4, adc_bits=5)
    error = (y - F.conv2d(x, weight, padding=1)).double()
    measured = float((error - error.mean(dim=(0, 2, 3), keepdim=True)).std())
    assert 20 * abs(math.log10(fit.sigma / measured)) < 3


def test_devices_deviate_behind_wires_as_they_do_without():
    """Mirrors and cells of a chip are the same draws: without resistance both circuits are one."""
    array = array_of("differential", 1e-10)
    spread = DeviceSpread(cell_variation=0.05, mirror_mismatch=0.01, on_off_ratio=150.0)
    x, weight = layer(9, 2, array, outputs=4, images=2)
    ideal, _ = convolved(x, weight, array, input_bits=2, adc_bits=12)
    chips = [convolved(x, weight, array, input_bits=2, adc_bits=12, spread=spread, seed=seed)[0] for seed in (1, 1, 2)]
    assert torch.equal(chips[0], chips[1]) and not torch.equal(chips[0], chips[2])
    assert 0.01 < float((chips[0] - ideal).std() / ideal.std()) < 0.15
