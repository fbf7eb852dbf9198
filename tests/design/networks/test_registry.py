import numpy as np
import pytest

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.registry import backbone, backbones, title
from xpert_evo.errors import InputError


def test_vgg16_pools_after_2_4_7_and_10():
    assert np.flatnonzero(backbone("vgg16").schedule(32).pools).tolist() == [1, 3, 6, 9]


@pytest.mark.parametrize(("size", "last"), [(16, 1), (32, 2), (64, 4), (30, 1)])
def test_last_map(size, last):
    assert backbone("vgg16").layer_sizes(size).inputs[-1] == last


def test_the_smallest_image_is_named():
    with pytest.raises(InputError, match="smallest is 16"):
        backbone("vgg16").layer_sizes(15)


def test_an_unknown_backbone_is_named():
    with pytest.raises(InputError, match=r"valid are lenet5, mobilenetv2, resnet18.*did you mean resnet"):
        backbone("resnet")


def test_every_network_is_called_as_its_file():
    assert "vgg16" in backbones() and all(backbone(name).name == name for name in backbones())


def test_ours_have_a_title_and_a_users_own_the_name_in_its_file():
    titles = {name: title(backbone(name)) for name in backbones()}
    assert {titles["vgg16"], titles["resnet20"], titles["lenet5"]} == {"VGG16", "ResNet-20", "LeNet-5"}
    assert all(shown.lower().replace("-", "") == name for name, shown in titles.items())
    other = backbone("resnet20").model_dump()
    assert title(Network.model_validate({**other, "name": "vgg16"})) == "vgg16", "another one by the name of ours"
    assert title(Network.model_validate({**other, "name": "my-Net"})) == "my-Net"
