"""Networks of torchvision's families: what is made of them computes the same, or a line says why it can't. All of them
are in the stress tests."""

from __future__ import annotations

import pytest

from tests.accuracy.tracing.interpreter import filled, least_image, require_same, torchvision_model
from xpert_evo.accuracy.tracing.importing import network_of
from xpert_evo.errors import InputError


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("alexnet", 7),
        ("densenet121", 120),
        ("googlenet", 57),
        ("inception_v3", 94),
        ("mnasnet0_5", 52),
        ("mobilenet_v2", 52),
        ("regnet_x_400mf", 71),
        ("resnet18", 20),
        ("squeezenet1_1", 26),
    ],
)
def test_a_family_computes_the_same(name, layers):
    size = least_image(name)
    assert require_same(filled(torchvision_model(name)), (3, size, size)).layers == layers


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "convnext_tiny",
            r"^features\.0\.1 \(convnext\.py, line \d+\): permute is not supported; supported are Conv2d",
        ),
        ("efficientnet_b0", r"^features\.0\.2 \(.*line \d+\): SiLU is not supported"),
        ("mobilenet_v3_small", r"^features\.0\.2 \(.*line \d+\): Hardswish is not supported"),
        ("regnet_y_400mf", r"^trunk_output.*se.* \(.*line \d+\): Sigmoid is not supported"),
        (
            "shufflenet_v2_x0_5",
            r"^stage2\.0 \(shufflenetv2\.py, line \d+\): view makes 2 x 24 x 28 x 28 of 48 x 28 x 28",
        ),
        ("swin_t", r"^features\.0\.1 \(.*line \d+\): permute is not supported"),
        ("vit_b_16", r"^forward \(vision_transformer\.py, line \d+\): reshape makes 768 x 196 of 768 x 14 x 14"),
    ],
)
def test_of_others_the_place_is_named(name, said):
    with pytest.raises(InputError, match=said):
        network_of(torchvision_model(name), (3, 224, 224))
