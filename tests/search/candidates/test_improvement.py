import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpert_evo.search.candidates.improvement import expected_improvement

REFERENCE = np.array([1.0, 1.0])


def added(front: np.ndarray, point: np.ndarray) -> float:
    """By moocore: what a point adds to the area of a front."""
    before = moocore.hypervolume(front, ref=REFERENCE) if len(front) else 0.0
    return moocore.hypervolume(np.concatenate([front, point[None]]), ref=REFERENCE) - before


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 12))
def test_a_certain_candidate_adds_its_hypervolume(seed, count):
    generator = np.random.default_rng(seed)
    front, points = generator.uniform(0, 1.2, (count, 2)), generator.uniform(-0.2, 1.2, (5, 2))

    expected = expected_improvement(points[:, 0], points[:, 1], np.zeros(5), front, REFERENCE)

    assert expected == pytest.approx([added(front, point) for point in points], abs=1e-9)


def test_an_uncertain_candidate_is_worth_the_mean_over_its_draws():
    generator = np.random.default_rng(0)
    front = generator.uniform(0, 1, (6, 2))
    draws = generator.normal(0.4, 0.2, 20_000)

    expected = expected_improvement(np.array([0.3]), np.array([0.4]), np.array([0.2]), front, REFERENCE)

    certain = expected_improvement(np.full(len(draws), 0.3), draws, np.zeros(len(draws)), front, REFERENCE)
    assert expected[0] == pytest.approx(certain.mean(), abs=4 * certain.std() / len(draws) ** 0.5)
