from xpert_evo.design import mapping


def test_a_block_is_padded():
    assert mapping.row_blocks(mapping.rows(64, 3), 64) == 9
    assert mapping.row_blocks(mapping.rows(65, 3), 64) == 10
