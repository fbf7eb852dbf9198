import numpy as np
import pytest

from xpert_evo.search.rank_correlation import rank_correlation


def test_interval_holds_tau_and_narrows_with_more_pairs():
    generator = np.random.default_rng(0)
    x = generator.normal(size=200)
    y = x + generator.normal(size=200)

    few, many = rank_correlation(x[:20], y[:20], seed=1), rank_correlation(x, y, seed=1)

    assert few.low < few.tau < few.high and many.low < many.tau < many.high
    assert many.high - many.low < 0.6 * (few.high - few.low)
    assert many == rank_correlation(x, y, seed=1)


@pytest.mark.parametrize(("x", "y"), [([], []), ([1, 2], [1, 2]), ([1, 1, 1, 1], [1, 2, 3, 4])])
def test_nothing_is_known_of_too_little(x, y):
    nothing = rank_correlation(np.array(x, dtype=float), np.array(y, dtype=float), seed=0)
    assert (nothing.tau, nothing.low, nothing.high) == (0.0, -1.0, 1.0)
