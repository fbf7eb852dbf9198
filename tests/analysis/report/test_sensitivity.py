import numpy as np
import pytest
from scipy.special import expit

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.analysis.report.sensitivity import LEAST_TRAININGS, sensitivity
from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ACCURACY_GENES
from xpert_evo.search.candidates.features import accuracy_features, bits_a_channel
from xpert_evo.search.candidates.predictor import AccuracyPredictor

LAYERS = 13
ARRAY, OFFSET = (ArrayShape(weight_encoding=encoding) for encoding in ("differential", "offset"))


def drawn(count: int, seed: int = 0) -> Designs:
    """Designs whose genes are drawn independently; the last layer's input bits are frozen."""
    rng = np.random.default_rng(seed)
    inputs = rng.integers(2, 9, size=(count, LAYERS))
    inputs[:, -1] = 4
    return Designs(
        channels=2 ** rng.integers(4, 10, size=(count, LAYERS)),
        column_sharing=np.full((count, LAYERS), 8),
        adc_type=np.zeros((count, LAYERS), dtype=np.int64),
        adc_bits=rng.integers(3, 9, size=(count, LAYERS)),
        input_bits=inputs,
        weight_bits=np.full((count, LAYERS), 8),
        image_size=32,
        image_channels=3,
        classes=10,
    )


def test_it_finds_what_accuracy_was_made_of():
    """Twice the channels of one layer, and the bits that one layer's noise leaves: what the predictor knows of."""
    designs = drawn(300)
    bits = np.log2(bits_a_channel(designs, ARRAY))
    odds = 0.4 * np.log2(designs.channels[:, 2]) + 0.8 * bits[:, 5] - 3
    fit = sensitivity(designs, expit(odds), ARRAY)
    channels, adc_bits, input_bits = (fit.worth[ACCURACY_GENES.index(gene)] for gene in ACCURACY_GENES[:3])
    slope = fit.around * (1 - fit.around)
    assert channels[2] == pytest.approx(0.4 * slope, rel=0.25)
    assert np.argmax(channels) == 2 and np.argmax(adc_bits) == 5 and np.nanargmax(input_bits) == 5
    others = np.delete(channels, 2)
    assert np.abs(others).max() < 0.2 * channels[2]
    assert fit.sure[0, 2] and fit.sure[1, 5]
    assert np.isnan(input_bits[-1]) and not fit.sure[2, -1]  # nothing can be said of a frozen gene
    assert fit.tau > 0.9
    assert fit.every_layer[0, 0] == pytest.approx(0.4 * slope, rel=0.25)
    low, high = fit.every_layer[:, 1], fit.every_layer[:, 2]
    assert (low <= fit.every_layer[:, 0]).all() and (fit.every_layer[:, 0] <= high).all()


def test_of_noise_it_says_little():
    designs = drawn(60)
    fit = sensitivity(designs, np.random.default_rng(1).uniform(0.4, 0.6, size=60), ARRAY)
    assert np.nanmax(np.abs(fit.worth)) < 0.02 and fit.sure.mean() < 0.3 and abs(fit.tau) < 0.3


def test_a_step_of_a_gene_is_a_step_of_what_is_predicted():
    """A mean over designs of half of the difference between a step more and a step less, no more at the ends."""
    designs = drawn(LEAST_TRAININGS)
    accuracies = expit(0.3 * np.log2(designs.channels).mean(axis=1) - 2)
    fit = sensitivity(designs, accuracies, ARRAY)
    predictor = AccuracyPredictor(accuracy_features(designs, ARRAY), accuracies)
    asked = np.argsort(accuracies, kind="stable")[[0, 2, 3, 5, 6, 8, 9, 11]]
    known, worth = designs.channels[:, 4], []
    for row in asked:
        ends = np.clip([known[row] // 2, known[row] * 2], known.min(), known.max())
        two = designs[np.array([row, row])]
        two.channels[:, 4] = ends
        low, high = 1 - predictor.expected(accuracy_features(two, ARRAY))
        worth.append((high - low) / np.log2(ends[1] / ends[0]))
    assert fit.worth[0, 4] == pytest.approx(np.mean(worth), rel=1e-6)


def test_too_few_trainings_or_equal_ones_say_nothing():
    designs = drawn(LEAST_TRAININGS)
    accuracies = np.linspace(0.3, 0.7, LEAST_TRAININGS)
    assert sensitivity(designs, accuracies, OFFSET) is not None
    assert sensitivity(designs[1:], accuracies[1:], OFFSET) is None
    assert sensitivity(designs, np.full(LEAST_TRAININGS, 0.5), OFFSET) is None
    assert sensitivity(designs[np.zeros(20, dtype=int)], np.linspace(0.3, 0.7, 20), OFFSET) is None


def test_it_is_the_same_every_time_and_bears_accuracies_of_0_and_1():
    designs = drawn(20)
    accuracies = np.array([0.0, 1.0, *np.linspace(0.2, 0.8, 18)])
    first, second = (sensitivity(designs, accuracies, ARRAY) for _ in range(2))
    assert np.array_equal(first.worth, second.worth, equal_nan=True) and np.isfinite(first.predicted).all()
    assert np.array_equal(first.every_layer, second.every_layer)
