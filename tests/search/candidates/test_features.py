import numpy as np
import pytest

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.design import ArrayDesign, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.encodings import ENCODINGS
from xpert_evo.search.candidates.features import (
    CAPACITIES,
    TOLERATED_NOISE,
    accuracy_features,
    bits_a_channel,
    capacity,
    noise_shares,
)


def array_of(encoding, **changes):
    return ArrayShape(weight_encoding=encoding, **changes)


ARRAY, OFFSET = array_of("differential"), array_of("offset")


def test_noise_falls_by_6_db_a_bit_and_with_a_better_encoding(space):
    designs = space.decode(space.sample(50, np.random.default_rng(0)))
    more = space.decode(np.minimum(space.encode(designs) + 1, space.all_counts - 1).astype(np.uint8))

    adc, inputs = noise_shares(designs, ARRAY)
    adc_more, inputs_more = noise_shares(more, ARRAY)

    up = more.adc_bits > designs.adc_bits
    assert adc_more[up] / adc[up] == pytest.approx(0.25, rel=1e-3)
    assert (inputs_more[more.input_bits > designs.input_bits] < inputs[more.input_bits > designs.input_bits]).all()
    assert (noise_shares(designs, OFFSET)[0] > adc).all()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_weights_of_few_bits_are_told_apart_and_leave_less(encoding):
    designs = stack([homogeneous(weight_bits=bits, adc_bits=8) for bits in range(2, 9)])
    told = capacity(designs, array_of(encoding))
    assert (told[:-1] < told[-1]).all() and told[0] < told[1] < told[3]
    assert len(np.unique(accuracy_features(designs, array_of(encoding)), axis=0)) == 7


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_features_are_finite_and_blind_to_what_accuracy_does_not_depend_on(space, encoding):
    genomes = space.sample(20, np.random.default_rng(1))
    layers = genomes.reshape(20, space.layers, 5).copy()
    layers[:, :, 1:3] = 0  # column sharing and ADC type

    features = accuracy_features(space.decode(genomes), array_of(encoding))

    assert np.isfinite(features).all()
    assert (features == accuracy_features(space.decode(layers.reshape(20, -1)), array_of(encoding))).all()
    assert len(np.unique(features, axis=0)) == 20


def test_capacity_grows_with_channels_and_bits_and_is_shannons_for_one_value(space):
    designs = space.decode(space.sample(50, np.random.default_rng(2)))
    for gene in (0, 3, 4):
        genomes = space.encode(designs).reshape(50, space.layers, 5)
        genomes[:, :, gene] = np.minimum(genomes[:, :, gene] + 1, space.counts[:, gene] - 1)
        assert (capacity(space.decode(genomes.reshape(50, -1)), OFFSET) > capacity(designs, OFFSET)).all()

    one = stack([homogeneous(adc_bits=8, input_bits=8)])
    noise = np.sum(noise_shares(one, ARRAY), axis=0)
    assert bits_a_channel(one, ARRAY) == pytest.approx(np.log2(np.sqrt(1 + 1 / noise)))
    mean = np.log2(one.channels).mean() + np.log2(bits_a_channel(one, ARRAY)).mean()
    assert capacity(one, ARRAY) == pytest.approx([mean])
    assert accuracy_features(one, ARRAY)[:, CAPACITIES][:, 0] == pytest.approx([mean])


def test_wires_leave_more_noise_the_more_rows_and_the_more_they_resist():
    """10 dB a doubling of the rows."""
    chosen = [ArrayDesign(crossbar_size=rows) for rows in (64, 128, 256)]
    designs = stack([homogeneous(adc_bits=8).model_copy(update={"array": array, "id": None}) for array in chosen])
    without = noise_shares(designs, ARRAY)[0][:, 0]
    wires = noise_shares(designs, array_of("differential", wire_per_cell=0.84 / 6000))[0][:, 0] - without
    assert (without == without[0]).all() and wires[1:] / wires[:-1] == pytest.approx([10, 10])
    thinner = noise_shares(designs, array_of("differential", wire_per_cell=2 * 0.84 / 6000))[0][:, 0] - without
    assert thinner == pytest.approx(4 * wires)
    own = noise_shares(stack([homogeneous(adc_bits=8)]), array_of("differential", wire_per_cell=0.84 / 6000))
    assert own[0][0, 0] == pytest.approx(wires[0] + without[0]), "the chip's own rows"


def test_the_more_noise_is_tolerated_the_less_bits_count_beside_channels():
    many_bits = stack([homogeneous(width=0.25, adc_bits=8, input_bits=8)])
    many_channels = stack([homogeneous(width=0.5, adc_bits=4, input_bits=4)])

    gains = [capacity(many_channels, ARRAY, noise) - capacity(many_bits, ARRAY, noise) for noise in TOLERATED_NOISE]

    assert gains[0] < 0 < gains[-1] and (np.diff(np.ravel(gains)) > 0).all()
