"""Files of strangers: what is read, and the line in which the rest is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.errors import InputError, in_short
from xpert_evo.files import json_items, parse_toml, read_json, read_text, read_toml, require_unused

REFUSED = {
    b'{"a": 1, "a": 2}': "the key 'a' stands twice",
    b"[NaN]": "NaN is no number",
    b"[1e999]": "1e999 is no finite number",
    b"[" * 100_000: "nested too deeply",
    b"[" + b"9" * 6000 + b"]": "4300 digits",
    b"\xff\xfe[\x00]\x00": "UTF-16",
    b'"\xe4"': "not UTF-8",
    b"": "not JSON",
    b"[1": "not JSON",
}


@pytest.mark.parametrize("content", REFUSED, ids=[text[:12] for text in REFUSED.values()])
def test_json_that_means_nothing_is_refused_in_a_line(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    for read in (read_json, lambda *arguments: list(json_items(*arguments))):
        with pytest.raises(InputError) as refused:
            read(path, "a design file")
        message = str(refused.value)
        assert REFUSED[content] in message or content in (b"", b"[1")
        assert message.startswith(str(path)) and "\n" not in message and len(message) < 300


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json(path, "") == list(json_items(path, "")) == [1]
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(path, "") == {"a": 1}


def test_what_is_too_large_or_no_file_is_named(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b" " * 1001)
    with pytest.raises(InputError, match="larger than"):
        read_text(path, "a table", most_bytes=1000)
    for place, says in ((tmp_path / "nothing", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError, match=f"{says}.*a table is wanted"):
            read_text(place, "a table")
        with pytest.raises(InputError, match=says):
            next(json_items(place, "a table"))


@pytest.mark.parametrize("text", ["a = ", "a = 1\na = 2", "a = " + "[" * 5000, "\x00"])
def test_toml_that_is_none_is_refused(text):
    with pytest.raises(InputError, match=r"p\.toml: not TOML"):
        parse_toml(text, "p.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 0, 2]), st.integers(1, 40))
def test_items_of_a_list_are_those_that_json_reads(tmp_path_factory, items, indent, block):
    """Wherever a block of the file ends."""
    from xpert_evo import files

    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_text(json.dumps(items, indent=indent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_BLOCK", block)
        assert list(json_items(path, "")) == items


@pytest.mark.parametrize("text", ["[1] 2", "[1 2]", "[1,]", "[,1]", "1 2", "[1}", "{"])
def test_lists_with_something_wrong_between_the_items_are_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(InputError, match="not JSON"):
        list(json_items(path, ""))


def test_a_folder_in_use_is_left_alone(tmp_path):
    require_unused(tmp_path / "new")
    require_unused(tmp_path)
    (tmp_path / "thesis.tex").write_text("precious")
    for place in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(InputError, match="is in use"):
            require_unused(place)


def test_a_message_repeats_a_line_of_the_input_at_most():
    assert in_short("a\n b") == "a b"
    assert len(in_short("x" * 10_000)) <= 60
