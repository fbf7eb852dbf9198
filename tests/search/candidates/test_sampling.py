import numpy as np
import pytest

from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.candidates import sampling


@pytest.fixture(scope="module")
def hardware() -> HardwareModel:
    return HardwareModel.from_preset("xpert-rram")


def population(space: SearchSpace, hardware: HardwareModel, size: int, seed: int = 0, allowed=None) -> np.ndarray:
    def log_edap(genomes):
        return np.log10(hardware.evaluate(space.decode(genomes)).edap_pj_ns_um2)

    everything = allowed or (lambda genomes: np.ones(len(genomes), dtype=bool))
    return sampling.first_population(space, size, np.random.default_rng(seed), log_edap, everything)


def test_baselines_stand_first(space, hardware):
    first = space.decode(population(space, hardware, 24)[:2])
    references = sampling.baselines(space)
    for gene in ("channels", "column_sharing", "adc_type", "adc_bits", "input_bits"):
        np.testing.assert_array_equal(getattr(first, gene), getattr(references, gene))
    assert [ADC_TYPES[kind] for kind in first.adc_type[:, 0]] == ["flash", "sar"]


def test_population_is_spread_over_log_edap_and_has_no_duplicates(space, hardware):
    genomes = population(space, hardware, 40)
    assert len(genomes) == len(np.unique(genomes, axis=0))
    assert len(genomes) > 30
    log_edap = np.sort(np.log10(hardware.evaluate(space.decode(genomes)).edap_pj_ns_um2))
    random = space.sample(4000, np.random.default_rng(1))
    everywhere = np.log10(hardware.evaluate(space.decode(random)).edap_pj_ns_um2)
    assert log_edap[0] < np.quantile(everywhere, 0.01) and log_edap[-1] > np.quantile(everywhere, 0.99)
    assert np.diff(log_edap).max() < 0.25 * np.ptp(log_edap)


def test_population_has_homogeneous_designs_of_several_widths(space, hardware):
    designs = space.decode(population(space, hardware, 40))
    homogeneous = designs.homogeneous()
    assert homogeneous.sum() >= 6
    assert len(np.unique(designs.channels[homogeneous], axis=0)) >= 2


def test_drawn_gene_by_gene_most_designs_would_hold_a_three_bit_adc(space, hardware):
    drawn = space.decode(space.sample(500, np.random.default_rng(0)))
    made = space.decode(population(space, hardware, 60))
    assert (drawn.adc_bits == 3).any(axis=1).mean() > 0.85
    assert (made.adc_bits == 3).any(axis=1).mean() < 0.6


def test_equal_seeds_give_equal_populations(space, hardware):
    np.testing.assert_array_equal(population(space, hardware, 20, 3), population(space, hardware, 20, 3))
    assert not np.array_equal(population(space, hardware, 20, 3), population(space, hardware, 20, 4))


def test_constraints_are_kept(space, hardware):
    def small(genomes):
        return space.decode(genomes).macs() < 1e8

    genomes = population(space, hardware, 30, allowed=small)
    assert (space.decode(genomes).macs()[2:] < 1e8).all()


def test_frozen_genes_stay_frozen(hardware):
    space = SearchSpace.build(
        SpaceSettings(adc_type=("sar",), adc_bits=(5,)),
        network=backbone("vgg16"),
        image_size=32,
        image_channels=3,
        classes=10,
    )
    designs = space.decode(population(space, hardware, 20))
    assert (designs.adc_type == 1).all() and (designs.adc_bits == 5).all()


def test_smooth_designs_have_all_adc_types_of_a_space_and_at_most_two_each():
    space = SearchSpace.build(
        SpaceSettings(adc_type=("flash", "sar", "survey"), layer={"2": {"adc_type": ["sar", "survey"]}}),
        network=backbone("vgg16"),
        image_size=32,
        image_channels=3,
        classes=10,
    )
    kinds = space.decode(sampling.smooth_genomes(space, 300, np.random.default_rng(0))).adc_type
    space.validate(sampling.smooth_genomes(space, 300, np.random.default_rng(0)))
    assert set(np.unique(kinds)) == {0, 1, 2}
    assert (np.diff(np.delete(kinds, 1, axis=1), axis=1) != 0).sum(axis=1).max() == 1


def test_arrays_are_drawn_where_they_are_searched(hardware):
    space = SearchSpace.build(
        SpaceSettings.model_validate({"array": {"crossbar_size": [32, 64], "bits_per_cell": [4]}}),
        network=backbone("vgg16"),
        image_size=32,
        image_channels=3,
        classes=10,
    )
    genomes = population(space, hardware, 24)
    space.validate(genomes)
    arrays = space.decode(genomes).arrays
    assert set(arrays[:, 0]) == {32, 64} and set(arrays[:, 1]) == {4} and set(arrays[:, 2]) == {0}
