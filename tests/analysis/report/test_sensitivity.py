import numpy as np
import pytest
from scipy.special import expit

from xpert_evo.analysis.report.sensitivity import LEAST_TRAININGS, sensitivity
from xpert_evo.design.designs import ACCURACY_GENES, Designs

LAYERS = 13


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
    designs = drawn(300)
    odds = 0.4 * np.log2(designs.channels[:, 2]) + 0.2 * designs.adc_bits[:, 5] - 3
    fit = sensitivity(designs, expit(odds))
    channels, adc_bits, input_bits = (fit.worth[ACCURACY_GENES.index(gene)] for gene in ACCURACY_GENES[:3])
    slope = fit.around * (1 - fit.around)
    assert channels[2] == pytest.approx(0.4 * slope, rel=0.05) and adc_bits[5] == pytest.approx(0.2 * slope, rel=0.05)
    assert fit.sure[0, 2] and fit.sure[1, 5]
    assert np.nanmax(np.abs(input_bits)) < 0.05 * channels[2]
    assert np.isnan(input_bits[-1]) and not fit.sure[2, -1]  # nothing can be said of a frozen gene
    assert fit.explained > 0.98 and fit.tau > 0.95
    assert fit.every_layer[0] == pytest.approx(0.4 * slope, rel=0.1)
    low, high = fit.every_layer[:, 1], fit.every_layer[:, 2]
    assert (low <= fit.every_layer[:, 0]).all() and (fit.every_layer[:, 0] <= high).all()


def test_of_noise_it_explains_nothing():
    designs = drawn(60)
    fit = sensitivity(designs, np.random.default_rng(1).uniform(0.4, 0.6, size=60))
    assert fit.explained < 0.1 and np.abs(np.nan_to_num(fit.worth)).max() < 0.01


def test_too_few_trainings_or_equal_ones_say_nothing():
    designs = drawn(LEAST_TRAININGS)
    accuracies = np.linspace(0.3, 0.7, LEAST_TRAININGS)
    assert sensitivity(designs, accuracies) is not None
    assert sensitivity(designs[1:], accuracies[1:]) is None
    assert sensitivity(designs, np.full(LEAST_TRAININGS, 0.5)) is None
    assert sensitivity(designs[np.zeros(20, dtype=int)], np.linspace(0.3, 0.7, 20)) is None


def test_it_is_the_same_every_time_and_bears_accuracies_of_0_and_1():
    designs = drawn(20)
    accuracies = np.array([0.0, 1.0, *np.linspace(0.2, 0.8, 18)])
    first, second = (sensitivity(designs, accuracies) for _ in range(2))
    assert np.array_equal(first.worth, second.worth, equal_nan=True) and np.isfinite(first.predicted).all()
    assert np.array_equal(first.every_layer, second.every_layer)
