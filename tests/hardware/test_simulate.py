import numpy as np
import pandas as pd
import pytest

from tests.hardware import golden
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.metrics import OTHER_AREA_PARTS
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.simulate import simulate, simulate_layer_table, simulate_with_layers

METRICS = ["energy_pj", "latency_ns", "area_um2", "edap_pj_ns_um2", "tops", "tops_per_w", "tops_per_mm2"]
COSTS = ["tiles", "clock_ns", "tile_area_um2", "chip_area_um2", "latency_ns", "energy_pj"]


def test_one_row_a_design(tmp_path):
    designs = [homogeneous(id="a"), homogeneous(id="b", adc_type="sar")]
    table = simulate(designs)
    assert list(table) == ["id", *METRICS, "leakage_energy_pj"]
    assert table["id"].tolist() == ["a", "b"]
    assert table["latency_ns"][1] > table["latency_ns"][0]
    save_design(designs[1], tmp_path / "b.json")
    pd.testing.assert_frame_equal(simulate(tmp_path / "b.json"), table[1:].reset_index(drop=True))
    pd.testing.assert_frame_equal(simulate(stack(designs)), table)
    assert (simulate(designs, hardware="rram-22nm")["area_um2"] < table["area_um2"]).all()


@pytest.mark.parametrize("network_model", ["chip", "xpertsim"])
def test_layers_add_up(network_model):
    designs = [homogeneous(id="b"), homogeneous(id="a", input_bits=2)]
    table, layers = simulate_with_layers(designs, network_model=network_model)
    shared = [0] if network_model == "chip" else []
    assert layers["layer"].tolist() == [*range(1, 14), *shared] * 2
    assert layers["id"].tolist() == ["b"] * (13 + len(shared)) + ["a"] * (13 + len(shared))
    assert set(layers["adc_type"].dropna()) == {"flash"}
    sums = layers.groupby("id", sort=False)[["energy_pj", "latency_ns", "area_um2"]].sum()
    assert sums.to_numpy() == pytest.approx(table[["energy_pj", "latency_ns", "area_um2"]].to_numpy())
    areas = layers[[f"{part}_area_um2" for part in ("array", "adc", "accumulation", "interconnect", "other")]].sum(
        axis=1
    )
    whole = layers["area_um2" if network_model == "chip" else "chip_area_um2"]
    assert areas.to_numpy() == pytest.approx(whole.to_numpy())
    other = layers[[f"{part}_area_um2" for part in OTHER_AREA_PARTS]].sum(axis=1)
    assert other.to_numpy() == pytest.approx(layers["other_area_um2"].to_numpy())


def layer_rows():
    """Golden rows in the contract's columns."""
    rows = golden.layers().iloc[::37]
    return pd.DataFrame(
        {
            "hardware": rows["config"],
            "input_size": rows["h_in_padded"] - 2,
            "in_channels": rows["c_in"],
            "out_channels": rows["c_out"],
            "kernel": rows["kernel"],
            "max_pool": rows["max_pool"],
            "column_sharing": rows["cs"],
            "adc_type": rows["adc_type"],
            "adc_bits": rows["ap_bits"],
            "input_bits": rows["ip_bits"],
        }
    )


def test_layer_tables_may_say_how_many_bits_weights_have(tmp_path):
    asked = layer_rows()[lambda rows: rows["hardware"] == "xpert-rram"]
    asked.to_csv(tmp_path / "usual.csv", index=False)
    for bits in (8, 4, 9):
        asked.assign(weight_bits=bits).to_csv(tmp_path / f"{bits}.csv", index=False)
    usual, eight, four = (simulate_layer_table(tmp_path / f"{name}.csv") for name in ("usual", "8", "4"))
    pd.testing.assert_frame_equal(eight.drop(columns="weight_bits"), usual)
    assert (four["energy_pj"] < usual["energy_pj"]).all() and (four["tiles"] <= usual["tiles"]).all()
    with pytest.raises(InputError, match=r"9.csv: row 1, weight_bits: 9 is outside what is modelled; valid are 2 to 8"):
        simulate_layer_table(tmp_path / "9.csv")


def test_layer_tables_keep_their_rows(tmp_path):
    asked = layer_rows().sample(frac=1, random_state=3)  # configurations mixed
    asked.to_csv(tmp_path / "layers.csv", index=False)
    table = simulate_layer_table(tmp_path / "layers.csv")
    assert list(table)[:16] == [*asked, *COSTS]
    assert list(table)[-1] == "leakage_power_uw"
    assert table["hardware"].nunique() > 4
    pd.testing.assert_frame_equal(table[list(asked)], asked.reset_index(drop=True), check_dtype=False)
    expected = golden.layers().loc[asked.index]
    for ours, tools in (("tiles", "tiles"), ("clock_ns", "clk_ns"), ("chip_area_um2", "chip_area_um2")):
        assert golden.relative_error(table[ours], expected[tools]).max() < golden.PRINTED
    assert golden.relative_error(table["latency_ns"], expected["latency_ns"]).max() < golden.PRINTED


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("input_size", "0", r"row 2, input_size: 0 is outside what is modelled; valid are 1 to 1024"),
        ("in_channels", "3.5", r"row 2, in_channels: 3.5 is no whole number"),
        ("out_channels", "many", r"row 2, out_channels: many is no whole number"),
        ("kernel", "", r"row 2, kernel: nan is no whole number"),
        ("kernel", "inf", r"row 2, kernel: inf is no whole number"),
        ("kernel", "4", r"row 2, kernel: even kernels"),
        ("max_pool", "2", r"row 2, max_pool: 2 is unknown; valid are 0, 1"),
        ("column_sharing", "64", r"row 2, column_sharing: 64 .* 2 to 32"),
        ("adc_type", "delta", r"row 2, adc_type: delta is unknown; valid are flash, sar"),
        ("adc_type", "survey-1ns", r"row 2, adc_type: survey-1ns is unknown; valid are flash, sar$"),
        ("adc_bits", "2", r"row 2, adc_bits: 2 .* 3 to 8"),
        ("input_bits", "9", r"row 2, input_bits: 9 .* 1 to 8"),
        ("hardware", "", r"row 2, hardware: nan is missing"),
        ("hardware", "xpert", r"row 2, hardware: .*xpert. is unknown; valid are xpert-rram"),
    ],
)
def test_wrong_values_are_refused_with_row_and_column(tmp_path, column, value, message):
    rows = layer_rows().head(3).astype(str)
    rows.iloc[1, rows.columns.get_loc(column)] = value
    path = tmp_path / "layers.csv"
    rows.to_csv(path, index=False)
    with pytest.raises(InputError, match=message) as refusal:
        simulate_layer_table(path)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


def test_single_layers_may_have_adcs_of_a_presets_tables(tmp_path):
    rows = layer_rows().head(2).assign(hardware="rram-adc-survey", adc_type=["sar", "survey-4ns"], adc_bits=[6, 10])
    rows.to_csv(tmp_path / "layers.csv", index=False)
    table = simulate_layer_table(tmp_path / "layers.csv")
    assert table["adc_type"].tolist() == ["sar", "survey-4ns"] and (table["energy_pj"] > 0).all()
    rows["adc_bits"] = [6, 3]
    rows.to_csv(tmp_path / "layers.csv", index=False)
    with pytest.raises(InputError, match="row 2, adc_bits: 3 isn't in the table of survey-4ns ADCs; valid are 4, 5"):
        simulate_layer_table(tmp_path / "layers.csv")


def test_wrong_columns_are_refused(tmp_path):
    path = tmp_path / "layers.csv"
    layer_rows().drop(columns="kernel").to_csv(path, index=False)
    with pytest.raises(InputError, match="column kernel is missing"):
        simulate_layer_table(path)
    layer_rows().assign(stride=1).to_csv(path, index=False)
    with pytest.raises(InputError, match="column stride is unknown; wanted are hardware, input_size"):
        simulate_layer_table(path)
    layer_rows().head(0).to_csv(path, index=False)
    with pytest.raises(InputError, match="has no rows"):
        simulate_layer_table(path)
    with pytest.raises(InputError, match=r"nowhere.csv: No such file"):
        simulate_layer_table(tmp_path / "nowhere.csv")


def test_measured_layers_of_the_golden_rows_go_through_the_model():
    rows = golden.layers()[golden.layers()["config"] == "xpert-sram"]
    layers = HardwareModel.from_preset("xpert-sram", "xpertsim").evaluate_layers(
        golden.layer_table(rows, measured=True)
    )
    assert np.median(golden.relative_error(layers.energy_pj, rows["energy_pJ"])) < 1e-3
