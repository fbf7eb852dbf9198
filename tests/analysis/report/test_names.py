import pytest

from xpert_evo.analysis.report.names import called, gene_name, genes_in_short
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.genes import GENES
from xpert_evo.design.networks.registry import backbone


@pytest.mark.parametrize(
    ("genes", "name"),
    [
        ({}, "homogeneous VGG16, 8 columns to a 6-bit flash ADC, 8-bit inputs"),
        (
            {"width": 0.5, "column_sharing": 4, "adc_bits": 8, "adc_type": "sar", "input_bits": 4},
            "homogeneous VGG16, half the width, 4 columns to an 8-bit SAR ADC, 4-bit inputs",
        ),
        (
            {"weight_bits": 5},
            "homogeneous VGG16, 8 columns to a 6-bit flash ADC, 8-bit inputs, 5-bit weights",
        ),
        (
            {"network": backbone("resnet20")},
            "homogeneous ResNet-20, 8 columns to a 6-bit flash ADC, 8-bit inputs",
        ),
        ({"width": 0.375}, "homogeneous VGG16, width 0.375, 8 columns to a 6-bit flash ADC, 8-bit inputs"),
    ],
)
def test_baselines_are_called_by_what_they_are(genes, name):
    assert called(homogeneous(**genes).named(), homogeneous=True) == name


def test_what_was_searched_is_called_by_its_id():
    assert called(homogeneous(id="odd"), homogeneous=False) == "co-searched odd"


def test_genes_are_ranges_over_the_layers():
    assert "4-bit survey ADCs" in genes_in_short(homogeneous(adc_bits=4, adc_type="survey"))
    design = homogeneous(input_bits=5, adc_bits=4, adc_type="sar")
    assert genes_in_short(design) == "64–512 channels, 5-bit inputs, 4-bit SAR ADCs, 8 columns to an ADC"
    layers = (design.layers[0].model_copy(update={"adc_type": "flash", "adc_bits": 8}), *design.layers[1:])
    mixed = design.model_copy(update={"layers": layers})
    assert genes_in_short(mixed) == "64–512 channels, 5-bit inputs, 4–8-bit flash/SAR ADCs, 8 columns to an ADC"


def test_weights_are_told_of_where_some_have_other_than_eight_bits():
    layers = list(homogeneous(input_bits=5).layers)
    layers[3] = layers[3].model_copy(update={"weight_bits": 5})
    short = genes_in_short(homogeneous(input_bits=5).model_copy(update={"layers": tuple(layers)}))
    assert short == "64–512 channels, 5-bit inputs, 5–8-bit weights, 6-bit flash ADCs, 8 columns to an ADC"


def test_an_array_of_its_own_is_told():
    design = Design.model_validate({**homogeneous().to_json(), "array": {"crossbar_size": 128}})
    assert genes_in_short(design).endswith("8 columns to an ADC, crossbar size 128")


def test_every_gene_has_a_name():
    assert all("_" not in gene_name(gene) for gene in GENES)
