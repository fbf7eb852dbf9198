"""The whole model against every golden layer and network."""

import numpy as np
import pytest

from tests.hardware import golden
from xpert_evo.hardware.metrics import POST_LAYOUT_ENERGY, Metrics
from xpert_evo.hardware.model import HardwareModel


def golden_rows(config):
    rows = golden.layers()
    return rows[rows["config"] == config]


@pytest.mark.parametrize("config", golden.CONFIGS)
def test_what_data_does_not_touch_is_met_to_print_precision(config):
    rows = golden_rows(config)
    layers = HardwareModel.from_preset(config, "xpertsim").evaluate_layers(golden.layer_table(rows, measured=False))
    worst = {
        ours: golden.relative_error(getattr(layers, ours), rows[tools]).max() for ours, tools in golden.EXACT.items()
    }
    assert {name: error for name, error in worst.items() if error > golden.PRINTED} == {}


@pytest.mark.parametrize("config", golden.CONFIGS)
def test_energy_with_the_rows_own_activity(config):
    rows = golden_rows(config)
    layers = HardwareModel.from_preset(config, "xpertsim").evaluate_layers(golden.layer_table(rows, measured=True))
    error = golden.relative_error(layers.energy_pj, rows["energy_pJ"])
    assert np.median(error) < 2e-4
    assert error.max() < 0.02
    assert np.median(golden.relative_error(layers.other_energy_pj, rows["other_energy_pJ"])) < 1e-9
    assert golden.relative_error(layers.adc_energy_pj, rows["adc_energy_pJ"]).max() < 0.025


OTHER_PRECISIONS = [
    (config, bits) for config, bits in golden.other_precisions().groupby(["config", "bits_per_cell"]).groups
]


@pytest.mark.parametrize(("config", "bits_per_cell"), OTHER_PRECISIONS)
def test_weights_of_other_precisions(config, bits_per_cell):
    rows = golden.other_precisions()
    rows = rows[(rows["config"] == config) & (rows["bits_per_cell"] == bits_per_cell)]
    model = HardwareModel.from_preset(config, "xpertsim")
    assert model.bits_per_cell == bits_per_cell

    layers = model.evaluate_layers(golden.layer_table(rows, measured=True))
    data_free = model.evaluate_layers(golden.layer_table(rows, measured=False))

    worst = {
        ours: golden.relative_error(getattr(layers, ours), rows[tools]).max() for ours, tools in golden.EXACT.items()
    }
    assert {name: error for name, error in worst.items() if error > golden.PRINTED} == {}
    error = golden.relative_error(layers.energy_pj, rows["energy_pJ"])
    assert np.median(error) < 2e-4 and error.max() < 5e-3
    assert golden.relative_error(data_free.energy_pj, rows["energy_pJ"]).max() < 0.025


def test_energy_with_the_default_activity():
    errors = []
    for config in golden.CONFIGS:
        rows = golden_rows(config)
        layers = HardwareModel.from_preset(config, "xpertsim").evaluate_layers(golden.layer_table(rows, measured=False))
        errors.append(golden.relative_error(layers.energy_pj, rows["energy_pJ"]))
        edap = layers.energy_pj * layers.latency_ns * layers.chip_area_um2
        assert golden.ranks_agree(edap, rows["energy_pJ"] * rows["latency_ns"] * rows["chip_area_um2"]) > 0.999
    error = np.concatenate(errors)
    assert len(error) == len(golden.layers())
    assert np.median(error) < 0.01
    assert np.quantile(error, 0.95) < 0.05


def test_networks_are_reproduced():
    expected = golden.networks()
    assert [f"{row.network} @ {row.config}" for row in expected.itertuples()] == list(golden.network_layers())
    metrics = Metrics.of(golden.network_costs(measured=True))
    for ours, tools in (("latency_ns", "latency_ns"), ("area_um2", "area_tiles_um2")):
        assert golden.relative_error(getattr(metrics, ours), expected[tools]).max() < golden.PRINTED
    chips = golden.network_costs(measured=True).layers.chip_area_um2.sum(axis=1)
    assert golden.relative_error(chips, expected["area_chip_printed_um2"]).max() < golden.PRINTED
    for ours, tools, factor in (
        ("energy_pj", "energy_pJ", 1.0),
        ("edap_pj_ns_um2", "edap_mJ_ms_mm2", 1e21),  # mJ = 1e9 pJ, ms = 1e6 ns, mm2 = 1e6 um2
        ("tops_per_w", "tops_per_w", 1.0),
    ):
        assert golden.relative_error(getattr(metrics, ours), expected[tools] * factor).max() < 2e-3, ours
    assert golden.relative_error(metrics.tops_per_mm2, expected["tops_per_mm2"]).max() < golden.PRINTED
    assert golden.relative_error(metrics.tops, expected["num_computations"] * expected["fps"] / 1e12).max() < 1e-8


def test_networks_rank_as_the_tools_without_data():
    expected, metrics = golden.networks(), Metrics.of(golden.network_costs(measured=False))
    assert golden.relative_error(metrics.energy_pj, expected["energy_pJ"]).max() < 0.02
    assert golden.ranks_agree(metrics.edap_pj_ns_um2, expected["edap_mJ_ms_mm2"]) >= 0.999
    assert golden.ranks_agree(metrics.energy_pj, expected["energy_pJ"]) >= 0.999


def test_raw_levels_and_other_filler_sizes_are_among_the_networks():
    rows = golden.network_layers()["xpert-cifar10-published-csv-sizes-rawlevels @ xpert-rram"]
    assert set(rows["levels"]) == {5, 6}
    assert (rows["filler_h"] != rows["h_in_padded"]).any()


def test_layers_printed_tops_per_watt_includes_leakage():
    rows = golden_rows("xpert-rram")
    layers = HardwareModel.from_preset("xpert-rram", "xpertsim").evaluate_layers(
        golden.layer_table(rows, measured=True)
    )
    energy_pj = layers.energy_pj + layers.leakage_energy_pj
    ours = layers.operations / energy_pj / POST_LAYOUT_ENERGY
    assert np.median(golden.relative_error(ours, rows["tops_per_w_with_leak"])) < 2e-4
