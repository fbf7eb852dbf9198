"""What a designer knows of circuits beside ADCs, in place of the models' figures."""

import numpy as np
import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.wires import ceil_log2
from xpert_evo.hardware.layers import layer_table
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.network_models import chip
from xpert_evo.hardware.network_models.traffic import global_core
from xpert_evo.hardware.preset import load_preset, preset_content

DESIGNS = stack([homogeneous(width=0.5), homogeneous(adc_type="sar", adc_bits=5, input_bits=4, column_sharing=4)])
MODELS = ("chip", "xpertsim")


def model(network_model="chip", encoding=None, **keys):
    return HardwareModel.from_preset({**preset_content("xpert-rram"), **keys}, network_model, encoding)


@pytest.mark.parametrize("network_model", MODELS)
@pytest.mark.parametrize(("encoding", "columns"), [("offset", 1), ("reference_column", 2), ("differential", 2)])
def test_a_cells_read_energy_is_charged_for_every_active_cell_of_a_conversion(network_model, encoding, columns):
    activity = Activity(active_rows=np.full(13, 0.25))
    none, some = (model(network_model, encoding, cell_read_energy_fj=fj) for fj in (0.0, 3.0))
    one = DESIGNS[:1]
    more_pj = some.costs(one, activity).layers.adc_energy_pj - none.costs(one, activity).layers.adc_energy_pj
    layers, preset = layer_table(one, some.preset, activity), some.preset
    vectors = layers.windows * layers.input_bits
    cells = 0.25 * layers.rows * layers.out_channels * preset.cells_per_weight(8) * columns
    stale = 1 if network_model == "chip" else 1.5  # of PEs that the original counts and that aren't there
    ratio = more_pj / (vectors * cells * 3e-3)
    assert (ratio > 0.999).all() and (ratio < stale * 1.001).all()


def test_idle_columns_draw_no_cells_energy_and_the_others_the_more():
    whole, idle = (Activity(np.full(13, 0.2), idle_columns=np.full(13, z)) for z in (0.0, 0.4))
    none, some = (model(cell_read_energy_fj=fj) for fj in (0.0, 3.0))
    more = [some.evaluate(DESIGNS, a).energy_pj - none.evaluate(DESIGNS, a).energy_pj for a in (whole, idle)]
    assert more[0] == pytest.approx(more[1], rel=1e-9)


@pytest.mark.parametrize("network_model", MODELS)
def test_buffers_energy_a_bit_replaces_the_register_files(network_model):
    plain = model(network_model)
    none, one, two = (model(network_model, buffer_energy_fj_per_bit=fj) for fj in (0.0, 1.0, 2.0))
    figures = [m.costs(DESIGNS).layers for m in (none, one, two)]
    first, second = figures[1].buffer_energy_pj - figures[0].buffer_energy_pj, figures[2].buffer_energy_pj
    assert second == pytest.approx(figures[0].buffer_energy_pj + 2 * first) and (first > 0).all()
    assert one.evaluate(DESIGNS).latency_ns == pytest.approx(plain.evaluate(DESIGNS).latency_ns, rel=1e-15)
    assert one.evaluate(DESIGNS).area_um2 == pytest.approx(plain.evaluate(DESIGNS).area_um2, rel=1e-15)
    assert global_core(one.preset).read_j == pytest.approx(1e-15)


@pytest.mark.parametrize("network_model", MODELS)
def test_a_column_mux_that_is_measured(network_model):
    plain = model(network_model)
    mux = {"area_um2": 20.0, "energy_fj": 5.0, "delay_ns": 3.0}
    own = model(network_model, column_mux=mux)
    slow = model(network_model, column_mux=mux | {"delay_ns": 13.0})
    hungry = model(network_model, column_mux=mux | {"energy_fj": 10.0})
    if network_model == "chip":
        tiles = chip.on_tiles(own.preset, layer_table(DESIGNS, own.preset).flat())
        decoder = Decoder(own.preset.technology, ceil_log2(tiles.periphery.sharing), mux=True)
        height, width = decoder.free_size()
        mux_um2 = tiles.blocks.pe.crossbar.mux_area * 1e12
        assert mux_um2 == pytest.approx(64 * 20.0 + height * width * 1e12)
    assert (own.evaluate(DESIGNS).area_um2 > plain.evaluate(DESIGNS).area_um2).all()
    assert slow.costs(DESIGNS).layers.clock_ns - own.costs(DESIGNS).layers.clock_ns == pytest.approx(14.0)
    assert (hungry.evaluate(DESIGNS).energy_pj > own.evaluate(DESIGNS).energy_pj).all()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"cell_read_energy_fj": -1}, "cell_read_energy_fj: .*greater than or equal to 0, not -1"),
        ({"buffer_energy_fj_per_bit": True}, "buffer_energy_fj_per_bit: true is no valid value"),
        ({"column_mux": {"area_um2": 1.0, "delay_ns": 1.0}}, "column_mux.energy_fj: missing"),
        ({"column_mux": {"area_um2": 0, "delay_ns": 1.0, "energy_fj": 1}}, "column_mux.area_um2: .*greater than 0"),
    ],
)
def test_a_wrong_value_is_named(keys, message):
    with pytest.raises(InputError, match=message) as error:
        load_preset({**preset_content("xpert-rram"), **keys})
    assert "\n" not in str(error.value)
