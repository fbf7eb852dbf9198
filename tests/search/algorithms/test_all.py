import functools

import numpy as np
import pytest

from xpert_evo.search.algorithms import ALGORITHMS

SMALL = {
    "population": 12,
    "offspring": 6,
    "trainings": 40,
    "surrogate": {"first": 10, "batch": 4, "candidates": 2000},
}


@pytest.fixture(scope="module")
def played(play):
    """Four generations of an algorithm, played once."""
    return functools.cache(lambda algorithm: play(algorithm, 4, **SMALL))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_equal_seeds_and_answers_ask_for_equal_designs(play, played, algorithm):
    one, two, other = played(algorithm), play(algorithm, 4, **SMALL), play(algorithm, 1, seed=2, **SMALL)

    assert len(one.asked) == 4
    for first, second in zip(one.asked, two.asked, strict=True):
        for gene in ("channels", "column_sharing", "adc_type", "adc_bits", "input_bits"):
            assert (getattr(first, gene) == getattr(second, gene)).all()
    assert one.keys()[:1] != other.keys()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_accuracy_is_asked_for_twice_in_a_row_of_generations(played, algorithm):
    generations = played(algorithm).keys()
    if algorithm in ("surrogate", "factored"):  # where a genome is an accuracy
        assert sum(map(len, generations)) == len(set().union(*generations))
    assert all(generations)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_failed_trainings_and_constraints_are_survived(play, algorithm):
    def half_fail(designs):
        return np.where(designs.channels[:, 0] % 64, np.nan, 0.5)

    played = play(algorithm, 4, accuracy=half_fail, constraints=("macs <= 3.2e8", "accuracy >= 0.2"), **SMALL)

    assert len(played.asked) == 4
