import pytest

from xpert_evo.analysis.names import array_said, said
from xpert_evo.design.design import ArrayDesign, homogeneous


@pytest.mark.parametrize(
    ("genes", "name"),
    [
        ({"width": 0.5, "adc_bits": 4, "input_bits": 4}, "half width, 4/4 bits"),
        ({}, "full width, 6/8 bits"),
        ({"weight_bits": 5}, "full width, 6/8 bits, 5-bit weights"),
        ({"width": 0.375, "adc_bits": 4, "input_bits": 3}, "3/8 width, 4/3 bits"),
    ],
)
def test_a_homogeneous_design_has_a_name_that_can_be_said(genes, name):
    assert said(homogeneous(**genes)) == name


def test_an_array_of_its_own_is_named():
    array = ArrayDesign(crossbar_size=128, crossbars_per_tile=16)
    design = homogeneous(width=0.5, weight_bits=5).model_copy(update={"array": array})
    assert said(design) == "half width, 6/8 bits, 5-bit weights, 128 rows, 16 a tile"
    assert array_said(homogeneous()) == []


def test_any_other_design_is_called_by_its_id():
    design = homogeneous(id="odd")
    layers = (design.layers[0].model_copy(update={"adc_bits": 3}), *design.layers[1:])
    assert said(design.model_copy(update={"layers": layers})) == "odd"
