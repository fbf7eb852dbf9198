import numpy as np
import pytest

from tests.analysis.test_front import BASELINES, LABELS, NOTHING, repeats, stored
from xpert_evo.analysis.front import evaluated, front_table
from xpert_evo.analysis.summary import sentences
from xpert_evo.analysis.words import times

OBJECTIVES = ("error", "edap_pj_ns_um2")


def told(accuracy, edap, rows=NOTHING, feasible=None) -> str:
    table = evaluated(stored(accuracy, edap, feasible), rows)
    return "\n".join(sentences(front_table(table, OBJECTIVES, BASELINES, LABELS), table, BASELINES, LABELS))


def test_what_one_training_leaves_open_is_told_and_not_claimed():
    text = told([0.8, 0.79, 0.5], [100.0, 4.0, 1.0])
    assert (
        "no cheaper design on the front is surely less accurate by at most 1 point (errors leave open up to 25x" in text
    )
    assert "xpertsim" in text and "offset" in text and "proxy" in text


def test_fresh_seeds_decide_what_holds_the_baselines_accuracy():
    lucky = repeats([("k0", 1, 0.80), ("k1", 1, 0.70), ("k2", 1, 0.5)])
    text = told([0.8, 0.79, 0.5], [100.0, 4.0, 1.0], lucky)
    assert "25x" not in text.split("sharing 8")[1]


def test_a_front_far_below_the_baseline_says_so():
    text = told([0.8, 0.5], [100.0, 4.0], feasible=[0, 1])
    assert "no cheaper design on the front is surely less accurate by at most 1 point." in text


def test_nothing_feasible_says_so():
    assert "No feasible design" in told([0.8], [100.0], feasible=[0])


def test_what_the_encoding_costs_the_baselines_is_told():
    table = evaluated(stored([0.8], [100.0]), NOTHING)
    front = front_table(table, OBJECTIVES, BASELINES, LABELS)

    text = "\n".join(sentences(front, table, BASELINES, LABELS, {"flash": 1.5, "sar": 2.0}))

    assert "baselines' EDAP 1.5x with flash ADCs and 2x with SAR ADCs of what it is with the offset" in text


@pytest.mark.parametrize(("ratio", "text"), [(0.5234, "0.523x"), (12.34, "12.3x"), (4100.4, "4,100x")])
def test_ratios_are_readable(ratio, text):
    assert times(ratio) == text


def test_a_design_that_is_as_accurate_image_by_image_is_named_with_its_gain():
    table = evaluated(stored([0.8, 0.79, 0.5], [100.0, 4.0, 1.0]), NOTHING)
    front = front_table(table, OBJECTIVES, BASELINES, LABELS)
    rng = np.random.default_rng(0)
    right = rng.random(4000) < 0.8
    answers = {"k0": {0: right}, "k1": {0: right ^ (rng.random(4000) < 0.001)}, "k2": {0: rng.random(4000) < 0.5}}
    names = {front["id"].iloc[0]: "full width, 6/8 bits"}

    text = "\n".join(sentences(front, table, BASELINES, LABELS, answers=answers, names=names))

    assert f"; {front['id'].iloc[1]} is less accurate by at most 1 point (95 % sure; " in text
    assert "image by image, 1 training each, how seeds spread isn't known) at 25x lower EDAP" in text
    assert f"against full width, 6/8 bits (80.0 +- 1.0 %) 25x by {front['id'].iloc[1]};" in text


def test_homogeneous_designs_that_the_constraints_forbid_are_none_to_beat():
    table = evaluated(stored([0.8, 0.5], [100.0, 4.0], [0, 1]), NOTHING).assign(homogeneous=[True, False])
    front = front_table(table, OBJECTIVES, BASELINES, LABELS)
    assert "No feasible homogeneous design was trained." in "\n".join(sentences(front, table, BASELINES, LABELS))
