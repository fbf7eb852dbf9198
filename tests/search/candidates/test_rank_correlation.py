import numpy as np
import pytest
from scipy.stats import kendalltau

from xpert_evo.search.candidates.rank_correlation import CONFIDENCE, RESAMPLES, rank_correlation


def test_interval_holds_tau_and_narrows_with_more_pairs():
    generator = np.random.default_rng(0)
    x = generator.normal(size=200)
    y = x + generator.normal(size=200)

    few, many = rank_correlation(x[:20], y[:20], seed=1), rank_correlation(x, y, seed=1)

    assert few.low < few.tau < few.high and many.low < many.tau < many.high
    assert many.high - many.low < 0.6 * (few.high - few.low)
    assert many == rank_correlation(x, y, seed=1)


@pytest.mark.parametrize(("pairs", "values"), [(3, 3), (12, 4), (48, 1000)])
def test_the_interval_is_of_the_librarys_taus(pairs, values):
    """Bit for bit, also where pairs are tied and where all that a sample holds are equal."""
    generator = np.random.default_rng(pairs)
    x, y = generator.permutation(np.arange(pairs) % values), generator.integers(values, size=pairs) / values
    y[0] = -1.0

    found = rank_correlation(x, y, seed=5)

    draws = np.random.default_rng(5).integers(0, pairs, size=(RESAMPLES, pairs))
    taus = [kendalltau(x[draw], y[draw]).statistic for draw in draws]
    assert [found.low, found.high] == list(np.nanpercentile(taus, [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE]))


@pytest.mark.parametrize(("x", "y"), [([], []), ([1, 2], [1, 2]), ([1, 1, 1, 1], [1, 2, 3, 4])])
def test_nothing_is_known_of_too_little(x, y):
    nothing = rank_correlation(np.array(x, dtype=float), np.array(y, dtype=float), seed=0)
    assert (nothing.tau, nothing.low, nothing.high) == (0.0, -1.0, 1.0)
