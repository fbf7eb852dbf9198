import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from xpert_evo.analysis.noninferiority import cheapest_match, difference, spread_over_seeds

IMAGES, SEEDS = 2000, 3


def trainings(rng, shared, accuracy, spread, seeds=SEEDS):
    """Which images trainings of one design classify rightly: hard images are hard for all, seeds differ in accuracy."""
    right = {}
    for replicate in range(seeds + 1):
        level = np.clip(accuracy + spread * rng.standard_normal(), 0.01, 0.99)
        hardness = 0.7 * shared + 0.714 * rng.standard_normal(IMAGES)
        right[replicate] = hardness < norm.ppf(level)
    return right


def row(key, right, edap=1.0, repeats=SEEDS):
    fresh = np.array([right[replicate].mean() for replicate in range(1, repeats + 1)])
    return pd.Series(
        {
            "id": key,
            "accuracy_key": key,
            "accuracy": right[0].mean(),
            "standard_error": 0.01,
            "repeats": repeats,
            "repeated_accuracy": fresh.mean() if repeats else np.nan,
            "repeated_standard_error": 0.01,
            "edap_pj_ns_um2": edap,
        }
    )


def pair(seed, worse_by, spread=0.005):
    """A reference and a design that is truly worse, among others that tell how seeds spread."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal(IMAGES)
    answers = {f"other{number}": trainings(rng, shared, 0.6, spread) for number in range(5)}
    for key, accuracy in (("reference", 0.7), ("design", 0.7 - worse_by)):
        answers[key] = trainings(rng, shared, accuracy, spread)
    return row("design", answers["design"]), row("reference", answers["reference"], 50.0), answers


def share_that_passes(worse_by):
    passes = []
    for seed in range(150):
        design, reference, answers = pair(seed, worse_by)
        passes.append(difference(design, reference, answers, spread_over_seeds(answers)).surely_within(0.01))
    return np.mean(passes)


def test_a_design_at_the_margin_seldom_passes_and_a_worse_one_never():
    assert share_that_passes(0.01) < 0.11  # 5 % and what 150 tries may be off
    assert share_that_passes(0.02) < 0.01


def test_a_better_design_passes():
    assert share_that_passes(-0.03) > 0.9


def test_its_error_is_that_of_the_difference():
    off, errors = [], []
    for seed in range(100):
        design, reference, answers = pair(seed, 0.0)
        found = difference(design, reference, answers, spread_over_seeds(answers))
        off.append(found.mean)
        errors.append(found.standard_error)
        assert found.paired and found.of_seeds and found.trainings == SEEDS
    assert np.std(off) == pytest.approx(np.mean(errors), rel=0.25)
    assert abs(np.mean(off)) < 3 * np.mean(errors) / 10


def test_images_that_all_find_hard_go_out_of_the_difference():
    design, reference, answers = pair(3, 0.0)
    paired = difference(design, reference, answers, 0.0)
    unpaired = difference(design, reference, {}, 0.0)
    assert not unpaired.paired and paired.standard_error < 0.8 * unpaired.standard_error


def test_one_training_each_says_nothing_of_seeds():
    _, reference, answers = pair(1, 0.0)
    once = {key: {0: right[0]} for key, right in answers.items()}
    assert np.isnan(spread_over_seeds(once))
    found = difference(row("design", answers["design"], repeats=0), reference, once, spread_over_seeds(once))
    assert found.trainings == 1 and found.paired and not found.of_seeds


def test_designs_that_share_a_training_do_not_differ():
    design, reference, answers = pair(1, 0.0)
    found = difference(design.replace("design", "reference"), reference, answers, 0.01)
    assert (found.mean, found.standard_error) == (0.0, 0.0)


def test_the_cheapest_that_surely_passes_is_named_with_what_errors_leave_open():
    design, reference, answers = pair(2, -0.03)
    doubtful = row("doubtful", answers["reference"] | {}, edap=0.5)
    answers["doubtful"] = {replicate: np.roll(right, 7) for replicate, right in answers["reference"].items()}
    hopeless = row("hopeless", {replicate: ~right for replicate, right in answers["reference"].items()}, edap=0.1)
    answers["hopeless"] = {replicate: ~right for replicate, right in answers["reference"].items()}

    match = cheapest_match(pd.DataFrame([design, doubtful, hopeless]), reference, answers, spread_over_seeds(answers))

    assert match.surely["id"] == "design" and match.gain == 50
    assert match.perhaps_gain == 100  # as accurate on the whole, on other images

    nothing = cheapest_match(pd.DataFrame([hopeless]), reference, answers, 0.0)
    assert nothing.surely is None and np.isnan([nothing.gain, nothing.perhaps_gain]).all()
