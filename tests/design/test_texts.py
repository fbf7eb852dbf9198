"""Batches as texts say what their designs do, one by one."""

import json

import numpy as np
import pytest

from xpert_evo.design.choices import ArrayChoices, SpaceSettings
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.design.texts import design_ids, design_texts

ARRAY = ArrayChoices(crossbar_size=(64, 128), crossbars_per_tile=(16, 64))
WEIGHTS = SpaceSettings(weight_bits=(5, 8))
ADCS = SpaceSettings(adc_type=("macro", "sar", "survey"))


@pytest.mark.parametrize("settings", [SpaceSettings(), SpaceSettings(array=ARRAY), WEIGHTS, ADCS])
def test_ids_and_texts_are_those_of_the_designs(settings):
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=64, image_channels=1, classes=7)
    designs = space.decode(space.sample(50, np.random.default_rng(3)))
    one_by_one = [designs.design(row) for row in range(len(designs))]
    assert list(design_ids(designs)) == [design.digest() for design in one_by_one]
    assert design_texts(designs) == [json.dumps(design.to_json()) for design in one_by_one]


def test_designs_that_have_ids_keep_them():
    designs = stack([homogeneous(id="mine"), homogeneous(adc_bits=5)])
    assert design_ids(designs) == ("mine", homogeneous(adc_bits=5).digest())
    again = [Design.model_validate_json(text) for text in design_texts(designs)]
    assert again == [homogeneous(id="mine"), homogeneous(adc_bits=5).named()]
