"""Searches without generations: whole runs, several workers, stopped and continued."""

from dataclasses import dataclass

import pandas as pd
import pytest
from pydantic import ValidationError

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed, found
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run


@pytest.fixture
def steady(problem):
    small = {"first": 8, "batch": 4, "candidates": 1000}
    return changed(problem, mode="steady", trainings=16, confirm_seeds=1, rivals=0, surrogate=small)


def evaluations(run):
    return existing_store(run).evaluations()


@dataclass
class LosesSome(FormulaEstimator):
    """Loses trainings of some seeds, however often they are tried, until the machine is well."""

    well: bool = False

    def estimate(self, design, seed):
        result = super().estimate(design, seed)
        if seed % 4 == 0 and not self.well:
            raise MemoryError("not today")
        return result


def test_the_budget_is_kept_and_a_front_is_left(tmp_path, steady, estimator):
    front = found(steady, tmp_path / "run", estimator=estimator)
    table = evaluations(tmp_path / "run")
    assert table["accuracy_key"].nunique() == 16, "the baselines among them"
    assert (front.loc[front["on_error_edap_front"], "repeats"] == 1).all()
    said = pd.read_csv(tmp_path / "run" / "rounds.csv")
    assert said["trainings"].is_monotonic_increasing and said["rank_correlation"].notna().all()
    foretold = existing_store(tmp_path / "run").foretold(table["accuracy_key"])
    assert 3 <= len(foretold) < 16, "all that a predictor chose"


def test_stopped_and_continued_nothing_is_lost_or_trained_twice(tmp_path, steady):
    first, second = FormulaEstimator(interrupt_after=12), FormulaEstimator()
    with pytest.raises(KeyboardInterrupt):
        found(steady, tmp_path / "run", estimator=first)
    before = evaluations(tmp_path / "run")
    assert len(before)
    found(steady, tmp_path / "run", resume=True, estimator=second)
    after = evaluations(tmp_path / "run")
    pd.testing.assert_frame_equal(after[: len(before)], before, check_dtype=False)
    trained = len(existing_store(tmp_path / "run").accuracies())
    assert len(first.asked) + len(second.asked) == trained
    found(steady, tmp_path / "run", resume=True, estimator=FormulaEstimator(interrupt_after=0))


def test_several_workers_and_more_trainings(tmp_path, steady):
    two = Resources(workers=2)
    found(changed(steady, trainings=11), tmp_path / "run", estimator=FormulaEstimator(), resources=two)
    before = evaluations(tmp_path / "run")
    found(steady, tmp_path / "run", resume=True, estimator=FormulaEstimator(), resources=two)
    after = evaluations(tmp_path / "run")
    pd.testing.assert_frame_equal(after[: len(before)], before, check_dtype=False)
    assert (before["accuracy_key"].nunique(), after["accuracy_key"].nunique()) == (11, 16)


def test_what_was_lost_is_left_out_and_may_be_chosen_again(tmp_path, steady):
    found(steady, tmp_path / "run", estimator=LosesSome())
    before = evaluations(tmp_path / "run")
    assert before["accuracy"].notna().all() and load_run(tmp_path / "run").failures
    found(steady, tmp_path / "run", resume=True, estimator=LosesSome(well=True))
    after = evaluations(tmp_path / "run")
    pd.testing.assert_frame_equal(after[: len(before)], before, check_dtype=False)
    assert not load_run(tmp_path / "run").failures


def test_other_algorithms_have_generations(plain):
    with pytest.raises(ValidationError, match="mode is 'steady', which algorithm 'nsga2' doesn't have"):
        changed(plain, mode="steady")
