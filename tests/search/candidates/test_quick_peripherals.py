import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.design.choices import ArrayChoices, SpaceSettings
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.search.candidates.peripherals import SAME_FOR_ALL, TABLED, PeripheralSearch, uniform_space
from xpert_evo.search.candidates.quick_peripherals import POWERS, STAND_IN, QuickPeripherals
from xpert_evo.search.candidates.sampling import smooth_genomes
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import objective_matrix
from xpert_evo.search.settings import OBJECTIVES

NAMES = ("edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")


@pytest.mark.parametrize("model", ["chip", "xpertsim"])
def test_never_better_than_the_exact_search_and_nearly_as_good(space, model):
    exact = PeripheralSearch(MODELS[model], space)
    genomes = np.concatenate([draw(6) for draw in _draws(space)])

    quick = QuickPeripherals(exact).objectives(genomes, NAMES)

    best = np.array([_exact(exact, genome) for genome in genomes])
    worse = quick - best  # log10
    # The exact search itself is within 2 % of the optimum.
    assert worse.min() > -np.log10(1.02)
    assert np.median(worse) < np.log10(1.01) and worse.max() < np.log10(1.15)


def test_arrays_and_frozen_layers_have_tables_of_their_own():
    settings = SpaceSettings(
        channels=(32, 128, 512),
        weight_bits=(5, 8),
        layer={3: {"column_sharing": [8], "adc_type": ["sar"]}},
        array=ArrayChoices(crossbar_size=(32, 64), crossbars_per_tile=(4, 16, 64)),
    )
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
    exact = PeripheralSearch(MODELS["chip"], space)
    genomes = uniform_space(space).sample(6, np.random.default_rng(0))
    genomes[:, -2] = [0, 1, 0, 1, 0, 1]

    quick = QuickPeripherals(exact).objectives(genomes, ("edap_pj_ns_um2",))

    for row, genome in enumerate(genomes):
        alone = QuickPeripherals(PeripheralSearch(MODELS["chip"], space)).objectives(genome[None], ("edap_pj_ns_um2",))
        assert quick[row] == alone[0]
        assert -np.log10(1.02) < quick[row, 0] - _exact(exact, genome)[0] < np.log10(1.2)


def test_every_hardware_objective_has_its_powers_or_is_computed():
    assert set(POWERS) == TABLED
    assert set(POWERS) | set(STAND_IN) | SAME_FOR_ALL == {*OBJECTIVES, "accuracy"}


def _draws(space):
    plain, generator = uniform_space(space), np.random.default_rng(3)
    return (
        lambda count: smooth_genomes(plain, count, generator),
        lambda count: plain.sample(count, generator),
    )


def _exact(exact: PeripheralSearch, genome: np.ndarray) -> np.ndarray:
    best = exact.best(genome, ("error", *NAMES))
    metrics = exact.tables.evaluate(best)
    return objective_matrix({name: getattr(metrics, name) for name in NAMES}, NAMES).min(axis=0)


def test_what_tables_do_not_know_is_computed_by_formulas(space):
    extra = {"mixed": lambda table: table["leakage_energy_pj"] * table["tiles"]}
    exact = PeripheralSearch(MODELS["chip"], space, extra=extra)
    names = ("leakage_energy_pj", "tiles", "macs", "mixed")
    genomes = np.concatenate([draw(3) for draw in _draws(space)])

    quick = QuickPeripherals(exact).objectives(genomes, names)

    for row, genome in enumerate(genomes):
        columns = hardware_columns(exact.hardware, space.decode(exact.best(genome, names)), extra)
        worse = quick[row] - objective_matrix(columns, names).min(axis=0)
        assert worse[1] == worse[2] == 0  # the same whatever the peripherals are
        assert -0.01 < worse[0] < np.log10(1.1)
        assert -0.02 < worse[3] / np.abs(quick[row, 3]) < 0.2
