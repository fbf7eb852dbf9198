import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.trained import table as trained
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design

RESULT = {
    "float_accuracy": 0.9,
    "exact_accuracy": 0.89,
    "exact_standard_error": 0.003,
    "exact_images": 10000,
    "validation_accuracy": 0.9,
    "settings": {"epochs": 24},
    "array": {"crossbar_size": 64, "bits_per_cell": 4, "weight_encoding": "differential"},
    "training_seconds": 1.0,
    "test_seconds": 1.0,
}


@pytest.fixture
def folder(tmp_path):
    """Two trained networks, the homogeneous VGG16 and one of half its width."""
    for name, width in (("homogeneous", 1.0), ("half", 0.5)):
        design = homogeneous(width=width).named()
        (tmp_path / name).mkdir()
        save_design(design, tmp_path / name / "design.json")
        (tmp_path / name / "result.json").write_text(json.dumps({"design": design.id, **RESULT}))
    return tmp_path


def test_ratios_are_to_the_homogeneous_baselines_in_both_network_models(folder):
    table = trained.table_of(trained.read(folder)).set_index("name")

    assert list(table.index) == ["half", "homogeneous"], "cheapest first"
    assert table["narrow"].tolist() == [True, False] and table["homogeneous"].all()
    for model in ("chip", "xpertsim"):
        for metric in trained.GAINS:
            assert table.loc["homogeneous", f"{model}_{metric}_gain_over_flash"] == pytest.approx(1)
        assert table.loc["half", f"{model}_edap_pj_ns_um2_gain_over_flash"] > 5
        assert table.loc["half", f"{model}_edap_pj_ns_um2_gain_over_sar"] > 5


def test_baselines_are_of_the_designs_images_and_classes():
    design = homogeneous(image_size=64, classes=200)

    table = trained.costs({"homogeneous": design}, "differential")

    assert table["chip_edap_pj_ns_um2_gain_over_flash"].item() == pytest.approx(1)


def test_the_honest_gain_is_over_a_homogeneous_network_that_is_as_accurate():
    """At 0.8 between 0.7 and 0.9: EDAP is the geometric mean of 10 and 1000; a dominated network doesn't count."""
    table = pd.DataFrame(
        {
            "homogeneous": [True, True, True, False, False, False, True],
            "narrow": [True, True, True, False, False, False, False],
            "exact_accuracy": [0.9, 0.7, 0.65, 0.8, 0.95, 0.7, 0.96],
            "chip_edap_pj_ns_um2": [1000.0, 10.0, 20.0, 25.0, 5.0, 20.0, 1e6],
        }
    )

    gains = trained.gains_over_homogeneous(table, "chip")

    assert gains[3:6] == pytest.approx([4.0, 200.0, 0.5]), "above all narrow ones the most accurate one counts"
    assert np.isnan(gains[[0, 1, 2, 6]]).all()
    assert np.isnan(trained.gains_over_homogeneous(table.iloc[[0, 3]], "chip")).all(), "less accurate than all"
    assert np.isnan(trained.gains_over_homogeneous(table[3:6], "chip")).all()


def test_networks_of_different_recipes_are_not_compared(folder):
    path = folder / "half" / "result.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "settings": {"epochs": 12}}))

    with pytest.raises(SystemExit, match=r"homogeneous.*another settings than in half"):
        trained.read(folder)


def test_a_training_in_bfloat16_stands_beside_one_in_float32(folder):
    path = folder / "half" / "result.json"
    settings = {**RESULT["settings"], "bfloat16": True}
    path.write_text(json.dumps({**json.loads(path.read_text()), "settings": settings}))
    assert len(trained.read(folder)) == 2


def test_networks_may_choose_their_rows_but_not_how_signed_weights_are_held(folder):
    path = folder / "half" / "result.json"
    result = json.loads(path.read_text())
    path.write_text(json.dumps({**result, "array": {**result["array"], "crossbar_size": 256}}))
    assert len(trained.read(folder)) == 2

    path.write_text(json.dumps({**result, "array": {**result["array"], "weight_encoding": "offset"}}))
    with pytest.raises(SystemExit, match="another array than"):
        trained.read(folder)


def test_a_training_from_before_a_setting_had_its_default(folder):
    path = folder / "half" / "result.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "settings": {"epochs": 24, "cutout": 0}}))

    assert len(trained.read(folder)) == 2
