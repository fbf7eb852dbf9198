"""Searches whose trainings have several lengths, from a problem to a finished folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator, small_problem
from tests.workflows.test_search import changed, found
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store, read_run_file
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.results import load_run, run_front, run_sentences


@dataclass
class OfEpochs(FormulaEstimator):
    """Shorter trainings come to less; with `lose_short` the machine fails in one of those of an epoch."""

    lose_short: bool = False
    epochs: int = 9

    def of_epochs(self, epochs: int) -> OfEpochs:
        short = OfEpochs(self.fail_on, self.interrupt_after, -0.02 * (9 - epochs), lose_short=self.lose_short)
        short.asked, short.epochs = self.asked, epochs
        return short

    def estimate(self, design, seed):
        if self.lose_short and self.epochs == 1 and len(self.asked) == 9:
            raise MemoryError("no memory")
        return super().estimate(design, seed)


@pytest.fixture(scope="module")
def halving() -> Problem:
    content = small_problem().model_dump(mode="json", exclude_none=True)
    content["proxy"] |= {"epochs": 9}
    content["search"] |= {"fidelities": [1, 3, 9], "trainings": 14, "rivals": 1, "confirm_seeds": 1}
    content["search"]["surrogate"] |= {"first": 6, "batch": 3, "halving": 2}
    return Problem.model_validate(content)


@pytest.fixture(scope="module")
def folder(halving, tmp_path_factory) -> Path:
    """Of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "run"
    found(halving, out, estimator=OfEpochs())
    return out


@pytest.fixture
def whole(folder) -> pd.DataFrame:
    return pd.read_csv(folder / "front.csv")


def test_a_run_says_what_chose_its_trainings(folder):
    store = existing_store(folder)
    shorter, distinct = store.shorter(), store.counts()["distinct_trainings"]
    store.close()
    counts = shorter["epochs"].value_counts().to_dict()
    assert counts[1] == 2 * counts[3] and counts[3] >= 2 * (distinct - 2)  # a baseline and a rival needn't have any
    facts = read_run_file(folder)
    assert facts is not None and facts["counts"]["shorter_trainings"] == {"1": counts[1], "3": counts[3]}
    assert facts["training_seconds"] >= 0.01 * (len(shorter) + distinct)
    run = load_run(folder)
    said = f"Shorter trainings, {counts[1]} of 1 epoch and {counts[3]} of 3 epochs, chose what was trained for 9"
    assert said in " ".join(run_sentences(run, run_front(run)))
    page = write_report(folder).read_text()
    assert said in page and "trainings of 1, 3, 9 epochs" in page


def test_a_sentence_that_stands_alone_is_said_once(folder):
    run = load_run(folder)
    nothing = run_front(run).iloc[:0]
    assert sum(sentence.startswith("No feasible design") for sentence in run_sentences(run, nothing)) == 1


@pytest.mark.parametrize("after", [3, 20, 50])
def test_an_interrupted_one_ends_the_same(tmp_path, halving, folder, whole, after):
    with pytest.raises(KeyboardInterrupt):
        found(halving, tmp_path / "run", estimator=OfEpochs(interrupt_after=after))
    asked = OfEpochs()
    front = found(halving, tmp_path / "run", resume=True, estimator=asked)
    pd.testing.assert_frame_equal(front, whole)
    stores = [existing_store(place) for place in (tmp_path / "run", folder)]
    pd.testing.assert_frame_equal(stores[0].shorter(), stores[1].shorter())


def test_a_short_training_that_the_machine_lost_is_asked_for_again(tmp_path, halving, whole):
    found(halving, tmp_path / "run", estimator=OfEpochs(lose_short=True))
    front = found(halving, tmp_path / "run", resume=True, estimator=OfEpochs())
    pd.testing.assert_frame_equal(front, whole)


def test_one_that_is_finished_goes_on(tmp_path, halving, whole):
    short = changed(halving, trainings=8, confirm_seeds=0, rivals=0)
    found(short, tmp_path / "run", estimator=OfEpochs())
    front = found(halving, tmp_path / "run", resume=True, estimator=OfEpochs())
    pd.testing.assert_frame_equal(front, whole)


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ({"fidelities": [1, 3]}, "the last of .1, 3. is to be proxy.epochs, which is 9"),
        ({"fidelities": [9]}, "two or more epochs are wanted"),
        ({"fidelities": [3, 1, 9]}, "each above the last"),
        ({"algorithm": "nsga2"}, "which algorithm 'nsga2', mode 'generation' doesn't have"),
        ({"mode": "steady"}, "mode 'steady' doesn't have"),
    ],
)
def test_what_does_not_fit_together_is_refused(halving, search, told):
    content = halving.model_dump(mode="json", exclude_none=True)
    content["search"] |= search
    with pytest.raises(ValueError, match=told):
        Problem.model_validate(content)


def test_so_is_an_estimator_without_lengths(tmp_path, halving, estimator):
    with pytest.raises(InputError, match=r"search.fidelities: .* the given estimator has no method `of_epochs`"):
        found(halving, tmp_path / "run", estimator=estimator)
    assert not (tmp_path / "run").exists()


def test_so_are_weights_that_designs_share(halving):
    content = halving.model_dump(mode="json", exclude_none=True)
    content["proxy"] |= {"estimator": "supernet"}
    with pytest.raises(ValueError, match=r"proxy.estimator 'supernet' has no trainings of their own to be shorter"):
        Problem.model_validate(content)
