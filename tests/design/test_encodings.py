import numpy as np
import pytest

from xpert_evo.design.encodings import ENCODINGS, weight_cells

CASES = [
    (name, weight_bits, bits_per_cell)
    for name, encoding in ENCODINGS.items()
    for weight_bits in range(2, 9)
    for bits_per_cell in (1, 2, 3, 4, 8)
    if bits_per_cell >= encoding.least_bits_per_cell
]


def all_weights(cells):
    return np.arange(-cells.largest_weight, cells.largest_weight + 1)


@pytest.mark.parametrize("case", CASES)
def test_digits_add_up_to_every_weight_there_is(case):
    cells = weight_cells(*case)

    digits = cells.digits(all_weights(cells))

    total = np.tensordot(cells.significance, digits, axes=1)
    np.testing.assert_array_equal(total - cells.offset, all_weights(cells))


@pytest.mark.parametrize("case", CASES)
def test_cells_hold_what_they_can(case):
    cells = weight_cells(*case)

    held = cells.held(all_weights(cells))

    assert held.shape[:2] == (cells.encoding.columns_per_conversion + cells.encoding.reference_columns, cells.count)
    assert held.min() >= 0 and held.max() <= cells.largest_digit < 2**cells.bits_per_cell


def test_known_digits():
    weights = np.array([-119, -1, 0, 119])

    assert weight_cells("offset", 8, 4).digits(weights).tolist() == [[0, 7, 8, 15], [9, 15, 0, 7]]
    assert weight_cells("reference_column", 8, 4).digits(weights).tolist() == [[-7, 0, 0, 7], [-7, -1, 0, 7]]
    assert weight_cells("differential", 8, 4).digits(weights).tolist() == [[-7, 0, 0, 7], [-7, -1, 0, 7]]


def test_a_sign_takes_no_bit_of_a_pair():
    counts = {name: [weight_cells(name, bits, 4).count for bits in range(2, 9)] for name in ENCODINGS}

    assert counts["offset"] == counts["reference_column"] == [1, 1, 1, 2, 2, 2, 2]
    assert counts["differential"] == [1, 1, 1, 1, 2, 2, 2]
    assert weight_cells("differential", 5, 4).digits(np.array([-15, 15])).tolist() == [[-15, 15]]


def test_counts_of_many_weights_are_those_of_each():
    bits = np.array([2, 5, 6, 8])

    assert ENCODINGS["differential"].cells_per_weight(bits, 2).tolist() == [1, 2, 3, 4]


def test_a_pair_holds_a_weight_in_one_of_its_columns():
    positive, negative = weight_cells("differential", 8, 4).held(np.arange(-127, 128))

    assert not (positive * negative).any()
    assert (positive[:, 127:] == negative[:, 127::-1]).all()


def test_a_reference_column_narrows_the_weights_range():
    assert [weight_cells("reference_column", 8, bits).largest_weight for bits in (2, 4, 8)] == [85, 119, 127]
    assert (weight_cells("reference_column", 8, 4).held(np.arange(-119, 120))[1] == 8).all()
