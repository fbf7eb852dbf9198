import numpy as np
import pytest

from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.design.mapping import slice_weights

CASES = [
    (name, bits)
    for name, encoding in ENCODINGS.items()
    for bits in (1, 2, 4, 8)
    if bits >= encoding.least_bits_per_cell
]


@pytest.mark.parametrize(("name", "bits_per_cell"), CASES)
def test_digits_add_up_to_every_weight_there_is(name, bits_per_cell):
    encoding = ENCODINGS[name]
    largest = encoding.largest_weight(bits_per_cell)
    weights = np.arange(-largest, largest + 1)

    digits = encoding.digits(weights, bits_per_cell)

    total = np.tensordot(slice_weights(bits_per_cell), digits, axes=1)
    np.testing.assert_array_equal(total - encoding.offset, weights)


@pytest.mark.parametrize(("name", "bits_per_cell"), CASES)
def test_cells_hold_what_they_can(name, bits_per_cell):
    encoding = ENCODINGS[name]
    largest = encoding.largest_weight(bits_per_cell)

    held = encoding.cells(np.arange(-largest, largest + 1), bits_per_cell)

    assert len(held) == encoding.columns_per_conversion + encoding.reference_columns
    assert held.min() >= 0 and held.max() <= 2**bits_per_cell - 1


def test_known_digits():
    weights = np.array([-119, -1, 0, 119])

    assert ENCODINGS["offset"].digits(weights, 4).tolist() == [[0, 7, 8, 15], [9, 15, 0, 7]]
    assert ENCODINGS["reference_column"].digits(weights, 4).tolist() == [[-7, 0, 0, 7], [-7, -1, 0, 7]]
    assert ENCODINGS["differential"].digits(weights, 4).tolist() == [[-7, 0, 0, 7], [-7, -1, 0, 7]]


def test_a_pair_holds_a_weight_in_one_of_its_columns():
    positive, negative = ENCODINGS["differential"].cells(np.arange(-127, 128), 4)

    assert not (positive * negative).any()
    assert (positive[:, 127:] == negative[:, 127::-1]).all()


def test_a_reference_column_narrows_the_weights_range():
    encoding = ENCODINGS["reference_column"]

    assert [encoding.largest_weight(bits) for bits in (2, 4, 8)] == [85, 119, 127]
    assert (encoding.cells(np.arange(-119, 120), 4)[1] == 8).all()
