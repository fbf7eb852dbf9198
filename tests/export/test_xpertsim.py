"""The layer table, against the published genome as the original tool was given it, and there and back."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hardware import golden
from xpert_evo.design.design import Design, LayerDesign, homogeneous
from xpert_evo.design.design_files import load_designs
from xpert_evo.errors import InputError
from xpert_evo.export.xpertsim import read_table, write_table
from xpert_evo.export.xpertsim_fillers import filler_row
from xpert_evo.export.xpertsim_rows import COLUMNS, layer_rows

ADC_TYPE = {"flash": 1, "sar": 2}
LIKE_THE_FILLER = 7  # the convolution that has 64 to 512 channels in `like_the_filler`


@pytest.fixture
def published(pytestconfig) -> Design:
    """XPert's published CIFAR-10 design."""
    return load_designs(pytestconfig.rootpath / "results/published/network-models/xpert-cifar10.json")[0]


def like_the_filler() -> Design:
    """A design with one convolution of 64 to 512 channels, each with a periphery of its own."""
    design = homogeneous()
    layers = [
        layer.model_copy(update={"column_sharing": 2 + number, "input_bits": 1 + number % 8})
        for number, layer in enumerate(design.layers)
    ]
    layers[LIKE_THE_FILLER - 1] = layers[LIKE_THE_FILLER - 1].model_copy(update={"channels": 64})
    return design.model_copy(update={"layers": tuple(layers)})


def numbers(design: Design, *, fillers: bool = True) -> list[list[int]]:
    """The rows of a design's table, to be changed."""
    return [list(row) for layer in layer_rows(design) for row in (layer, filler_row(layer))[: 1 + fillers]]


def written(path, rows):
    """A table of those rows."""
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    return path


def test_the_published_genome_is_what_the_original_was_given(published):
    layers = golden.network_layers()["xpert-cifar10-published @ xpert-rram"]
    pools = (0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0)

    rows = layer_rows(published)

    assert len(rows) == len(layers) == 13 and {len(row) for row in rows} == {len(COLUMNS)} == {12}
    for row, layer, pool in zip(rows, layers.itertuples(), pools, strict=True):
        size, genes = layer.h_in_padded, (layer.cs, ADC_TYPE[layer.adc_type], layer.ip_bits, layer.ap_bits)
        assert row == (size, size, layer.c_in, 3, 3, layer.c_out, pool, 1, *genes)
        filler = (layer.filler_h, layer.filler_h, 64, 3, 3, 512, 0, 1, *genes)
        assert filler_row(row) == filler


def test_a_table_is_lines_of_numbers_a_filler_after_every_convolution(published, tmp_path):
    write_table(published, tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert len(lines) == 26
    assert lines[0] == "34,34,3,3,3,128,0,1,16,1,4,6" and lines[12] == "10,10,256,3,3,512,1,1,4,2,4,5"
    assert lines[1] == "34,34,64,3,3,512,0,1,16,1,4,6" and lines[13] == "10,10,64,3,3,512,0,1,4,2,4,5"


def test_the_filler_is_turned_round_beside_a_layer_that_is_like_it(tmp_path):
    design = like_the_filler()
    write_table(design, tmp_path / "table.csv")
    rows = [line.split(",") for line in (tmp_path / "table.csv").read_text().splitlines()]
    channels = [(int(row[2]), int(row[5])) for row in rows[1::2]]
    assert channels == [(64, 512)] * 7 + [(512, 64)] + [(64, 512)] * 5
    assert [row[8:] for row in rows[::2]] == [row[8:] for row in rows[1::2]]
    assert read_table(tmp_path / "table.csv") == design


LAYER = st.builds(
    LayerDesign,
    channels=st.integers(1, 4096) | st.sampled_from([64, 512]),  # the fillers' own
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
    assert read_table(written(path, numbers(design, fillers=False)), classes=classes) == design


def test_tables_as_xpert_published_them_are_read(published, tmp_path):
    sizes = golden.network_layers()["xpert-cifar10-published-csv-sizes @ xpert-rram"]
    rows = numbers(published)
    for number, layer in enumerate(sizes.itertuples()):
        convolution, filler = rows[2 * number : 2 * number + 2]
        convolution[:2], filler[:2] = [layer.h_in_padded] * 2, [layer.filler_h] * 2
        convolution[6] = 0
    assert [row[0] for row in rows[14:]] == [8, 6] * 3 + [8, 4] * 3
    assert read_table(written(tmp_path / "table.csv", rows)).layers == published.layers


def test_0_is_sar_as_2_is(tmp_path):
    design = homogeneous(adc_type="sar")
    rows = numbers(design)
    for number in (0, 1, 3, 4):  # a convolution with its filler, a filler, a convolution
        rows[number][9] = 0
    assert read_table(written(tmp_path / "table.csv", rows)) == design


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (7, 0, 8, "row 8, padded input width: 6; vgg16 for images of 32 pixels has 8 there"),
        (7, 0, 7, "row 8, padded input height: 7; vgg16 for images of 32 pixels has 6 there"),
        (3, 0, 8, "row 4, padded input height: 8; .* has 18"),
        (3, 2, 7, "row 4, input channels: 7; .* has 128"),
        (1, 6, 0, "row 2, max-pool .*: 0; .* has 1 there"),
        (0, 7, 0, "row 1, padding: 0; .* has 1 there"),
        (4, 9, 3, "row 5, ADC type .*: 3; valid are 1, flash, and 0 or 2, SAR"),
        (4, 11, 64, r"row 5, ADC precision \(bits\): 64; valid is 3 to 8$"),
        (4, 8, 1, "row 5, columns an ADC: 1; valid is 2 to 64$"),
        (4, 10, 9, "row 5, input bits: 9; valid is 1 to 8$"),
        (4, 5, 0, "row 5, output channels: 0; valid is 1 to 4096$"),
        (0, 0, 4, "row 1, padded input height: 4; valid is 18 to 1026$"),
        (0, 2, 65, "row 1, input channels: 65; valid is 1 to 64$"),
    ],
)
def test_a_table_of_another_network_is_refused(tmp_path, row, column, value, says):
    rows = numbers(homogeneous(), fillers=False)
    rows[row][column] = value
    with pytest.raises(InputError, match=f"table.csv: {says}"):
        read_table(written(tmp_path / "table.csv", rows))


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (
            5,
            2,
            128,
            "row 6: 128 to 512 channels; .* row above, 64 to 512 channels, is wanted",
        ),
        (15, 5, 128, "row 16: 512 to 128 channels; .* row above, 512 to 64 channels, is wanted"),
        (5, 0, 20, "row 6, padded input height: 20; the filler row of this layer of vgg16 .* has 18 there"),
        (5, 3, 1, "row 6, kernel height: 1; the filler row .* has 3 there"),
        (3, 6, 1, "row 4, max-pool .*: 1; the filler row .* has 0 there"),
        (5, 8, 33, "row 6, columns an ADC: 33; the filler row .* has 4 there"),
        (5, 9, 0, "row 6, ADC type .*: 0; the filler row .* has 1 there"),
        (5, 10, 8, "row 6, input bits: 8; the filler row .* has 3 there"),
    ],
)
def test_a_filler_that_is_none_is_refused(tmp_path, row, column, value, says):
    rows = numbers(like_the_filler())
    rows[row][column] = value
    with pytest.raises(InputError, match=f"table.csv: {says}"):
        read_table(written(tmp_path / "table.csv", rows))


def test_a_table_that_mixes_is_refused(tmp_path):
    path, whole, plain = tmp_path / "table.csv", numbers(homogeneous()), numbers(homogeneous(), fillers=False)
    with pytest.raises(InputError, match="row 6: 128 to 128 channels; the table has filler rows"):
        read_table(written(path, whole[:5] + whole[6:]))
    with pytest.raises(InputError, match=r"row 4: a filler row \(64 to 512 channels\), though the first .* has none"):
        read_table(written(path, plain[:3] + whole[5:6] + plain[3:]))
    with pytest.raises(InputError, match=r"row 4, input channels: 64; vgg16 .* has 128 there"):
        read_table(written(path, plain[:3] + whole[5:6] + plain[4:]))
    wanted = "vgg16 has 13 convolutions: 13 rows of 12 whole numbers, or 26 with a filler row after each"
    like_it = numbers(like_the_filler(), fillers=False)  # its convolution of 64 to 512 channels is no filler
    for rows in (whole[:24], plain[:12], plain + plain[-1:], plain[:1], whole[:25], like_it[:12]):
        with pytest.raises(InputError, match=f"table.csv: has {len(rows)} rows; {wanted}"):
            read_table(written(path, rows))


def test_the_table_loads_nothing_heavy():
    code = (
        "import sys, xpert_evo.export.xpertsim, xpert_evo.export.table_kinds\n"
        "print(*sys.modules.keys() & {'torch', 'sklearn', 'pymoo', 'pandas', 'matplotlib'})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_adcs_that_xpertsim_has_not_are_refused(tmp_path):
    with pytest.raises(InputError, match="adc_type: XPertSim has no survey ADCs; valid are flash, sar"):
        write_table(homogeneous(adc_type="survey"), tmp_path / "table.csv")
    assert not list(tmp_path.iterdir())
