import torch

from xpert_evo.accuracy.estimators.zero_cost import naswot_score
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.design.design import homogeneous


def score(width, seed=0, **genes):
    network = build_network(homogeneous(width=width, **genes), resolution=16, seed=seed)
    images = torch.randint(0, 256, (32, 3, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    return naswot_score(network, images)


def test_wider_networks_tell_images_apart_better():
    scores = [score(width) for width in (0.1, 0.2, 0.4)]
    assert scores == sorted(scores)


def test_a_score_is_repeatable_and_finite_for_the_smallest_network():
    assert score(0.1) == score(0.1)
    assert torch.isfinite(torch.tensor(score(0.01, input_bits=1, adc_bits=3)))


def test_images_that_are_equal_cannot_be_told_apart():
    network = build_network(homogeneous(width=0.1), resolution=16)
    network.layers[0].weight.data.zero_()
    one = torch.zeros(4, 3, 16, 16, dtype=torch.uint8)
    assert naswot_score(network, one) < score(0.1)
