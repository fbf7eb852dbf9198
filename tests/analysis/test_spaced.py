import pytest

from xpert_evo.analysis.spaced import evenly_spaced


@pytest.mark.parametrize(("count", "most", "rows"), [(0, 3, []), (3, 3, [0, 1, 2]), (1, 5, [0]), (9, 3, [0, 4, 8])])
def test_from_the_first_to_the_last(count, most, rows):
    assert evenly_spaced(count, most).tolist() == rows


def test_none_comes_twice():
    assert len(set(evenly_spaced(1_000_003, 5_000))) == 5_000
