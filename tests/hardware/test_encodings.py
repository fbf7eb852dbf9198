"""What a weight encoding costs, beside the offset encoding of the same preset."""

import numpy as np
import pytest

from tests.hardware.test_model import SPACE
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.activity import mean_cell_siemens
from xpert_evo.hardware.arrays.crossbar import Periphery, crossbar
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import HardwarePreset, load_preset
from xpert_evo.hardware.tables import CostTables


def preset(encoding, **changes):
    content = load_preset("xpert-rram").model_dump() | {"weight_encoding": encoding} | changes
    return HardwarePreset.model_validate(content)


def one(adc_type="flash", sharing=8):
    return Periphery(
        sharing=np.array([sharing]),
        adc_type=np.array([ADC_TYPES.index(adc_type)]),
        levels=np.array([32]),
        input_bits=np.array([8]),
        cells_per_weight=np.array([2]),
    )


@pytest.mark.parametrize("adc_type", ["flash", "sar"])
def test_a_reference_column_widens_arrays_by_one_column(adc_type):
    plain, other = (crossbar(preset(name), one(adc_type)) for name in ("offset", "reference_column"))

    assert other.array_area / plain.array_area == pytest.approx(65 / 64)
    assert float(other.sensing_cycles[0]) == float(plain.sensing_cycles[0]) == 8
    assert 0 < float((other.adc_area - plain.adc_area)[0]) < 0.35 * float(plain.adc_area[0])


@pytest.mark.parametrize("adc_type", ["flash", "sar"])
def test_pairs_halve_the_adcs_of_a_crossbar(adc_type):
    plain, other = (crossbar(preset(name), one(adc_type)) for name in ("offset", "differential"))

    assert other.array_area == plain.array_area
    assert float(other.sensing_cycles[0]) == 8
    assert 0.4 < float(other.adc_area[0] / plain.adc_area[0]) < 0.7


def test_pairs_take_up_to_twice_the_crossbars():
    designs = stack([homogeneous()])
    tiles = [HardwareModel(preset(name)).costs(designs).layers.tiles for name in ("offset", "differential")]

    assert (tiles[1] >= tiles[0]).all() and (tiles[1] <= 2 * tiles[0]).all()
    assert tiles[1].sum() > 1.5 * tiles[0].sum()


@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
def test_what_the_encodings_cost_the_baseline(network_model):
    """The order the assumptions lead to: a reference column costs a little area, pairs most of an array again."""
    offset, reference, pairs = (
        HardwareModel(preset(name, network_model=network_model, switches={})).evaluate(stack([homogeneous()]))
        for name in ("offset", "reference_column", "differential")
    )

    assert offset.area_um2[0] < reference.area_um2[0] < 1.25 * offset.area_um2[0]
    assert offset.area_um2[0] < pairs.area_um2[0] < 2 * offset.area_um2[0]
    assert offset.energy_pj[0] < reference.energy_pj[0]


def test_a_conversion_draws_the_currents_of_all_its_columns():
    """Means of digits: 7.5 of 15 for offset; 8 more for a reference column; pairs hold |w| once."""
    offset, reference, pair = (
        mean_cell_siemens(preset(name), 8) for name in ("offset", "reference_column", "differential")
    )

    assert 1.8 < reference / offset < 2.2
    assert pair < offset


@pytest.mark.parametrize("encoding", ["reference_column", "differential"])
@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
def test_tables_agree_with_formulas(encoding, network_model):
    model = HardwareModel(preset(encoding, network_model=network_model, switches={}))
    genomes = SPACE.sample(200, np.random.default_rng(5))

    by_tables, by_formulas = CostTables.build(model, SPACE).evaluate(genomes), model.evaluate(SPACE.decode(genomes))

    for name in ("energy_pj", "latency_ns", "area_um2"):
        assert getattr(by_tables, name) == pytest.approx(getattr(by_formulas, name), rel=1e-6), name
