import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymoo.core.population import Population
from pymoo.core.problem import Problem

from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.search.candidates.operators import TYPE_COLUMN, LayerCrossover, StepMutation


def build(**choices) -> SearchSpace:
    return SearchSpace.build(
        SpaceSettings(**choices), network=backbone("vgg16"), image_size=32, image_channels=3, classes=10
    )


ARRAY = {"crossbar_size": (32, 64, 128), "crossbars_per_tile": (16, 64)}
SPACES = [
    build(),
    build(adc_type=("sar",), adc_bits=(5,)),
    build(layer={"1": {"channels": (64,)}}),
    build(array=ARRAY),
    build(weight_bits=(5, 7, 8), array=ARRAY),
]


def pymoo_problem(space: SearchSpace) -> Problem:
    return Problem(n_var=space.genes, n_obj=2, xl=0, xu=space.all_counts - 1, vtype=int)


@settings(max_examples=40, deadline=None)
@given(which=st.sampled_from(SPACES), seed=st.integers(0, 2**32 - 1))
def test_mutation_stays_inside_moves_something_and_steps_by_one(which, seed):
    generator = np.random.default_rng(seed)
    before = which.sample(16, generator).astype(int)
    population = Population.new("X", before.copy())
    after = StepMutation(which).do(pymoo_problem(which), population, random_state=generator).get("X")
    which.validate(after)
    assert (np.abs(after - before) <= 1).all()
    moved = (after - before)[:, : which.counts.size].reshape(16, *which.counts.shape)
    assert (moved[:, which.counts == 1] == 0).all()
    assert (moved != 0).any(axis=(1, 2)).mean() > 0.5


@settings(max_examples=40, deadline=None)
@given(which=st.sampled_from(SPACES), seed=st.integers(0, 2**32 - 1))
def test_every_gene_of_a_child_is_a_parents(which, seed):
    generator = np.random.default_rng(seed)
    parents = which.sample(8, generator).astype(int)
    mating = np.arange(8).reshape(4, 2)
    children = (
        LayerCrossover(which, prob=0.99)
        .do(pymoo_problem(which), Population.new("X", parents), mating, random_state=generator)
        .get("X")
        .reshape(2, 4, -1)
    )
    first, second = parents[mating[:, 0]], parents[mating[:, 1]]
    # What one child takes from a parent the other takes from the other parent.
    np.testing.assert_array_equal(np.sort(children, axis=0), np.sort(np.stack([first, second]), axis=0))


def test_crossover_keeps_layers_or_profiles_together():
    space = SPACES[0]
    parents = np.stack([np.zeros(space.genes, dtype=int), np.ones(space.genes, dtype=int)])
    mating = np.tile([[0, 1]], (200, 1))
    generator = np.random.default_rng(0)
    children = LayerCrossover(space).do(
        pymoo_problem(space), Population.new("X", parents), mating, random_state=generator
    )
    taken = children.get("X").reshape(-1, *space.counts.shape)
    whole_layers = (taken == taken[:, :, :1]).all(axis=(1, 2))
    whole_profiles = (taken == taken[:, :1]).all(axis=(1, 2))
    assert (whole_layers | whole_profiles).all()
    assert whole_layers.mean() > 0.2 and whole_profiles.mean() > 0.2


def test_mutation_reaches_every_gene_and_changes_the_adc_type():
    space = SPACES[0]
    generator = np.random.default_rng(0)
    before = np.full((2000, space.genes), 1, dtype=int)
    before.reshape(2000, space.layers, -1)[:, :, TYPE_COLUMN] = 0
    after = StepMutation(space).do(pymoo_problem(space), Population.new("X", before.copy()), random_state=generator)
    assert (after.get("X") != before).any(axis=0).all()


def test_mutation_gives_every_other_adc_type_where_there_are_several():
    space = build(adc_type=("flash", "sar", "early", "late"))
    genomes = np.zeros((4000, space.genes), dtype=int)
    after = StepMutation(space).do(
        pymoo_problem(space), Population.new("X", genomes), random_state=np.random.default_rng(0)
    )
    kinds = after.get("X").reshape(4000, *space.counts.shape)[:, :, TYPE_COLUMN]
    assert set(np.unique(kinds)) == {0, 1, 3}


def test_a_space_without_freedom_is_left_alone():
    space = build(channels=(64,), column_sharing=(8,), adc_type=("sar",), adc_bits=(5,), input_bits=(8,))
    genomes = space.sample(3, np.random.default_rng(0)).astype(int)
    after = StepMutation(space).do(
        pymoo_problem(space), Population.new("X", genomes.copy()), random_state=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(after.get("X"), genomes)


@pytest.mark.parametrize("space", SPACES)
def test_equal_generators_give_equal_mutants(space):
    genomes = space.sample(10, np.random.default_rng(0)).astype(int)
    mutants = [
        StepMutation(space)
        .do(pymoo_problem(space), Population.new("X", genomes.copy()), random_state=np.random.default_rng(7))
        .get("X")
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*mutants)


def test_chip_level_genes_are_mutated_and_crossed_too():
    which, generator = SPACES[-1], np.random.default_rng(0)
    before = which.sample(400, generator).astype(int)
    after = StepMutation(which).do(pymoo_problem(which), Population.new("X", before.copy()), random_state=generator)
    changed = (after.get("X") != before)[:, which.counts.size :].mean(axis=0)
    assert ((changed > 0.01) & (changed < 0.15)).all()
    mating = np.arange(400).reshape(200, 2)
    crossover = LayerCrossover(which, prob=1.0)
    children = crossover.do(pymoo_problem(which), Population.new("X", before), mating, random_state=generator)
    first = children.get("X")[:200, which.counts.size :]
    from_second = (first == before[1::2, which.counts.size :]) & (first != before[::2, which.counts.size :])
    assert from_second.any()
