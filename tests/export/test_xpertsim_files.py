"""Files that are no layer table, or one written by another program: read, or refused in one line; never a traceback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpert_evo.design.design import homogeneous
from xpert_evo.errors import InputError
from xpert_evo.export.csv_rows import MOST_BYTES
from xpert_evo.export.xpertsim import read_table, write_table
from xpert_evo.export.xpertsim_rows import COLUMNS

LONGEST_MESSAGE = 500  # characters without the path; the twelve columns take 200


@pytest.fixture
def path(tmp_path):
    """A whole table."""
    write_table(homogeneous(), tmp_path / "table.csv")
    return tmp_path / "table.csv"


def refusal(path) -> str:
    """What is said of a file, behind its name."""
    with pytest.raises(InputError) as raised:
        read_table(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    said = message.removeprefix(f"{path}: ")
    assert len(said) < LONGEST_MESSAGE
    return said


@pytest.mark.parametrize(
    "changed",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b"\r"),
        lambda content: content + b"\n \n,,,,,,,,,,,\n",
        lambda content: content.rstrip(b"\n"),
        lambda content: content.replace(b",", b" , "),
        lambda content: ",".join(COLUMNS).encode() + b"\n" + content,
        lambda content: b"\xef\xbb\xbf" + ",".join(COLUMNS).upper().replace(" ", "_").encode() + b"\r\n" + content,
        lambda content: ",".join(name.partition(" (")[0] for name in COLUMNS).encode() + b"\n" + content,
    ],
    ids=[
        "mark",
        "windows",
        "old-mac",
        "blank-end",
        "no-last-end",
        "blanks",
        "header",
        "header-shouted",
        "header-short",
    ],
)
def test_what_other_programs_write_is_read(path, changed):
    path.write_bytes(changed(path.read_bytes()))
    assert read_table(path) == homogeneous()


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("x", "'x'"),
        ("", "''"),
        ("64.0", "'64.0'"),
        ("6e1", "'6e1'"),
        ("nan", "'nan'"),
        ("inf", "'inf'"),
        ("-3", "'-3'"),
        ("4097", "'4097'"),
        ("1" + "0" * 30, "'1" + "0" * 30 + "'"),
        ("9" * 6000, "'" + "9" * 29 + " ... " + "9" * 19 + "'"),
        ("6_4", "'6_4'"),
        ("٦٤", "'٦٤'"),
        ("6\x004", r"'6\x004'"),
    ],
    ids=lambda value: value[:8].replace("\x00", "NUL"),
)
def test_a_cell_that_is_no_whole_number_is_named(path, cell, shown):
    lines = path.read_text().splitlines()
    cells = lines[2].split(",")
    cells[5] = cell
    lines[2] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    assert refusal(path) == f"row 3, output channels: {shown}; a whole number from 0 to 4096 is wanted"


def test_rows_count_from_the_head_and_blank_lines_too(path):
    lines = path.read_text().replace("34,34,64,3,3,64,1", "34,34,64,3,3,64,7").splitlines()
    path.write_text("\n".join([",".join(COLUMNS), "", *lines]))
    assert refusal(path).startswith("row 5, max-pool (0 or 1): 7; vgg16 for images of 32 pixels has 1")


def test_ragged_rows_are_named(path):
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[2] + ",", *lines[3:]]))
    said = refusal(path)
    assert said.startswith("row 3: 13 columns ('34,34,64,3,3,64,1,1,8,1,8,6,')")
    assert said.endswith("; 12 are wanted, with commas between them")
    path.write_text("\n".join(lines).replace(",", ";"))
    assert refusal(path).startswith("row 1: 1 columns ('34;34;3;3;3;64;0;1;8;1;8;6'); 12 are wanted")


def test_a_head_with_other_names_is_named(path):
    names = list(COLUMNS)
    names[2] = "colour"
    path.write_text(",".join(names) + "\n" + path.read_text())
    said = refusal(path)
    assert said.startswith("row 1, input channels: the header has 'colour'; valid is padded input height, ")
    assert said.endswith("ADC precision (bits), or no header")
    path.write_text("a letter\nto somebody\n")
    assert refusal(path) == "row 1: 1 columns ('a letter'); 12 are wanted, with commas between them"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", ",".join(COLUMNS).encode()])
def test_a_table_without_rows_is_named(path, content):
    path.write_bytes(content)
    assert refusal(path).startswith("has no rows; vgg16 has 13 convolutions: 13 rows of 12 whole numbers, or 26 with")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"34,34,3\n\xff\xfe,3", "not UTF-8 (invalid start byte at byte 8); a layer table (CSV) is wanted"),
        ("34,34,3".encode("utf-16"), "is UTF-16 or UTF-32; a layer table (CSV) in UTF-8 is wanted"),
        (b"34,\n" + b"9" * 200_000, "row 2: not CSV (field larger than field limit (131072)); a layer table (CSV) is"),
        (b"\x00" * 100, r"row 1: 1 columns ('\x00\x00\x00"),
        (b'34,"34\n' + b"34,34\n" * 9, r"row 1: 2 columns ('34,34\n34,34\n34"),
    ],
    ids=["latin", "utf-16", "long-cell", "nul", "open-quote"],
)
def test_what_is_no_text_of_cells_is_named(path, content, says):
    path.write_bytes(content)
    assert refusal(path).startswith(says)


def test_files_that_cannot_be_read_are_named(path, tmp_path, monkeypatch):
    assert refusal(tmp_path / "nowhere.csv") == "No such file or directory; a layer table (CSV) is wanted"
    assert refusal(tmp_path) == "Is a directory; a layer table (CSV) is wanted"
    assert refusal(path / "table.csv") == "Not a directory; a layer table (CSV) is wanted"

    def locked(*_args, **_kwargs):  # root may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", locked)
    assert refusal(path) == "Permission denied; a layer table (CSV) is wanted"


def test_a_large_file_is_refused_before_it_is_read(path):
    with path.open("wb") as file:
        file.truncate(2**40)  # more than any memory
    assert refusal(path) == "larger than 1 MiB; a layer table (CSV) is wanted"
    path.write_bytes(b"34," * (MOST_BYTES // 3))
    assert refusal(path).startswith("row 1: 349526 columns ('34,34,")


CELL = st.integers(-5, 5000).map(str) | st.sampled_from(["", "nan", "1e9", "34", "3", "64", "512", "x", '"'])
TEXT = st.lists(st.lists(CELL, min_size=1, max_size=13).map(",".join), max_size=30).map("\n".join)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300) | TEXT.map(str.encode))
def test_whatever_is_in_a_file_one_line_says_it(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_bytes(content)
    refusal(path)


# Of the last convolution's row, the channels may be others: no convolution follows it.
@settings(max_examples=100, deadline=None)
@given(st.integers(0, 23), st.integers(0, 11), CELL)
def test_a_number_that_is_another_is_named(tmp_path_factory, row, column, cell):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    write_table(homogeneous(), path)
    rows = [line.split(",") for line in path.read_text().splitlines()]
    same, rows[row][column] = rows[row][column] == cell, cell
    path.write_text("\n".join(map(",".join, rows)))
    if same:
        assert read_table(path) == homogeneous()
    else:
        assert refusal(path).startswith("row ")
