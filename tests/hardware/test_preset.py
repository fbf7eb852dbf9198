import numpy as np
import pytest

from tests.hardware.golden import CONFIGS
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import _FOLDER, load_preset
from xpert_evo.hardware.switches import CHIP, XPERTSIM


def preset_file(folder, **changes):
    """xpert-rram with keys changed; None leaves a key out."""
    lines = (_FOLDER / "xpert-rram.toml").read_text().splitlines()
    kept = [line for line in lines if line.split(" ")[0] not in changes]
    kept += [f"{key} = {value}" for key, value in changes.items() if value is not None]
    path = folder / "own.toml"
    path.write_text("\n".join(kept) + "\n")
    return path


@pytest.mark.parametrize("name", CONFIGS)
def test_every_preset_names_itself(name):
    assert load_preset(name).name == name


def test_a_file_is_a_preset(tmp_path):
    designs = stack([homogeneous()])
    same = HardwareModel.from_preset(str(preset_file(tmp_path))).evaluate(designs)
    assert same.energy_pj == HardwareModel.from_preset("xpert-rram").evaluate(designs).energy_pj


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"crossbar_rows": 64}, "crossbar_rows: unknown key"),
        ({"tech_node_nm": 28}, r"tech_node_nm: 28 is not modelled; valid are \[22, 32, 45, 65\]"),
        ({"crossbar_size": 96}, "crossbar_size: 96 is no power of two"),
        ({"memory": '"sram"'}, "bits_per_cell: an SRAM cell holds 1 bit, not 4"),
        (
            {"memory": '"sram"', "bits_per_cell": 1, "wire_resistance": "true"},
            "wire_resistance: an SRAM's wires aren't modelled; false is valid",
        ),
        ({"bits_per_cell": 5}, "bits_per_cell: .* not 5"),
        ({"weight_encoding": '"sideways"'}, "weight_encoding: .*offset.*reference_column.*differential"),
        (
            {"weight_encoding": '"reference_column"', "bits_per_cell": 1},
            "reference_column needs at least 2 bits a cell",
        ),
        ({"network_model": '"moon"'}, "network_model: .*chip.*xpertsim"),
        ({"crossbars_per_pe": 9}, "crossbars_per_pe: 9 is not modelled; valid are 1, 4, 16, 64"),
        ({"switches": '{ tile_pitch = "median" }'}, "switches.tile_pitch"),
        ({"switches": "{ filler = true }"}, "switches.filler: unknown key"),
        ({"switches": 3}, "switches"),
        ({"on_off_ratio": 1.0}, "on_off_ratio"),
        ({"name": "=="}, "own.toml: not TOML"),
    ],
)
def test_wrong_files_are_refused(tmp_path, changes, message):
    path = preset_file(tmp_path, **changes)
    with pytest.raises(InputError, match=message) as refusal:
        load_preset(path)
    assert "own.toml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["no-such-preset", "nowhere/preset.toml"])
def test_unknown_presets_are_refused_with_the_valid_ones(name):
    with pytest.raises(InputError, match="xpert-rram, rram-100k, rram-128"):
        load_preset(name)


@pytest.mark.parametrize(
    "changes",
    [
        {"crossbar_size": 16},
        {"crossbar_size": 512},
        {"bits_per_cell": 1},
        {"bits_per_cell": 8},
        {"on_resistance_ohm": 2e5},
        {"tech_node_nm": 22, "crossbar_size": 32},
        {"memory": '"sram"', "wire_resistance": "false", "bits_per_cell": 1, "crossbar_size": 64, "tech_node_nm": 45},
    ],
)
def test_presets_of_ones_own_give_finite_costs(tmp_path, changes):
    designs = stack([homogeneous(adc_type=kind, column_sharing=m) for kind in ("flash", "sar") for m in (2, 16)])
    costs = HardwareModel.from_preset(preset_file(tmp_path, **changes)).costs(designs)
    for name, values in vars(costs.layers).items():
        assert np.isfinite(values).all() and (values >= 0).all(), name


def test_slow_comparators_lengthen_the_clock(tmp_path):
    designs = stack([homogeneous()])
    slow = HardwareModel.from_preset(preset_file(tmp_path, on_resistance_ohm=2e5)).costs(designs)
    usual = HardwareModel.from_preset("xpert-rram").costs(designs)
    assert slow.layers.clock_ns[0, 0] > usual.layers.clock_ns[0, 0]


def test_switches_of_a_file_lie_over_the_network_models(tmp_path):
    path = preset_file(tmp_path, switches="{ repeat_stale_pe = true }")
    assert load_preset(path).switches == CHIP.model_copy(update={"repeat_stale_pe": True})
    assert load_preset(path, "xpertsim").switches == XPERTSIM
    assert load_preset("xpert-rram-csafix", "xpertsim").switches == XPERTSIM.model_copy(
        update={"flash_nmos_area": True}
    )


def test_digital_clocks_are_what_an_eight_bit_addition_allows(tmp_path):
    clocks = {node: load_preset(preset_file(tmp_path, tech_node_nm=node)).own_clock_hz for node in (22, 32, 45, 65)}
    assert clocks == {22: 1e9, 32: 1e9, 45: pytest.approx(0.7e9), 65: pytest.approx(0.4e9)}
    assert load_preset(preset_file(tmp_path, digital_clock_hz=5e8)).rounding_clock_hz == 5e8
    assert load_preset(preset_file(tmp_path, digital_clock_hz=5e8), "xpertsim").rounding_clock_hz == 1e9
