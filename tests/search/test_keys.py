from dataclasses import replace

import numpy as np
import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.networks.registry import backbone
from xpert_evo.search.candidates.sampling import homogeneous_genomes
from xpert_evo.search.evaluation import accuracy_key
from xpert_evo.search.keys import accuracy_keys, may_be_homogeneous

OF_VGG16 = (backbone("vgg16"), 32)


def test_a_key_holds_what_accuracy_depends_on(space):
    one = homogeneous(width=0.5, adc_bits=5, input_bits=4)
    depths = "32-32-64-64-128-128-128-256-256-256-256-256-256"
    assert accuracy_key(one) == f"{depths}|{'-'.join('5' * 13)}|{'-'.join('4' * 13)}"
    assert accuracy_key(homogeneous(width=0.5, adc_bits=5, input_bits=4, column_sharing=4, adc_type="sar")) == (
        accuracy_key(one)
    )
    designs = space.decode(space.sample(20, np.random.default_rng(0)))
    assert accuracy_keys(designs) == [accuracy_key(designs.design(row)) for row in range(20)]


def test_weights_count_where_they_do_not_have_eight_bits():
    usual, narrow = homogeneous(width=0.5), homogeneous(width=0.5, weight_bits=5)
    assert accuracy_keys(stack([usual, narrow])) == [
        accuracy_key(usual),
        f"{accuracy_key(usual)}|w{'-'.join('5' * 13)}",
    ]
    assert may_be_homogeneous(accuracy_keys(stack([usual, narrow])), *OF_VGG16).all()


@pytest.mark.parametrize(("array", "ends"), [((128, 0, 0), "|128xNone"), ((0, 2, 0), "|Nonex2"), ((0, 0, 16), "-8")])
def test_of_the_array_what_a_crossbar_computes_counts(array, ends):
    designs = replace(stack([homogeneous()]), arrays=np.array([array]))
    assert accuracy_keys(designs)[0].endswith(ends)


def test_no_homogeneous_design_is_told_apart_by_its_key(space):
    alike = space.decode(homogeneous_genomes(space, 300, np.random.default_rng(1)))
    mixed = space.decode(space.sample(300, np.random.default_rng(2)))
    for designs in (alike, mixed):
        assert may_be_homogeneous(accuracy_keys(designs), *OF_VGG16)[designs.homogeneous()].all()
    assert alike.homogeneous().sum() > 20 and not may_be_homogeneous(accuracy_keys(mixed), *OF_VGG16).any()


@pytest.mark.parametrize("key", ["k0", "", "a-b|3-4|5-5", "16-32|4-4|5-5", "16|10-1|5", "1" * 50 + "|4|4"])
def test_a_key_of_another_form_leaves_it_open(key):
    assert may_be_homogeneous([key], *OF_VGG16).tolist() == [key != "16|10-1|5"]
