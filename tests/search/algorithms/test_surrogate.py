import moocore
import numpy as np
import pytest

from tests.search.algorithms.conftest import formula
from xpert_evo.search.candidates.rank_correlation import RankCorrelation

SMALL = {"population": 16, "offspring": 6, "surrogate": {"first": 12, "batch": 6, "candidates": 4000}}
DEFAULT_OBJECTIVES = ("error", "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")


def hypervolume(played) -> float:
    points = np.concatenate(played.objectives)[:, :2]
    return moocore.hypervolume(points, ref=[0.9, 23.0])


def test_batches_are_new_and_of_the_wanted_size_and_say_how_well_they_were_foretold(play):
    played = play("surrogate", 4, **SMALL)

    generations = played.keys()
    assert 10 <= len(generations[0]) <= 12 and [len(keys) for keys in generations[1:]] == [6, 6, 6]
    assert len(set().union(*generations)) == len(generations[0]) + 18
    assert played.remarks[0] == "" and played.reports[0]["screened"] == 0
    last = played.reports[-1]
    assert last["screened"] == 4000 and last["unseen_designs"] == len(generations[0]) + 18
    # 0.87 +- 0.02 over eight seeds
    assert 0.5 < last["rank_correlation_low"] <= last["rank_correlation"] <= last["rank_correlation_high"] <= 1
    assert "4000 screened by a predictor of tau" in played.remarks[-1]


def test_it_finds_a_better_front_than_nsga2_with_as_many_trainings(play):
    ours, plain = play("surrogate", 3, **SMALL), play("factored", 3, **SMALL | {"population": 12})
    assert len(set().union(*ours.keys())) <= len(set().union(*plain.keys()))
    assert hypervolume(ours) > hypervolume(plain)  # by 0.43 +- 0.06 over eight seeds


@pytest.mark.parametrize(("tau", "screened"), [(0.29, 0), (0.31, 4000)])
def test_it_falls_back_to_nsga2_where_predictions_rank_badly(play, monkeypatch, tau, screened):
    known = RankCorrelation(tau, -0.1, 0.6)
    monkeypatch.setattr("xpert_evo.search.algorithms.surrogate.rank_correlation", lambda *_, seed: known)

    played = play("surrogate", 2, **SMALL)

    assert [report["screened"] for report in played.reports] == [0, screened]
    said = "plain NSGA-II, since the predictor's tau 0.29 (-0.10 to 0.60) on unseen designs is below 0.3"
    assert (said in played.remarks[-1]) == (tau < 0.3)
    assert len(played.asked) == 2


@pytest.mark.parametrize("constraints", [(), ("area_um2 <= 3e7", "accuracy >= 0.45", "macs <= 1e8")])
def test_all_objectives_and_constraints(play, constraints):
    played = play("surrogate", 3, objectives=DEFAULT_OBJECTIVES, constraints=constraints, **SMALL)

    chosen = played.asked[-1]
    assert played.reports[-1]["screened"] == 4000
    assert len(chosen) > 6  # a genome stands for the best design in each objective
    if constraints:
        assert (chosen.macs() <= 1e8).all()
        assert np.mean(formula(chosen) >= 0.45) > 0.6
