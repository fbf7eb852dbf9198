"""Spaces of networks whose layers' widths hang together."""

import numpy as np
import pytest

from tests.design.networks.examples import END, MIXED, RESIDUAL, convolution, digital, network
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError

GROUPED = network(convolution("a", "image", 8), convolution("b", "a", 8, groups=4), digital("end", "relu", "b"), *END)


def space_of(of, **settings) -> SearchSpace:
    return SearchSpace.build(SpaceSettings(**settings), network=of, image_size=8, image_channels=1, classes=10)


@pytest.mark.parametrize("of", [RESIDUAL, MIXED, backbone("resnet20"), backbone("mobilenetv2")])
def test_genomes_and_designs_there_and_back(of):
    space = space_of(of, widths=(0.25, 0.5, 1.0))
    genomes = space.sample(50, np.random.default_rng(0))
    designs = space.decode(genomes)
    assert (space.encode(designs) == genomes).all() and space.contains(designs).all()
    assert (designs.channels == designs.channels[:, space.leaders]).all()
    assert stack([designs.design(row) for row in range(50)]).channels.tolist() == designs.channels.tolist()


def test_a_width_that_follows_has_no_gene():
    space = space_of(RESIDUAL, channels=(2, 4))
    assert space.counts[:, 0].tolist() == [2, 1, 2] and space.follows.tolist() == [False, True, False]


def test_choices_are_multiples_that_groups_allow():
    space = space_of(GROUPED, channels=(2, 4, 6, 8))
    assert space.choices(0, "channels").tolist() == [4, 8]
    with pytest.raises(InputError, match=r"space.channels: none of \[2, 6\] is a multiple of 4"):
        space_of(GROUPED, channels=(2, 6))


@pytest.mark.parametrize(
    ("layer", "says"),
    [({2: {"channels": (2,)}}, "space.layer.2.channels: its width is that of layer 1"), ({9: {}}, "layers 1 to 3")],
)
def test_a_layer_that_has_no_such_choice_is_named(layer, says):
    with pytest.raises(InputError, match=says):
        space_of(RESIDUAL, layer=layer)


def test_designs_whose_tied_widths_differ_are_refused():
    content = homogeneous(network=RESIDUAL, image_size=8, image_channels=1).to_json()
    content["layers"][1]["channels"] = 5
    with pytest.raises(ValueError, match="layer 2: channels: 5, but 4 in layer 1, whose width it has in small"):
        Design.model_validate(content)


def test_a_networks_own_file_travels_in_its_designs():
    design = homogeneous(network=RESIDUAL, image_size=8, image_channels=1)
    content = design.to_json()
    assert "backbone" not in content and Design.model_validate(content) == design
    assert Design.model_validate(content).graph == RESIDUAL
    with pytest.raises(ValueError, match="one of the two is wanted"):
        Design.model_validate({**content, "backbone": "vgg16"})


def test_a_batch_is_of_one_network():
    one = homogeneous(network=RESIDUAL, image_size=8, image_channels=1)
    with pytest.raises(InputError, match="network differs"):
        stack([one, homogeneous(network=GROUPED, image_size=8, image_channels=1)])


def test_what_a_network_reads_and_tells_apart_is_checked():
    apart = network(convolution("a", "image", 3, groups=3), convolution("end", "a", 4), image_channels=3)
    homogeneous(network=apart, image_size=8, image_channels=3, classes=4)
    with pytest.raises(ValueError, match=r"image.channels: 1; valid are multiples of 3, as operation a of small wants"):
        homogeneous(network=apart, image_size=8, image_channels=1, classes=4)
    with pytest.raises(InputError, match="classes: 10, but small ends in 4 channels and has no classifier"):
        SearchSpace.build(SpaceSettings(), network=apart, image_size=8, image_channels=3, classes=10)
