"""The hardware-only genes solved, against brute force over the same choices."""

from itertools import product

import moocore
import numpy as np
import pytest

from tests.hardware.adc_tables import with_adcs
from tests.hardware.test_model import MODELS
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.genes import GENES
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.candidates.peripherals import (
    TOLERANCE,
    PeripheralSearch,
    pareto_sums,
    uniform_space,
    uniform_spaces,
)
from xpert_evo.search.candidates.sampling import smooth_genomes
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import objective_matrix
from xpert_evo.search.settings import parse_constraint

OBJECTIVES = ("error", "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")
FREE_LAYERS = (2, 6, 11)  # numbered from 1; the others have one choice


def space(**settings):
    return SearchSpace.build(
        SpaceSettings.model_validate(settings),
        network=backbone("vgg16"),
        image_size=32,
        image_channels=3,
        classes=10,
    )


SMALL = space(
    column_sharing=[8],
    adc_type=["flash"],
    weight_bits=[5, 7, 8],
    layer={number: {"column_sharing": [2, 4, 8, 16, 32], "adc_type": ["flash", "sar"]} for number in FREE_LAYERS},
)


def brute_force(genome):
    """Every choice of the hardware-only genes there is, (1000, genes)."""
    places = [(number - 1) * len(GENES) + column for number in FREE_LAYERS for column in (1, 2)]
    choices = [range(count) for count in SMALL.all_counts[places]]
    genomes = np.tile(genome, (int(np.prod([len(c) for c in choices])), 1))
    genomes[:, places] = list(product(*choices))
    return genomes


@pytest.mark.parametrize("network_model", MODELS)
@pytest.mark.parametrize("seed", range(4))
def test_it_finds_what_brute_force_finds(network_model, seed):
    model = MODELS[network_model]
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(seed))[0]
    everything = model.evaluate(SMALL.decode(brute_force(genome)))

    found = model.evaluate(SMALL.decode(PeripheralSearch(model, SMALL).best(genome, OBJECTIVES)))

    short = (1 + TOLERANCE) ** len(FREE_LAYERS)
    assert found.edap_pj_ns_um2.min() <= everything.edap_pj_ns_um2.min() * short**3
    assert found.tops_per_w.max() >= everything.tops_per_w.max() / short
    assert found.tops_per_mm2.max() >= everything.tops_per_mm2.max() / short**2


def test_a_cheaper_adc_of_a_table_is_chosen_everywhere():
    cheap = {"5": {"area_um2": 1.0, "energy_pj": 0.001, "time_ns": 1.0}}
    model = HardwareModel.from_preset(with_adcs(cheap=cheap))
    here = space(column_sharing=[4, 8], adc_type=["flash", "sar", "cheap"], adc_bits=[5], channels=[32])
    best = PeripheralSearch(model, here).best(here.sample(1, np.random.default_rng(0))[0], ["edap_pj_ns_um2"])
    assert set(here.decode(best).design(0).gene("adc_type")) == {"cheap"}


@pytest.mark.parametrize("network_model", MODELS)
def test_without_tolerance_nothing_betters_it(network_model):
    model = MODELS[network_model]
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(9))[0]
    everything = model.evaluate(SMALL.decode(brute_force(genome)))
    wanted = np.stack([everything.energy_pj, everything.latency_ns, everything.area_um2], axis=1)
    wanted = wanted[moocore.is_nondominated(wanted)]

    _, metrics = PeripheralSearch(model, SMALL, tolerance=0.0).pareto_set(genome)

    found = np.stack([metrics.energy_pj, metrics.latency_ns, metrics.area_um2], axis=1)
    short_of = (found / wanted[:, None]).max(axis=2).min(axis=1) - 1
    # On one chip, by what adders cost that are sized by another layer's precision.
    assert short_of.max() < (1e-6 if network_model == "xpertsim" else 2e-3)


def test_sums_keep_what_nothing_betters():
    generator = np.random.default_rng(0)
    costs = [generator.uniform(1, 2, size=(6, 3)) for _ in range(4)]
    sums = np.array([sum(parts) for parts in product(*costs)])
    wanted = sums[moocore.is_nondominated(sums)]

    exact = pareto_sums(costs, 0.0)
    loose = pareto_sums(costs, 0.01)

    def totals(chosen):
        return np.sum([cost[pick] for cost, pick in zip(costs, chosen.T, strict=True)], axis=0)

    assert np.allclose(np.sort(totals(exact), axis=0), np.sort(wanted, axis=0))
    assert len(loose) < len(exact)
    worst = (totals(loose)[None] / wanted[:, None]).max(axis=2).min(axis=1)
    assert worst.max() <= 1.01**4


def test_constraints_are_held_if_they_can_be():
    model = MODELS["chip"]
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(3))[0]
    search = PeripheralSearch(model, SMALL)
    areas = model.evaluate(SMALL.decode(brute_force(genome))).area_um2
    bound = parse_constraint(f"area_um2 <= {np.quantile(areas, 0.3)}")

    held = model.evaluate(SMALL.decode(search.best(genome, OBJECTIVES, (bound,)))).area_um2
    free = model.evaluate(SMALL.decode(search.best(genome, ("error", "latency_ns")))).area_um2
    impossible = search.best(genome, OBJECTIVES, (parse_constraint("area_um2 <= 1"),))

    assert (held <= bound.bound).all() and (free > bound.bound).all()
    assert len(impossible)


def test_everything_but_the_hardware_only_genes_stays():
    whole = space(array={"crossbar_size": [32, 64]})
    genome = smooth_genomes(whole, 2, np.random.default_rng(1))[1]

    best = PeripheralSearch(MODELS["chip"], whole).best(genome, OBJECTIVES)

    fixed = np.ones(whole.genes, dtype=bool)
    fixed[: whole.counts.size].reshape(whole.counts.shape)[:, 1:3] = False
    assert (best[:, fixed] == genome[fixed]).all()
    assert 1 <= len(best) <= 3


def test_a_chip_without_tables_names_the_other_way():
    switches = MODELS["chip"].preset.switches.model_copy(update={"tile_pitch": "largest"})
    chip = HardwareModel(MODELS["chip"].preset.model_copy(update={"switches": switches}))
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(0))[0]

    with pytest.raises(InputError, match=r'tile_pitch: largest has no tables.*search\.algorithm = "nsga2"'):
        PeripheralSearch(chip, SMALL).best(genome, OBJECTIVES)


def test_the_number_of_crossbars_a_tile_is_solved_beside_them():
    tiles = (4, 16, 64)
    searched = space(adc_bits=[3, 5], input_bits=[4], array={"crossbars_per_tile": tiles})
    alone = [space(adc_bits=[3, 5], input_bits=[4], array={"crossbars_per_tile": [tile]}) for tile in tiles]
    exact = PeripheralSearch(MODELS["chip"], searched)
    for genome in smooth_genomes(uniform_space(searched), 5, np.random.default_rng(2)):
        found = exact.tables.evaluate(exact.best(genome, OBJECTIVES)).edap_pj_ns_um2.min()
        each = []
        for small in alone:
            search = PeripheralSearch(MODELS["chip"], small)
            each.append(search.tables.evaluate(search.best(genome, OBJECTIVES)).edap_pj_ns_um2.min())
        assert found == min(each) < max(each)
    assert uniform_space(searched).array == {"crossbars_per_tile": (16,)}
    assert {small.array["crossbars_per_tile"] for small in uniform_spaces(searched)} == {(tile,) for tile in tiles}


def test_uniform_spaces_hold_one_choice_of_each():
    frozen = uniform_space(SMALL, 32, 1)

    assert (frozen.counts[:, 1:3] == 1).all()
    designs = frozen.decode(np.zeros((1, frozen.genes), dtype=np.uint8))
    assert designs.column_sharing[0, 1] == 32 and designs.column_sharing[0, 0] == 8
    assert len(uniform_spaces(SMALL)) == 10
    assert SMALL.contains(designs).all()


@pytest.mark.parametrize("network_model", MODELS)
@pytest.mark.parametrize("name", ["leakage_energy_pj", "tops", "tiles", "macs", "mixed"])
def test_what_tables_do_not_know_is_computed_and_nearly_the_best(network_model, name):
    """`mixed` is a function of the user's, of leakage and energy."""
    model, extra = MODELS[network_model], {"mixed": lambda table: table["leakage_energy_pj"] + 10 * table["energy_pj"]}
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(0))[0]
    everything = hardware_columns(model, SMALL.decode(brute_force(genome)), extra)

    best = PeripheralSearch(model, SMALL, extra=extra).best(genome, ("error", name))

    found = hardware_columns(model, SMALL.decode(best), extra)
    assert len(best) == 1
    reached, wanted = (objective_matrix(columns, (name,)).min() for columns in (found, everything))
    assert reached <= (wanted * 1.02 if name == "mixed" else wanted + np.log10(1.02))
    if np.ptp(everything[name]) == 0:  # then of least EDAP
        assert found["edap_pj_ns_um2"][0] <= everything["edap_pj_ns_um2"].min() * (1 + TOLERANCE) ** 9


def test_constraints_on_what_tables_do_not_know_are_held():
    model = MODELS["chip"]
    genome = smooth_genomes(SMALL, 1, np.random.default_rng(3))[0]
    leakage = model.evaluate(SMALL.decode(brute_force(genome))).leakage_energy_pj
    bound = parse_constraint(f"leakage_energy_pj <= {np.quantile(leakage, 0.1)}")

    search = PeripheralSearch(model, SMALL)

    held, free = (search.best(genome, ("error", "energy_pj"), bounds) for bounds in ((bound,), ()))
    assert model.evaluate(SMALL.decode(held)).leakage_energy_pj[0] <= bound.bound
    assert model.evaluate(SMALL.decode(free)).leakage_energy_pj[0] > bound.bound
