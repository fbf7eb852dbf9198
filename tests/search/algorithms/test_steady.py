"""Designs chosen one by one, told in any order."""

import moocore
import numpy as np
import pytest

from tests.search.algorithms.conftest import answers, formula, make_task
from xpert_evo.search.algorithms.steady import Asked, SteadySurrogate
from xpert_evo.search.candidates.rank_correlation import RankCorrelation

REFERENCE = [0.9, 23.0]
SMALL = {"population": 16, "offspring": 4, "surrogate": {"first": 10, "batch": 4, "candidates": 1000}}


class Steady:
    """An algorithm with workers that end in an order drawn at random."""

    def __init__(self, space, workers: int, accuracy=formula, **search):
        self.task = make_task(space, "surrogate", **SMALL | search)
        self.algorithm, self.workers, self.accuracy = SteadySurrogate(self.task), workers, accuracy
        self.training: list[Asked] = []
        self.told: list[Asked] = []
        self.generator = np.random.default_rng(0)

    def play(self, trainings: int):
        while len(self.told) < trainings:
            self.training += self.algorithm.next(self.workers - len(self.training))
            asked = self.training.pop(self.generator.integers(len(self.training)))
            self.algorithm.learn(asked, *answers(self.task, asked.designs, self.accuracy))
            self.told.append(asked)
        return self

    def genomes(self) -> set[bytes]:
        return {asked.genome.tobytes() for asked in self.told + self.training}

    def hypervolume(self) -> float:
        points = [answers(self.task, asked.designs, self.accuracy)[0][:, :2] for asked in self.told]
        return moocore.hypervolume(np.concatenate(points), ref=REFERENCE)


@pytest.fixture(scope="module")
def played(space, play) -> Steady:
    return Steady(space, workers=3).play(18)


def test_nothing_is_trained_twice_whatever_is_in_training(played):
    assert len(played.genomes()) == len(played.told) + len(played.training) == 18 + 2
    assert all(len(asked.designs) >= 1 for asked in played.told)


def test_a_design_is_chosen_by_a_predictor_that_was_told_of_the_last(played):
    foretold = [asked for asked in played.told if np.isfinite(asked.expected)]
    assert len(foretold) >= 6
    errors = [1 - formula(asked.designs)[0] for asked in foretold]
    assert np.corrcoef(errors, [asked.expected for asked in foretold])[0, 1] > 0.8
    assert "screened by a predictor of tau" in played.algorithm.remark()


def test_it_finds_as_good_a_front_as_generations_do(played, play):
    generations = play("surrogate", 3, **SMALL)  # 10 designs, then 4 and 4
    points = np.concatenate(generations.objectives)[:, :2]
    assert played.hypervolume() > 0.95 * moocore.hypervolume(points, ref=REFERENCE)


def test_what_was_known_before_is_not_asked_for_again(space, played):
    again = Steady(space, workers=1)
    for asked in played.told:
        known = again.algorithm.known(asked.designs)
        assert (known.genome == asked.genome).all()
        again.algorithm.learn(known, *answers(again.task, known.designs))
    asked = again.algorithm.next(4)
    assert len(asked) == 4
    assert not {each.genome.tobytes() for each in asked} & {other.genome.tobytes() for other in played.told}
    assert np.isfinite([each.expected for each in asked]).any(), "the predictor learned from what was known"


def test_failed_trainings_and_constraints_are_survived(space, play):
    def fails(designs):
        return np.where(designs.channels[:, 0] < 64, np.nan, formula(designs))

    steady = Steady(space, workers=2, accuracy=fails, constraints=("area_um2 <= 3e7",)).play(14)
    known = steady.algorithm._accuracy
    assert 0 < np.isnan(known).sum() < len(known)
    assert (steady.task.allowed(steady.told[-1].designs)).any()


def test_where_predictions_rank_badly_the_best_have_offspring(space, play, monkeypatch):
    known = RankCorrelation(0.1, -0.1, 0.6)
    monkeypatch.setattr("xpert_evo.search.algorithms.surrogate.rank_correlation", lambda *_, seed: known)
    steady = Steady(space, workers=1).play(12)
    assert steady.algorithm.report()["screened"] == 0 and len(steady.genomes()) == 12
    assert "offspring of the best so far, since the predictor's tau 0.10" in steady.algorithm.remark()


def test_more_workers_than_first_designs_are_all_busy_from_the_start(space, play):
    steady = Steady(space, workers=16)
    asked = steady.algorithm.next(16)
    assert len({each.genome.tobytes() for each in asked}) == 16 > SMALL["surrogate"]["first"]
