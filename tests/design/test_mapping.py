import numpy as np
import pytest

from xpert_evo.design import mapping


def test_a_block_is_padded():
    assert mapping.row_blocks(64 * 9, 64) == 9
    assert mapping.row_blocks(65 * 9, 64) == 10


@pytest.mark.parametrize(
    ("rows", "columns", "groups", "together"),
    [(9, 2, 100, 7), (9, 4, 5, 5), (9, 30, 100, 2), (65, 2, 100, 1), (9, 65, 100, 1), (1, 1, 100, 64)],
)
def test_groups_share_a_crossbar_as_far_as_its_rows_and_columns_go(rows, columns, groups, together):
    assert mapping.groups_together(np.array(rows), np.array(columns), 64, np.array(groups)) == together
