"""The layer table, against the published genome as the original tool was given it, and there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hardware import golden
from xpert_evo.design.designs import Design, LayerDesign, homogeneous, load_designs
from xpert_evo.errors import InputError
from xpert_evo.export.xpertsim import COLUMNS, layer_rows, read_table, write_table

ADC_TYPE = {"flash": 1, "sar": 2}


@pytest.fixture
def published(pytestconfig) -> Design:
    """XPert's published CIFAR-10 design."""
    return load_designs(pytestconfig.rootpath / "results/published/network-models/xpert-cifar10.json")[0]


def test_the_published_genome_is_what_the_original_was_given(published):
    layers = golden.network_layers()["xpert-cifar10-published @ xpert-rram"]
    pools = (0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0)

    rows = layer_rows(published)

    assert len(rows) == len(layers) == 13 and {len(row) for row in rows} == {len(COLUMNS)} == {12}
    for row, layer, pool in zip(rows, layers.itertuples(), pools, strict=True):
        size, genes = layer.h_in_padded, (layer.cs, ADC_TYPE[layer.adc_type], layer.ip_bits, layer.ap_bits)
        assert row == (size, size, layer.c_in, 3, 3, layer.c_out, pool, 1, *genes)


def test_a_table_is_lines_of_numbers(published, tmp_path):
    write_table(published, tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert len(lines) == 13
    assert lines[0] == "34,34,3,3,3,128,0,1,16,1,4,6" and lines[6] == "10,10,256,3,3,512,1,1,4,2,4,5"


LAYER = st.builds(
    LayerDesign,
    channels=st.integers(1, 4096),
    column_sharing=st.integers(2, 64),
    adc_type=st.sampled_from(["flash", "sar"]),
    adc_bits=st.integers(3, 8),
    input_bits=st.integers(1, 8),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(LAYER, min_size=13, max_size=13), st.integers(16, 80), st.sampled_from([1, 3]), st.integers(2, 200))
def test_a_design_is_the_same_there_and_back(tmp_path_factory, layers, size, channels, classes):
    image = {"size": size, "channels": channels}
    design = Design(image=image, classes=classes, layers=tuple(layers))
    path = tmp_path_factory.mktemp("table") / "table.csv"
    write_table(design, path)
    assert read_table(path, backbone_name="vgg16", classes=classes) == design


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (7, 0, 8, "row 8, padded input height: 8; vgg16 for images of 32 pixels has 6"),
        (3, 2, 7, "row 4, input channels: 7; .* has 128"),
        (1, 6, 0, "row 2, max-pool"),
        (0, 7, 0, "row 1, padding"),
        (4, 9, 0, "row 5, ADC type .*: 0 is neither 1 nor 2"),
        (4, 11, 64, "layers.4.adc_bits: .*less than or equal to 8.*not 64"),
        (4, 8, "x", "row 5: holds what is no whole number"),
        (0, 0, 4, "image.size: 2 is too small"),
    ],
)
def test_a_table_of_another_network_is_refused(tmp_path, row, column, value, says):
    rows = [list(numbers) for numbers in layer_rows(homogeneous())]
    rows[row][column] = value
    path = tmp_path / "table.csv"
    path.write_text("\n".join(",".join(map(str, numbers)) for numbers in rows))
    with pytest.raises(InputError, match=f"table.csv: {says}"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "has no rows"), ("1,2\n", "row 1: 2 columns; 12 are wanted"), ("34," * 11 + "1\n", "has 1 rows")],
)
def test_what_is_no_table_is_named(tmp_path, content, says):
    path = tmp_path / "table.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=f"table.csv: {says}"):
        read_table(path)
    with pytest.raises(InputError, match="No such file"):
        read_table(tmp_path / "nowhere.csv")
