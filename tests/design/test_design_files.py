import json

import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import load_designs, save_design
from xpert_evo.errors import InputError


@pytest.fixture
def baseline() -> dict:
    return homogeneous().to_json()


def write(tmp_path, content) -> str:
    path = tmp_path / "designs.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_file_and_design_are_the_same_there_and_back(tmp_path):
    design = homogeneous(width=0.5, adc_type="sar", id="half")
    save_design(design, tmp_path / "design.json")
    assert load_designs(tmp_path / "design.json") == [design]


def test_a_list_of_designs_loads_in_order(tmp_path, baseline):
    path = write(tmp_path, [baseline, {**baseline, "id": "second"}])
    assert [design.id for design in load_designs(path)] == [None, "second"]


def changed_layer(baseline: dict, **change) -> dict:
    layers = [dict(layer) for layer in baseline["layers"]]
    layers[4].update(change)
    return {**baseline, "layers": layers}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"adc_bits": 9}, ["layers.4.adc_bits", "9 is not modelled of flash ADCs; valid are 3 to 8"]),
        ({"adc_bits": 2, "adc_type": "sar"}, ["layers.4.adc_bits", "2 is not modelled of sar ADCs"]),
        ({"adc_bits": 11, "adc_type": "measured"}, ["layers.4.adc_bits", "less than or equal to 10"]),
        ({"adc_bits": 0, "adc_type": "measured"}, ["layers.4.adc_bits", "greater than or equal to 1"]),
        ({"adc_type": "../macro"}, ["layers.4.adc_type", "match pattern", "../macro"]),
        ({"adc_type": 1}, ["layers.4.adc_type", "string"]),
        ({"column_sharing": 0}, ["layers.4.column_sharing", "greater than or equal to 2"]),
        ({"rows": 3}, ["layers.4.rows", "unknown key"]),
        ({"channels": "many"}, ["layers.4.channels", "integer", "many"]),
    ],
)
def test_a_wrong_gene_is_named(tmp_path, baseline, change, named):
    with pytest.raises(InputError) as error:
        load_designs(write(tmp_path, changed_layer(baseline, **change)))
    for part in ["designs.json", *named]:
        assert part in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"classes": None}, "classes"),
        ({"colour": 1}, "colour: unknown key"),
        ({"backbone": "resnet"}, "valid are lenet5"),
        ({"image": {"size": 8, "channels": 3}}, "smallest is 16"),
        ({"format": "xpert-evo/design-9"}, "format"),
        ({"layers": []}, "13 layers on crossbars"),
    ],
)
def test_a_wrong_design_is_named(tmp_path, baseline, change, named):
    with pytest.raises(InputError, match=named):
        load_designs(write(tmp_path, {**baseline, **change}))


@pytest.mark.parametrize("content", ["{", "[]", "3", '"text"'])
def test_what_is_no_design_file_is_refused(tmp_path, content):
    with pytest.raises(InputError, match=r"designs\.json"):
        load_designs(write(tmp_path, content))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.json: No such file"):
        load_designs(tmp_path / "nowhere.json")
