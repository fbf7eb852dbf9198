import numpy as np
import pytest

from xpert_evo.design import mapping


def test_a_block_is_padded():
    assert mapping.row_blocks(mapping.rows(64, 3), 64) == 9
    assert mapping.row_blocks(mapping.rows(65, 3), 64) == 10


@pytest.mark.parametrize("bits_per_cell", [1, 2, 4, 8])
def test_offset_digits_add_up_to_the_weight(bits_per_cell):
    weights = np.arange(-128, 128)
    digits = mapping.offset_digits(weights, bits_per_cell)
    assert digits.min() == 0 and digits.max() == 2**bits_per_cell - 1
    total = np.tensordot(mapping.slice_weights(bits_per_cell), digits, axes=1)
    np.testing.assert_array_equal(total - 128, weights)
