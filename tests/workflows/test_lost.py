"""Searches on machines that fail: nothing of it is taken for what a design is."""

import json
from dataclasses import dataclass

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed, found
from xpert_evo.errors import MachineError
from xpert_evo.search.records.accuracies import LOST
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.results import load_run, run_front, run_sentences


@dataclass
class Failing(FormulaEstimator):
    """A machine that fails for some of the trainings, each as often as it is tried, or `times` times; 0: it is well.

    Attributes:
        every: so many trainings one is hit.
        spared: so many trainings come first.
    """

    every: int = 5
    times: int = 99
    spared: int = 0

    def estimate(self, design, seed):
        asked = self.asked.count(seed)
        result = super().estimate(design, seed)
        if len(self.asked) > self.spared and seed % self.every == 0 and asked < self.times:
            raise MemoryError("not today")
        return result


def stored(run):
    store = existing_store(run)
    return store.evaluations(), store.accuracies()


def test_a_machine_that_fails_now_and_then_changes_nothing(tmp_path, plain, estimator):
    undisturbed = found(plain, tmp_path / "whole", estimator=estimator)
    front = found(plain, tmp_path / "run", estimator=Failing(times=1))
    pd.testing.assert_frame_equal(front.drop(columns="estimator"), undisturbed.drop(columns="estimator"))
    accuracies, whole = (
        stored(tmp_path / name)[1].sort_values(["key", "replicate"], ignore_index=True) for name in ("run", "whole")
    )
    assert accuracies["error"].notna().sum() > 2 and (accuracies["status"] == "ok").all()
    pd.testing.assert_frame_equal(accuracies.drop(columns="error"), whole.drop(columns="error"))
    run = load_run(tmp_path / "run")
    told = [line for line in run_sentences(run, run_front(run)) if "machine" in line]
    assert len(told) == 1 and "tried again after: MemoryError: not today" in told[0]
    write_report(tmp_path / "run")
    assert "tried again after: MemoryError: not today" in (tmp_path / "run" / "report.html").read_text()


def test_what_was_lost_is_asked_for_again_on_resume_and_the_front_is_that_of_an_undisturbed_run(
    tmp_path, plain, estimator
):
    undisturbed = found(plain, tmp_path / "whole", estimator=estimator)
    disturbed = found(plain, tmp_path / "run", estimator=Failing())
    accuracies = stored(tmp_path / "run")[1]
    lost = int((accuracies["status"] == LOST).sum())
    assert lost and not disturbed.equals(undisturbed)
    counts = json.loads((tmp_path / "run" / "run.json").read_text())["counts"]
    assert (counts["failed_trainings"], counts["lost_trainings"]) == (0, lost)

    front = found(plain, tmp_path / "run", resume=True, estimator=Failing(times=0))

    # A design that was on the front as long as others were missing keeps what fresh seeds gave it.
    fresh = ["repeated_accuracy", "repeated_standard_error", "repeats", "holds_when_repeated", "estimator"]
    assert (front["repeats"] >= undisturbed["repeats"]).all()
    pd.testing.assert_frame_equal(front.drop(columns=fresh), undisturbed.drop(columns=fresh))
    pd.testing.assert_frame_equal(stored(tmp_path / "run")[0], stored(tmp_path / "whole")[0])


def test_a_machine_that_always_fails_stops_the_search_where_it_can_go_on(tmp_path, plain):
    with pytest.raises(MachineError, match=r"a baseline, .* was lost 3 times: MemoryError"):
        found(changed(plain, trainings=1), tmp_path / "one", estimator=Failing(every=1))
    with pytest.raises(MachineError, match=r"\d trainings one after the other were lost 3 times: MemoryError"):
        found(plain, tmp_path / "run", estimator=Failing(every=1))
    with pytest.raises(MachineError, match=r"\d trainings one after the other were lost 3 times: MemoryError"):
        found(plain, tmp_path / "run", resume=True, estimator=Failing(every=1, spared=5))
    front = found(plain, tmp_path / "run", resume=True, estimator=Failing(times=0))
    pd.testing.assert_frame_equal(front, found(plain, tmp_path / "whole", estimator=Failing(times=0)))
