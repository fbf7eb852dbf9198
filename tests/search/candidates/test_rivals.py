import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.search.candidates.features import capacity
from xpert_evo.search.candidates.rivals import WIDTHS, homogeneous_designs, rivals

ARRAY = ArrayShape(weight_encoding="differential")


def edap(designs):
    return MODELS["chip"].evaluate(designs).edap_pj_ns_um2


def everything(designs):
    return np.ones(len(designs), dtype=bool)


def accuracy(designs):
    return 0.3 + 0.1 * (capacity(designs, ARRAY) - 5)


def test_candidates_are_homogeneous_and_all_there_are(space):
    designs = homogeneous_designs(space)
    assert len(designs) == len(WIDTHS) * 5 * 2 * 6 * 7 and designs.homogeneous().all()


def test_a_layer_with_choices_of_its_own_narrows_no_candidate():
    settings = SpaceSettings.model_validate({"input_bits": [3, 4], "layer": {1: {"input_bits": [8]}}})
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
    assert set(homogeneous_designs(space).input_bits[:, 0].tolist()) == {3, 4, 8}


def test_they_stand_on_every_array_that_is_searched():
    array = {"crossbar_size": [64, 128], "crossbars_per_tile": [4, 16]}
    settings = SpaceSettings.model_validate({"adc_bits": [4], "input_bits": [4], "array": array})
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
    designs = homogeneous_designs(space)
    assert len(designs) == len(WIDTHS) * 5 * 2 * 4
    assert {tuple(row) for row in designs.arrays.tolist()} == {(64, 0, 4), (64, 0, 16), (128, 0, 4), (128, 0, 16)}


def test_they_have_the_adcs_of_a_table_that_the_space_has():
    settings = SpaceSettings.model_validate({"adc_type": ["survey-1ns", "survey-4ns"], "adc_bits": [4]})
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
    designs = homogeneous_designs(space)
    named = {layer.adc_type for row in range(len(designs)) for layer in designs.design(row).layers}
    assert named == {"survey-1ns", "survey-4ns"}


def test_each_is_the_cheapest_that_is_foretold_to_reach_its_accuracy(space):
    known = space.decode(space.sample(80, np.random.default_rng(0)))
    wanted = np.array([0.35, 0.45])

    found = rivals(space, known, accuracy(known), wanted, array=ARRAY, cost=edap, allowed=everything)

    assert accuracy(found) == pytest.approx(wanted, abs=0.03)
    candidates = homogeneous_designs(space)
    for row, level in enumerate(sorted(accuracy(found))):
        cheapest = edap(candidates[np.flatnonzero(accuracy(candidates) >= level)]).min()
        assert np.sort(edap(found))[row] < 2 * cheapest


def test_nothing_is_foretold_of_too_few_or_of_what_is_not_allowed(space):
    known = space.decode(space.sample(12, np.random.default_rng(1)))
    options = {"array": ARRAY, "cost": edap}
    wanted = np.array([0.1])
    assert rivals(space, known[:5], accuracy(known[:5]), wanted, allowed=everything, **options) is None
    assert rivals(space, known, np.full(12, 0.5), wanted, allowed=everything, **options) is None
    assert (
        rivals(space, known, accuracy(known), wanted, allowed=lambda designs: ~everything(designs), **options) is None
    )
    assert rivals(space, known, accuracy(known), np.array([1.1]), allowed=everything, **options) is None
