import numpy as np
import pytest
from scipy.stats import kendalltau

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.search.candidates.features import CAPACITIES, TOLERATED_NOISE, accuracy_features
from xpert_evo.search.candidates.predictor import AccuracyPredictor
from xpert_evo.search.candidates.sampling import smooth_genomes

ARRAY = ArrayShape(weight_encoding="differential")


@pytest.fixture
def known(space):
    """Features and accuracies of 60 designs, by a formula with noise of one point."""
    generator = np.random.default_rng(0)
    designs = space.decode(smooth_genomes(space, 60, generator))
    accuracy = 0.1 * np.log2(designs.channels).mean(axis=1) + 0.02 * designs.adc_bits.min(axis=1) - 0.2
    return accuracy_features(designs, ARRAY), accuracy + generator.normal(0, 0.01, 60)


def test_unseen_designs_are_ranked_and_deviations_are_honest(known):
    features, accuracy = known

    predicted = AccuracyPredictor(features[:40], accuracy[:40]).predict(features[40:])

    assert kendalltau(predicted.error, 1 - accuracy[40:]).statistic > 0.7
    miss = (predicted.error - 1 + accuracy[40:]) / np.hypot(predicted.deviation, predicted.noise)
    assert 0.4 < np.sqrt(np.mean(miss**2)) < 2.0


def test_covariance_agrees_with_deviations_and_fitting_repeats_itself(known):
    features, accuracy = known
    predictor = AccuracyPredictor(features[:30], accuracy[:30])

    covariance = predictor.covariance(features)

    predicted = predictor.predict(features)
    assert np.sqrt(np.maximum(np.diag(covariance), 0)) == pytest.approx(predicted.deviation, abs=1e-6)
    assert (predicted.deviation[:30].mean() < predicted.deviation[30:].mean()) and (predicted.noise > 0).all()
    again = AccuracyPredictor(features[:30], accuracy[:30]).predict(features)
    assert (again.error == predicted.error).all() and (again.deviation == predicted.deviation).all()


def test_accuracies_of_zero_and_one_are_survived(known):
    features, _ = known
    predicted = AccuracyPredictor(features[:8], np.array([0.0, 1.0] * 4)).predict(features)
    assert np.isfinite(predicted.error).all() and np.isfinite(predicted.deviation).all()


@pytest.mark.parametrize("column", range(len(TOLERATED_NOISE)))
def test_how_much_noise_is_tolerated_is_learned(known, column):
    features, _ = known
    followed = features[:, CAPACITIES][:, column]
    accuracy = 1 / (1 + np.exp(-(followed - followed.mean())))
    few = np.argsort(followed)[:32:4]

    predicted = AccuracyPredictor(features[few], accuracy[few]).predict(features)

    assert np.abs(1 - predicted.error - accuracy).max() < 0.02


def test_a_few_trainings_are_carried_on_along_capacity(known):
    features, accuracy = known
    order = np.argsort(features[:, CAPACITIES][:, 0])
    few, larger = order[:32:4], order[-10:]

    predicted = AccuracyPredictor(features[few], accuracy[few]).predict(features[larger])
    misled = AccuracyPredictor(features[few], accuracy[few][::-1]).predict(features[larger])

    assert (1 - predicted.error > accuracy[few].mean()).all() and (1 - predicted.error).max() > accuracy[few].max()
    assert (1 - misled.error).mean() > accuracy[few].mean() - 0.03  # a line that falls isn't followed


def test_many_designs_are_all_believed_and_a_part_of_them_fitted(known, monkeypatch):
    """What is known of designs that length scale and noise weren't fitted to counts as much as the rest."""
    features, accuracy = known
    monkeypatch.setattr("xpert_evo.search.candidates.predictor.FITTED", 30)
    part = AccuracyPredictor(features[::2], accuracy[::2]).predict(features[1::2])
    whole = AccuracyPredictor(features, accuracy).predict(features[1::2])
    assert (whole.deviation < part.deviation).mean() > 0.9
    assert np.abs(whole.error - 1 + accuracy[1::2]).mean() < 0.7 * np.abs(part.error - 1 + accuracy[1::2]).mean()
    everything = AccuracyPredictor(features[:30], accuracy[:30]).predict(features)
    monkeypatch.undo()
    assert (AccuracyPredictor(features[:30], accuracy[:30]).predict(features).error == everything.error).all()


def test_long_trainings_are_foretold_from_short_ones(known):
    """Of 10 long trainings, and short ones of all 60 that are off by what width does."""
    features, accuracy = known
    short = accuracy - 0.1 - 0.1 * features[:, CAPACITIES][:, -1] / np.ptp(features[:, CAPACITIES][:, -1])
    below = AccuracyPredictor(features, short)

    alone = AccuracyPredictor(features[:10], accuracy[:10]).predict(features[10:])
    both = AccuracyPredictor(features[:10], accuracy[:10], below=below)
    predicted = both.predict(features[10:])

    def miss(error: np.ndarray) -> float:
        return float(np.sqrt(np.mean((error - 1 + accuracy[10:]) ** 2)))

    assert miss(predicted.error) < 0.7 * miss(alone.error)
    assert 0.4 < miss(predicted.error) / np.hypot(predicted.deviation, predicted.noise).mean() < 2.0
    variances = np.diag(both.covariance(features[10:]))
    assert np.sqrt(np.maximum(variances, 0)) == pytest.approx(predicted.deviation, abs=1e-6)
