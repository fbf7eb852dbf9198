import numpy as np
import pytest

from xpert_evo.design.backbones import backbone
from xpert_evo.errors import InputError


def test_vgg16_pools_after_2_4_7_and_10():
    assert np.flatnonzero(backbone("vgg16").pools()).tolist() == [1, 3, 6, 9]


@pytest.mark.parametrize(("size", "last"), [(16, 1), (32, 2), (64, 4), (30, 1)])
def test_last_map(size, last):
    assert backbone("vgg16").input_sizes(size)[-1] == last


def test_the_smallest_image_is_named():
    with pytest.raises(InputError, match="smallest is 16"):
        backbone("vgg16").input_sizes(15)


def test_an_unknown_backbone_is_named():
    with pytest.raises(InputError, match="valid are vgg16"):
        backbone("resnet")
