import numpy as np
import pytest

from tests.hardware.test_model import MODELS, SPACE
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware import side_by_side
from xpert_evo.hardware import tables as tables_module
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import load_preset
from xpert_evo.hardware.switches import CHIP
from xpert_evo.hardware.tables import CHUNK_GENOMES, CostTables

NAMES = ("energy_pj", "latency_ns", "area_um2", "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")
TABLES = {name: CostTables.build(model, SPACE) for name, model in MODELS.items()}
both_network_models = pytest.mark.parametrize("network_model", MODELS)


def assert_agree(tables, model, space, genomes):
    metrics, expected = tables.evaluate(genomes), model.evaluate(space.decode(genomes))
    for name in NAMES:
        assert getattr(metrics, name) == pytest.approx(getattr(expected, name), rel=1e-6), name


@both_network_models
def test_tables_and_formulas_agree(network_model):
    genomes = SPACE.sample(3000, np.random.default_rng(5))
    assert_agree(TABLES[network_model], MODELS[network_model], SPACE, genomes)


@both_network_models
def test_the_cheapest_and_the_dearest_genomes_agree_as_well(network_model):
    last = np.tile(SPACE.counts.reshape(1, -1) - 1, (1, 1)).astype(np.uint8)
    assert_agree(TABLES[network_model], MODELS[network_model], SPACE, np.concatenate([last * 0, last]))


@both_network_models
def test_other_spaces_have_tables_too(network_model):
    settings = SpaceSettings.model_validate(
        {
            "channels": [24, 96, 100],
            "column_sharing": [16],
            "adc_bits": [8, 3],
            "weight_bits": [3, 5, 6, 8],
            "layer": {1: {"input_bits": [8]}, 7: {"channels": [48], "adc_type": ["sar"]}},
        }
    )
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=64, image_channels=1, classes=200)
    model = HardwareModel.from_preset("rram-45nm", network_model)
    genomes = space.sample(200, np.random.default_rng(0))
    assert_agree(CostTables.build(model, space), model, space, genomes)


@both_network_models
def test_a_genome_costs_the_same_in_any_batch(network_model):
    tables = TABLES[network_model]
    genomes = SPACE.sample(2 * CHUNK_GENOMES + 3, np.random.default_rng(1))
    together, rows = tables.evaluate(genomes), tables.rows(genomes)
    for row in (0, CHUNK_GENOMES, len(genomes) - 1):
        alone, by_rows = tables.evaluate(genomes[row : row + 1]), tables.evaluate_rows(rows[:, row : row + 1])
        for name in NAMES:
            assert getattr(alone, name)[0] == getattr(together, name)[row] == getattr(by_rows, name)[0], name
    assert tables.evaluate(genomes[:0]).energy_pj.shape == (0,)


@both_network_models
def test_genomes_beyond_the_space_are_refused(network_model):
    genomes = SPACE.sample(4, np.random.default_rng(2))
    genomes[2, 7] = 9
    with pytest.raises(InputError, match="genome 2: layer 2, adc_type: 9 is no position"):
        TABLES[network_model].evaluate(genomes)
    with pytest.raises(InputError, match=r"genomes: shape \(4, 60\)"):
        TABLES[network_model].evaluate(genomes[:, :60])


def test_a_threads_memory_beside_input_and_output_does_not_grow(monkeypatch):
    import tracemalloc

    monkeypatch.setattr(side_by_side, "usable_cores", lambda: 1)
    monkeypatch.setattr(tables_module, "CHUNK_GENOMES", 8192)

    def peak(count):
        genomes = SPACE.sample(count, np.random.default_rng(3))
        tracemalloc.start()
        metrics = TABLES["chip"].evaluate(genomes)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - sum(values.nbytes for values in vars(metrics).values())

    assert peak(20 * 8192) < 1.2 * peak(2 * 8192)


@pytest.mark.parametrize(("switch", "value"), [("digital_clock", "sensing"), ("tile_pitch", "largest")])
def test_what_tables_do_not_hold_is_refused(switch, value):
    preset = load_preset("xpert-rram").model_copy(update={"switches": CHIP.model_copy(update={switch: value})})
    with pytest.raises(InputError, match=f"switches.{switch}: {value} has no tables"):
        CostTables.build(HardwareModel(preset), SPACE)


@pytest.mark.parametrize("change", [{"chip_blocks": False}, {"tile_sums": "moved"}])
def test_other_areas_and_traffic_have_tables(change):
    preset = load_preset("xpert-rram").model_copy(update={"switches": CHIP.model_copy(update=change)})
    model, genomes = HardwareModel(preset), SPACE.sample(50, np.random.default_rng(4))
    assert_agree(CostTables.build(model, SPACE), model, SPACE, genomes)


@both_network_models
def test_any_number_of_cores_finds_the_same(network_model, monkeypatch):
    tables, genomes = TABLES[network_model], SPACE.sample(40_000, np.random.default_rng(3))
    found = []
    for cores in (1, 3):
        monkeypatch.setattr(side_by_side, "usable_cores", lambda cores=cores: cores)
        found.append(tables.evaluate(genomes))
    for name in NAMES:
        assert np.array_equal(getattr(found[0], name), getattr(found[1], name)), name
