"""Where data sets are looked for."""

import pytest

from xpert_evo.data.locations import find_folder, where_looked
from xpert_evo.errors import InputError

NAMES = ("whole", "part")


def find(root):
    return find_folder(root, NAMES, ("train", "table.txt"))


@pytest.fixture
def fill(tmp_path):
    """Makes a folder that holds something of the data set."""

    def make(name):
        (tmp_path / name / "train").mkdir(parents=True)
        return tmp_path / name

    return make


@pytest.mark.parametrize(
    "name", ["whole", "part", "whole/whole", "part/part", "some/whole", "some/part", "some thing/whole"]
)
def test_in_the_root_and_one_level_down(tmp_path, fill, name):
    assert find(tmp_path) is None
    assert fill(name) == find(tmp_path)


@pytest.mark.parametrize("name", ["some", "some/thing/whole", ".some/whole", "other/whole/whole", "wholly"])
def test_nowhere_else(tmp_path, fill, name):
    fill(name)
    assert find(tmp_path) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("whole", "part"),
        ("whole", "whole/whole"),
        ("part", "some/whole"),
        ("z/whole", "a/part"),
        ("a/whole", "z/whole"),
    ],
)
def test_the_nearer_then_the_preferred_name_comes_first(tmp_path, fill, first, second):
    fill(second)
    assert fill(first) == find(tmp_path)


def test_the_root_itself(fill, monkeypatch, tmp_path):
    whole = fill("some/whole")
    assert find(whole) == whole
    monkeypatch.chdir(whole / "train")
    assert find(whole / "train" / "..").samefile(whole)
    (tmp_path / "link").symlink_to(whole)
    assert find(tmp_path / "link") == tmp_path / "link"
    (tmp_path / "part").symlink_to(fill("another"))
    assert find(tmp_path / "part") == tmp_path / "part"


def test_an_emptied_folder_is_found_in_the_root_alone(tmp_path):
    (tmp_path / "some" / "whole").mkdir(parents=True)
    assert find(tmp_path) is None
    assert find(tmp_path / "some") == tmp_path / "some" / "whole"
    assert find(tmp_path / "some" / "whole") is None


def test_the_variable_comes_before_data_whatever_the_level(tmp_path, fill, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XPERT_EVO_DATA", str(tmp_path / "mine"))
    fill("data/whole")
    assert str(find(None)) == "data/whole"
    assert fill("mine/some/whole") == find(None)


def test_a_file_in_place_of_a_folder_is_passed_over(tmp_path):
    (tmp_path / "whole").write_text("")
    assert find(tmp_path) is None
    assert find(tmp_path / "whole") is None


def test_a_closed_root_is_named_and_a_closed_neighbour_is_passed_over(tmp_path, fill, close):
    expected = fill("some/whole")
    (tmp_path / "another").mkdir()
    close(tmp_path / "another")
    assert find(tmp_path) == expected
    close(tmp_path)
    with pytest.raises(InputError, match=rf"^{tmp_path}/\w+: cannot look at it \(Permission denied\)$"):
        find(tmp_path)


def test_a_neighbour_that_leads_nowhere_is_passed_over(tmp_path, fill):
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "gone").symlink_to("nothing")
    assert fill("some/whole") == find(tmp_path)


def test_where_looked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XPERT_EVO_DATA", raising=False)
    data, end = tmp_path / "data", ", nor one with its files a level down"
    assert where_looked(data, NAMES) == f"no folder whole or part in {data}{end}"
    assert where_looked(None, NAMES) == f"no folder whole or part in {data} (XPERT_EVO_DATA is not set){end}"
    monkeypatch.setenv("XPERT_EVO_DATA", "/nowhere")
    assert where_looked(None, NAMES) == f"no folder whole or part in /nowhere (XPERT_EVO_DATA) or {data}{end}"
