"""NeuroSim's tables, which have no genes: what they are and what they lack is said, and nothing is made up."""

import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.errors import InputError
from xpert_evo.export.table_kinds import looks_like_table
from xpert_evo.export.xpertsim import read_table
from xpert_evo.export.xpertsim_rows import COLUMNS, layer_rows

WHAT = "8 columns: a NeuroSim network table, which lacks columns an ADC, ADC type, input bits, ADC precision: "


def refusal(path, lines) -> str:
    """What is said of a table of those lines, behind its name."""
    path = path / "table.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError) as raised:
        read_table(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: {WHAT}") and "\n" not in message
    return message.removeprefix(f"{path}: {WHAT}")


def vgg16() -> list[str]:
    """The standard network as NeuroSim has it, with unpadded sizes and the stride for the padding."""
    return [
        ",".join(map(str, (row.padded_height - 2, row.padded_width - 2, *row[2:7], 1)))
        for row in layer_rows(homogeneous())
    ]


def test_a_table_of_the_backbone_lacks_the_genes_alone(tmp_path):
    said = refusal(tmp_path, vgg16())
    assert said == (
        "its kernels, channels and pools are vgg16's; a design needs 12 columns, in this order: " + ", ".join(COLUMNS)
    )
    head = "height,width,in,rows,columns,out,pool,stride"
    assert refusal(tmp_path, [head, *vgg16()]) == said


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        (4, "8,8,128,3,3,256,0,2", "row 5, stride: 2; only stride 1 is modelled"),
        (4, "8,8,128,1,1,256,0,1", "row 5, kernel height: 1; vgg16 has 3 there"),
        (4, "8,8,128,3,5,256,0,1", "row 5, kernel width: 5; vgg16 has 3 there"),
        (4, "8,8,24,3,3,256,0,1", "row 5, input channels: 24; vgg16 has 128 there"),
        (3, "16,16,128,3,3,128,0,1", "row 4, max-pool (0 or 1): 0; vgg16 has 1 there"),
        (4, "8,8,128,3,3,256,0,x", "row 5, stride: 'x'; a whole number from 0 to 4096 is wanted"),
        (4, "8,8,128,3,3,256", "row 5: 6 columns ('8,8,128,3,3,256'); 8 are wanted, with commas between them"),
    ],
)
def test_the_row_that_the_backbone_has_not_is_named(tmp_path, row, line, says):
    lines = vgg16()
    lines[row] = line
    assert refusal(tmp_path, lines) == says


def test_another_number_of_layers_is_named(tmp_path):
    eight = [*vgg16()[:6], "1,1,4096,1,1,1024,0,1", "1,1,1024,1,1,10,0,1"]
    assert refusal(tmp_path, eight) == "it has 8 layers; vgg16 has 13 convolutions"
    strided = [*vgg16(), "4,4,512,3,3,512,0,2"]
    assert refusal(tmp_path, strided) == "row 14, stride: 2; only stride 1 is modelled"


def test_texts_are_known_by_their_numbers():
    twelve = "\n".join(",".join(map(str, row)) for row in layer_rows(homogeneous()))
    assert looks_like_table(twelve) == "an XPertSim table"
    assert looks_like_table("\ufeff" + twelve.replace("\n", "\r\n") + "\r\n\r\n") == "an XPertSim table"
    assert looks_like_table(",".join(COLUMNS) + "\n" + twelve) == "an XPertSim table"
    assert looks_like_table(twelve.replace("34", "34.5")) == "an XPertSim table"
    assert looks_like_table("\n".join(vgg16())) == "a NeuroSim network table"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        ",".join(COLUMNS),
        "1,2,3",
        "\n".join([",".join("12345678"), ",".join("123456789abc")]),
        "hardware," + ",".join("1234567"),
        "a,b,c,d,e,f,g,h\n1,2,3,4,5,6,7,8",
        '{"format": "xpert-evo/design-1"}',
        "9" * 200_000,
    ],
    ids=["nothing", "blank", "head", "3", "ragged", "word", "other-head", "json", "long-cell"],
)
def test_other_texts_are_neither(text):
    assert looks_like_table(text) is None
