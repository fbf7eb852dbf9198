import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import GENES
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError


def build(**settings_) -> SearchSpace:
    return SearchSpace.build(
        SpaceSettings(**settings_), network=backbone("vgg16"), image_size=32, image_channels=3, classes=10
    )


def test_default_space_is_the_missions():
    space = build()
    assert space.counts.tolist() == [[6, 5, 2, 6, 7]] * 13
    assert space.size() == pytest.approx(2520.0**13)


def test_weights_of_eight_bits_throughout_are_no_gene_of_genomes():
    space, free = build(), build(weight_bits=[5, 8])
    narrow = homogeneous(weight_bits=5)
    assert space.genes == 65 and free.genes == 78
    assert (space.decode(space.sample(3, np.random.default_rng(0))).weight_bits == 8).all()
    assert build(layer={"2": {"weight_bits": [8]}}).genes == 65
    assert space.contains(stack([narrow, homogeneous()])).tolist() == [False, True]
    assert free.contains(stack([narrow, homogeneous()])).all()
    with pytest.raises(InputError, match=r"layer 1, weight_bits: 5 is not in the space's \[8\]"):
        space.encode([narrow])
    frozen = free.frozen({"weight_bits": 8})
    assert frozen.choices(0, "weight_bits").tolist() == space.choices(0, "weight_bits").tolist() == [8]
    assert space.frozen({"weight_bits": 5}).counts.tolist() == space.counts.tolist()


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 40))
def test_genome_to_design_and_back_is_exact(seed, count):
    space = build(
        weight_bits=[4, 5, 8],
        layer={"1": {"input_bits": [8], "weight_bits": [8]}, "13": {"channels": [96, 160], "adc_type": ["sar"]}},
    )
    genomes = space.sample(count, np.random.default_rng(seed))
    designs = space.decode(genomes)
    assert genomes.dtype == np.uint8
    np.testing.assert_array_equal(space.encode(designs), genomes)
    one_by_one = [designs.design(row) for row in range(count)]
    np.testing.assert_array_equal(space.encode(one_by_one), genomes)
    assert space.contains(designs).all()


def test_a_frozen_gene_never_varies():
    space = build(adc_type=["flash"], layer={"1": {"input_bits": [8]}})
    designs = space.decode(space.sample(200, np.random.default_rng(0)))
    assert (designs.adc_type == 0).all()
    assert (designs.input_bits[:, 0] == 8).all()
    assert len(np.unique(designs.input_bits[:, 1])) == 7


def test_contains_tells_designs_outside():
    batch = stack([homogeneous(), homogeneous(width=0.3)])
    assert build().contains(batch).tolist() == [True, False]
    assert build(adc_bits=[3]).contains(batch).tolist() == [False, False]
    assert not build().contains(stack([homogeneous(classes=200)])).any()


def test_a_design_outside_is_named_with_what_is_valid():
    with pytest.raises(InputError, match=r"layer 1, channels: 48 is not in the space's \[16, 32, 64"):
        build().encode([homogeneous(width=0.75)])
    with pytest.raises(InputError, match=r"adc_type: flash is not in the space's \['sar'\]"):
        build(adc_type=["sar"]).encode([homogeneous()])


@pytest.mark.parametrize("position", range(len(GENES)))
def test_a_wrong_gene_value_is_named(position):
    space = build(weight_bits=[5, 8])
    genomes = space.sample(3, np.random.default_rng(0))
    genomes[1, 2 * len(GENES) + position] = 7
    with pytest.raises(InputError, match=rf"genome 1: layer 3, {GENES[position]}: 7 is no position"):
        space.decode(genomes)


def test_a_wrong_length_is_named():
    with pytest.raises(InputError, match=r"\(P, 65\) is wanted"):
        build().decode(np.zeros((2, 64), dtype=np.uint8))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"adc_bits": [0]}, "greater than or equal to 1"),
        ({"weight_bits": [9]}, "less than or equal to 8"),
        ({"adc_bits": []}, "at least one choice"),
        ({"adc_bits": [6, 6]}, "stands twice"),
        ({"adc_type": ["a macro"]}, "match pattern"),
        ({"width": [1]}, "Extra inputs"),
        ({"layer": {"0": {"adc_bits": [3]}}}, "numbered from 1"),
    ],
)
def test_wrong_choices_are_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        build(**change)


def test_adcs_of_a_chips_tables_have_positions_behind_the_models():
    space = build(adc_type=["survey", "flash", "macro"])
    assert space.adc_names == ("flash", "sar", "macro", "survey")
    designs = space.decode(space.sample(20, np.random.default_rng(0)))
    assert set(np.unique(designs.adc_type)) == {0, 2, 3}
    written = [designs.design(row) for row in range(20)]
    np.testing.assert_array_equal(space.encode(written), space.encode(designs))


def test_an_adc_has_its_name_in_a_batch_that_lacks_another():
    space = build(adc_type=["survey", "macro"])
    alone = stack([homogeneous(adc_type="survey")])
    assert alone.adc_type[0, 0] == 2 and space.contains(alone).all()
    assert space.decode(space.encode(alone)).design(0).gene("adc_type") == ("survey",) * 13
    with pytest.raises(InputError, match=r"adc_type: early is not in the space's \['macro', 'survey'\]"):
        space.encode([homogeneous(adc_type="early")])


def test_a_layer_that_does_not_exist_is_named():
    with pytest.raises(InputError, match=r"space.layer.14: vgg16 has layers 1 to 13"):
        build(layer={"14": {"adc_bits": [3]}})
