"""Designs that choose their own crossbars cost what a preset with such crossbars says."""

import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import ArrayDesign, homogeneous
from xpert_evo.design.design_files import load_designs, save_design
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ARRAY_GENES
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.array_tables import ArrayTables
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.tables import CostTables

CHOICES = {"crossbar_size": [32, 64, 128], "bits_per_cell": [2, 4], "crossbars_per_tile": [16, 64]}


def space_of(choices):
    """Few choices of layers' genes: tables of twelve arrays take a while."""
    few = {"adc_bits": [3, 4, 8], "input_bits": [2, 5, 8]} if choices else {}
    settings = SpaceSettings.model_validate({**few, "array": choices})
    return SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)


SPACE = space_of(CHOICES)
MODEL = MODELS["chip"]


def with_array(**chosen):
    return homogeneous().model_copy(update={"array": ArrayDesign(**chosen), "id": None})


def test_genomes_have_chip_level_genes_behind_those_of_layers():
    genomes = SPACE.sample(200, np.random.default_rng(0))
    assert genomes.shape == (200, 13 * 5 + 3)
    designs = SPACE.decode(genomes)
    assert {gene: sorted(set(column)) for gene, column in zip(ARRAY_GENES, designs.arrays.T.tolist(), strict=True)} == {
        gene: values for gene, values in CHOICES.items()
    }
    assert (SPACE.encode(designs) == genomes).all()
    assert SPACE.contains(designs).all()
    one_by_one = stack([designs.design(row) for row in range(5)])
    assert (SPACE.encode(one_by_one) == genomes[:5]).all()
    genomes[3, -1] = 2
    with pytest.raises(InputError, match=r"genome 3: array, crossbars_per_tile: 2 is no position in its 2 choices"):
        SPACE.decode(genomes)


def test_a_design_file_holds_the_array_and_other_designs_keep_their_ids(tmp_path):
    design = with_array(crossbar_size=128)
    save_design(design, tmp_path / "d.json")
    assert load_designs(tmp_path / "d.json") == [design]
    assert design.digest() != homogeneous().digest()
    assert "array" not in homogeneous().to_json()
    with pytest.raises(InputError, match="not in the space"):
        SPACE.encode([design])
    assert not SPACE.contains(stack([homogeneous()])).any()


def test_a_batch_of_several_arrays_costs_what_each_alone_does():
    designs = SPACE.decode(SPACE.sample(60, np.random.default_rng(1)))
    together, costs = MODEL.evaluate(designs), MODEL.costs(designs)
    for row in (0, 7, 59):
        alone = MODEL.evaluate(designs[row : row + 1])
        assert {name: values[0] for name, values in vars(alone).items()} == {
            name: values[row] for name, values in vars(together).items()
        }
    assert (costs.energy_pj == together.energy_pj).all()
    assert costs.layers.energy_pj.sum(axis=1) == pytest.approx(together.energy_pj)


def test_an_array_of_its_own_is_the_preset_with_that_array():
    wide = MODEL.evaluate(stack([with_array(crossbar_size=128)]))
    as_preset = HardwareModel.from_preset("rram-128").evaluate(stack([homogeneous()]))
    assert wide.energy_pj == as_preset.energy_pj and wide.area_um2 == as_preset.area_um2
    same = MODEL.evaluate(stack([with_array(crossbar_size=64, bits_per_cell=4, crossbars_per_tile=64)]))
    assert same.energy_pj == MODEL.evaluate(stack([homogeneous()])).energy_pj


@pytest.mark.parametrize(
    ("model", "chosen", "message"),
    [
        (HardwareModel.from_preset("xpert-sram"), {"bits_per_cell": 4}, "array: .*SRAM cell holds 1 bit, not 4"),
        (MODEL, {"crossbar_size": 16}, "column_sharing: 32 .* 2 to 16"),
    ],
)
def test_arrays_that_are_not_modelled_are_refused(model, chosen, message):
    design = homogeneous(column_sharing=32).model_copy(update={"array": ArrayDesign(**chosen)})
    with pytest.raises(InputError, match=message):
        model.evaluate(stack([design]))


def test_where_filler_layers_shape_tiles_a_design_may_say_what_it_wants_of_them():
    model = MODELS["xpertsim"]
    chosen, plain = model.evaluate(stack([with_array(crossbars_per_tile=16)])), model.evaluate(stack([homogeneous()]))
    assert chosen.energy_pj == plain.energy_pj and chosen.area_um2 == plain.area_um2


def test_tables_of_one_array_say_so():
    with pytest.raises(InputError, match=r"space\.array: tables are of one array"):
        CostTables.build(MODEL, SPACE)


@pytest.mark.parametrize("choices", [CHOICES, {"crossbars_per_tile": [4, 16]}, {}])
def test_tables_of_all_arrays_agree_with_the_formulas(choices):
    space = space_of(choices)
    tables = ArrayTables.build(MODEL, space)
    genomes = space.sample(400, np.random.default_rng(3))
    metrics, expected = tables.evaluate(genomes), MODEL.evaluate(space.decode(genomes))
    for name in ("energy_pj", "latency_ns", "area_um2", "edap_pj_ns_um2", "tops_per_w"):
        assert getattr(metrics, name) == pytest.approx(getattr(expected, name), rel=1e-6), name
    alone = tables.evaluate(genomes[7:8])
    assert alone.energy_pj[0] == metrics.energy_pj[7], "whatever the batch"
    assert len(tables.evaluate(genomes[:0]).energy_pj) == 0


def test_genes_that_are_no_positions_are_told():
    tables = ArrayTables(MODEL, SPACE)
    genomes = SPACE.sample(3, np.random.default_rng(0))
    for column, message in ((0, "layer 1, channels: 9 is no position"), (-1, "crossbars_per_tile: 9 is no position")):
        wrong = genomes.copy()
        wrong[1, column] = 9
        with pytest.raises(InputError, match=message):
            tables.evaluate(wrong)
    with pytest.raises(InputError, match="shape"):
        tables.evaluate(genomes[:, 1:])
