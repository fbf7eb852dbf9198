import numpy as np
import pytest

from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.search.features import accuracy_features, noise_shares


def test_noise_falls_by_6_db_a_bit_and_with_a_better_encoding(space):
    designs = space.decode(space.sample(50, np.random.default_rng(0)))
    more = space.decode(np.minimum(space.encode(designs) + 1, space.all_counts - 1).astype(np.uint8))

    adc, inputs = noise_shares(designs, "differential")
    adc_more, inputs_more = noise_shares(more, "differential")

    up = more.adc_bits > designs.adc_bits
    assert adc_more[up] / adc[up] == pytest.approx(0.25, rel=1e-3)
    assert (inputs_more[more.input_bits > designs.input_bits] < inputs[more.input_bits > designs.input_bits]).all()
    assert (noise_shares(designs, "offset")[0] > adc).all()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_features_are_finite_and_blind_to_what_accuracy_does_not_depend_on(space, encoding):
    genomes = space.sample(20, np.random.default_rng(1))
    layers = genomes.reshape(20, space.layers, 5).copy()
    layers[:, :, 1:3] = 0  # column sharing and ADC type

    features = accuracy_features(space.decode(genomes), encoding)

    assert np.isfinite(features).all()
    assert (features == accuracy_features(space.decode(layers.reshape(20, -1)), encoding)).all()
    assert len(np.unique(features, axis=0)) == 20
