"""Short trainings choose which designs become long ones, and what they get wrong is learned."""

from dataclasses import replace

import numpy as np
import pytest

from tests.search.algorithms.conftest import answers, formula, make_task
from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms import ALGORITHMS
from xpert_evo.search.keys import accuracy_keys

SETTINGS = {
    "fidelities": (1, 4, 16),
    "population": 16,
    "surrogate": {"first": 8, "batch": 4, "halving": 2, "candidates": 1000},
}


def misled(designs: Designs, epochs: int) -> np.ndarray:
    """Narrow networks learn faster: what short trainings come to flatters them."""
    width = np.log2(designs.channels).mean(axis=1) / 9
    return formula(designs) - 0.25 * (1 - epochs / 16) * width


class Halved:
    """An algorithm, what it had trained shortly, and what it asked for, generation by generation."""

    def __init__(self, space, generations: int, shorter=misled, **search):
        self.shorter: dict[int, list[str]] = {1: [], 4: []}
        self.asked: list[list[str]] = []
        self.task = replace(make_task(space, "surrogate", **SETTINGS | search), shorter=self._trained)
        self.algorithm, self._short = ALGORITHMS["surrogate"](self.task), shorter
        for _ in range(generations):
            designs = self.algorithm.ask()
            assert designs is not None
            self.designs, self.foretold = designs, self.algorithm.foretold()
            self.algorithm.tell(*answers(self.task, designs))
            self.asked.append(list(dict.fromkeys(accuracy_keys(designs))))

    def _trained(self, designs: Designs, epochs: int, generation: int) -> np.ndarray:
        assert generation == len(self.asked) + 1
        self.shorter[epochs] += accuracy_keys(designs)
        return self._short(designs, epochs)


@pytest.fixture(scope="module")
def halved(space, play) -> Halved:
    return Halved(space, 4)


def test_as_many_are_trained_for_each_length_as_is_said(halved):
    assert [len(asked) for asked in halved.asked] == [8, 4, 4, 4]
    shortly = len(halved.shorter[1])
    assert 76 <= shortly <= 80 and len(halved.shorter[4]) == 40  # the first are those of one front, of which some meet
    assert halved.algorithm.report()["trained_for_4_epochs"] == 40
    said = f"; beside them, by epochs, {shortly} of 1, 40 of 4; 1000 screened by a predictor of tau"
    assert said in halved.algorithm.remark()


def test_nothing_is_trained_twice_and_nobody_skips_a_length(halved):
    one, four, whole = halved.shorter[1], halved.shorter[4], [key for asked in halved.asked for key in asked]
    for keys in (one, four, whole):
        assert len(set(keys)) == len(keys)
    assert set(whole) < set(four) < set(one)


def test_what_long_trainings_come_to_is_foretold_from_the_short_ones(halved):
    assert np.isfinite(halved.foretold).all()
    assert np.abs(halved.foretold - formula(halved.designs)).max() < 0.05
    assert np.abs(halved.foretold - misled(halved.designs, 4)).min() > 0.05


def test_the_same_task_leads_to_the_same_designs(space, halved):
    assert Halved(space, 3).asked == halved.asked[:3]


def test_a_design_whose_short_training_fails_does_not_go_on(space, play):
    def fails(designs, epochs):
        return np.where(designs.channels[:, 0] < 64, np.nan, misled(designs, epochs))

    halved = Halved(space, 3, fails)
    first = {int(key.split("-")[0]) for key in halved.shorter[1]}
    assert min(first) < 64 <= min(int(key.split("-")[0]) for asked in halved.asked for key in asked)


def test_what_constraints_forbid_is_not_trained_shortly(space, play):
    halved = Halved(space, 2, constraints=("area_um2 <= 3e7",))
    assert halved.shorter[1] and halved.task.allowed(halved.designs).any()
