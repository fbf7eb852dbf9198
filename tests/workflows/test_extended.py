"""Runs that go on with more than they were given at first."""

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed, found
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.problem_file import load_problem


def evaluations(run):
    return existing_store(run).evaluations()


@pytest.mark.parametrize("algorithm", ["surrogate", "nsga2", "random", "two-phase"])
def test_a_finished_run_goes_on_and_keeps_what_it_had(tmp_path, problem, algorithm):
    """From fewer trainings than a first population has: what it begins with hangs on the budget."""
    short = changed(problem, algorithm=algorithm, trainings=10, confirm_seeds=0, rivals=0)
    found(short, tmp_path / "run", estimator=FormulaEstimator())
    before, asked = evaluations(tmp_path / "run"), FormulaEstimator()
    found(changed(short, trainings=18), tmp_path / "run", resume=True, estimator=asked)
    after = evaluations(tmp_path / "run")
    pd.testing.assert_frame_equal(after[: len(before)], before)
    trained = after["accuracy_key"].nunique()
    assert trained >= 18 and len(asked.asked) == trained - before["accuracy_key"].nunique()
    assert load_problem(tmp_path / "run" / "problem.toml").search.trainings == 18


def test_one_that_is_interrupted_in_what_was_added_ends_the_same(tmp_path, plain):
    short = changed(plain, trainings=6)
    for name in ("whole", "interrupted"):
        found(short, tmp_path / name, estimator=FormulaEstimator())
    whole = found(plain, tmp_path / "whole", resume=True, estimator=FormulaEstimator())
    with pytest.raises(KeyboardInterrupt):
        found(plain, tmp_path / "interrupted", resume=True, estimator=FormulaEstimator(interrupt_after=3))
    front = found(plain, tmp_path / "interrupted", resume=True, estimator=FormulaEstimator())
    pd.testing.assert_frame_equal(front, whole)


def test_more_seeds_and_promotions_are_added_to_a_finished_run(tmp_path, plain):
    found(changed(plain, confirm_seeds=1), tmp_path / "run", estimator=FormulaEstimator())
    asked = FormulaEstimator()
    front = found(changed(plain, confirm_seeds=3, promoted=2), tmp_path / "run", resume=True, estimator=asked)
    plane = front[front["on_error_edap_front"]]
    assert (plane["repeats"] == 3).all()
    assert asked.factors == [10] and front["promoted_accuracy"].notna().sum() >= 2
    accuracies = existing_store(tmp_path / "run").accuracies()
    assert (accuracies[accuracies["replicate"] > 0].groupby("key").size() == 3).all()
