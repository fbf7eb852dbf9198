import numpy as np
import pytest

from benchmarks.trained import gain

HOMOGENEOUS = np.array([True, True, True, False])


def gains(accuracy, edap):
    return np.exp(gain.log_gains(np.array(accuracy), np.log(edap), HOMOGENEOUS))


def test_between_two_the_logarithm_of_edap_is_linear_in_accuracy():
    found = gains([0.8, 0.9, 0.94, 0.85], [1.0, 4.0, 32.0, 0.5])
    assert np.isnan(found[:3]).all() and found[3] == pytest.approx(2 / 0.5)


def test_beyond_the_best_its_edap_counts_and_below_the_cheapest_the_line_goes_on():
    assert gains([0.8, 0.9, 0.94, 0.99], [1.0, 4.0, 32.0, 8.0])[3] == pytest.approx(4)
    assert gains([0.8, 0.9, 0.94, 0.75], [1.0, 4.0, 32.0, 0.25])[3] == pytest.approx(2)


def test_homogeneous_ones_that_others_beat_have_no_part_in_it():
    beaten = gains([0.8, 0.9, 0.79, 0.85], [1.0, 4.0, 2.0, 1.0])
    assert beaten[3] == pytest.approx(2)
    assert gains([0.9, 0.8, 0.7, 0.85], [1.0, 2.0, 3.0, 0.25])[3] == pytest.approx(4), "one that beats all others"


def test_an_interval_holds_the_gain_and_trainings_widen_it(monkeypatch):
    monkeypatch.setattr(gain, "RESAMPLES", 400)
    generator = np.random.default_rng(0)
    right = generator.random((4, 5000)) < np.array([[0.85], [0.9], [0.93], [0.9]])
    (found,) = gain.intervals(right, np.log([1.0, 4.0, 20.0, 1.0]), HOMOGENEOUS, 0.004).to_dict("records")
    assert found["network"] == 3 and not found["at_least"]
    assert found["low_by_trainings"] < found["low_by_images"] < found["gain"] < found["high_by_images"]
    assert found["high_by_images"] < found["high_by_trainings"]


def test_networks_are_resampled_on_the_same_images(monkeypatch):
    monkeypatch.setattr(gain, "RESAMPLES", 50)
    right = np.random.default_rng(0).random(200) < 0.8
    drawn = gain.resampled_accuracies(np.array([right, right]), np.random.default_rng(1))
    assert drawn.shape == (50, 2) and (drawn[:, 0] == drawn[:, 1]).all() and np.ptp(drawn[:, 0]) > 0
