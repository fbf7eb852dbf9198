from pathlib import Path

import pytest

from xpert_evo.whole import whole, write_whole


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "front.csv"
    path.write_text("old")
    with whole(path) as unfinished:
        assert unfinished.suffix == ".csv" and unfinished.parent == tmp_path
        unfinished.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "problem.toml"
    write_whole(path, "old")
    with pytest.raises(type(error)), whole(path) as unfinished:
        unfinished.write_text("half")
        raise error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="POSIX has it")
def test_a_device_stays_one():
    write_whole(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()
