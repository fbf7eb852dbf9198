"""All classification networks of torchvision: which can be imported and compute the same, and why others can't."""

from __future__ import annotations

import re

import pytest
from torchvision import models

from tests.accuracy.tracing.interpreter import filled, least_image, require_same, torchvision_model
from xpert_evo.accuracy.tracing.importing import network_of
from xpert_evo.errors import InputError

COVERED = (
    *("alexnet", "densenet121", "densenet161", "densenet169", "densenet201", "googlenet", "inception_v3"),
    *("mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3", "mobilenet_v2"),
    *("regnet_x_16gf", "regnet_x_1_6gf", "regnet_x_32gf", "regnet_x_3_2gf"),
    *("regnet_x_400mf", "regnet_x_800mf", "regnet_x_8gf"),
    *("resnet101", "resnet152", "resnet18", "resnet34", "resnet50"),
    *("resnext101_32x8d", "resnext101_64x4d", "resnext50_32x4d", "squeezenet1_0", "squeezenet1_1"),
    *("vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
    *("wide_resnet101_2", "wide_resnet50_2"),
)
ALL = models.list_models(module=models)
PLACE = re.compile(r"^\S+ \(\w+\.py, line \d+\): ")


def test_as_many_are_covered_as_the_documents_say():
    assert (len(COVERED), len(ALL)) == (39, 80) and set(COVERED) <= set(ALL)


@pytest.mark.parametrize("name", COVERED)
def test_a_covered_network_computes_the_same(name):
    size = least_image(name)
    require_same(filled(torchvision_model(name)), (3, size, size))


@pytest.mark.parametrize("name", [name for name in ALL if name not in COVERED])
def test_of_others_the_place_is_named(name):
    with pytest.raises(InputError, match=PLACE):
        network_of(torchvision_model(name), (3, 224, 224))
