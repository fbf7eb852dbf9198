import pytest

from tests.design.networks.examples import END, MIXED, RESIDUAL, convolution, digital, network
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.networks.widths import OF_IMAGE


def test_an_addition_ties_what_it_adds():
    widths = RESIDUAL.widths(8)
    assert widths.leader == (0, 0, 2) and not any(widths.fixed)
    assert widths.inputs == (((OF_IMAGE, 1),), ((0, 1),), ((0, 1),)) and widths.outputs == ((2, 1),)


def test_a_depthwise_convolution_is_as_wide_as_its_inputs():
    widths = MIXED.widths(8)
    assert widths.leader == (0, 0, 2, 3) and widths.depthwise == (False, True, False, False)
    assert widths.inputs[3] == ((0, 1), (2, 1))


def test_resnet_20_has_a_width_a_stage_and_one_inside_each_block():
    widths = backbone("resnet20").widths(32)
    assert len(set(widths.leader)) == 3 + 9
    assert [layer for layer, leader in enumerate(widths.leader) if leader == 0] == [0, 2, 4, 6]


def test_mobilenet_v2_has_a_width_a_stage_and_one_inside_each_block():
    network_ = backbone("mobilenetv2")
    widths = network_.widths(32)
    # A stem, 17 blocks of which 16 widen, 7 stages, and the last layer; the first block's inside is the stem's.
    assert len(set(widths.leader)) == 1 + 16 + 7 + 1 and sum(widths.depthwise) == 17


def test_groups_want_multiples():
    widths = network(
        convolution("a", "image", 8), convolution("b", "a", 12, groups=4), digital("end", "relu", "b"), *END
    ).widths(8)
    assert widths.multiple == (4, 4) and widths.leader == (0, 1) and not any(widths.fixed)


def test_what_is_added_to_an_image_is_as_wide_as_it():
    widths = network(
        convolution("a", "image", 1), digital("end", "add", "a", "image"), convolution("b", "end", 3, 1), *END[:0]
    )
    assert widths.widths(8).fixed == (True, True), "the last one's channels are the classes"


def test_concatenations_that_do_not_match_are_not_searched():
    widths = network(
        convolution("a", "image", 2),
        convolution("b", "image", 4),
        digital("both", "concatenate", "a", "b"),
        convolution("c", "both", 6),
        digital("end", "add", "both", "c"),
        *END,
    ).widths(8)
    assert widths.fixed == (True, True, True)


@pytest.mark.parametrize("size", [8, 12])
def test_flattened_pixels_count_each_channel(size):
    flat = network(
        convolution("a", "image", 4),
        digital("p", "max_pool", "a", kernel=[2, 2]),
        digital("flat", "flatten", "p"),
        digital("b", "linear", "flat", channels=5),
        digital("end", "relu", "b"),
        digital("classes", "linear", "end", channels=10),
    )
    assert flat.widths(size).inputs[1] == ((0, (size // 2) ** 2),)
