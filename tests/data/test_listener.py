"""Who waits for images to be read is told how many are, and for how long still."""

import numpy as np
import pytest

from tests.data.png_folders import arrays_of, write_images
from xpert_evo.data import ImageSettings, image_folders, listener, load_test, load_train, own_images, register_dataset
from xpert_evo.data.listener import Lines, counting
from xpert_evo.data.own_images import usual_size
from xpert_evo.errors import InputError


class Heard:
    """Notes a line as it is, and a count as what is counted, how many of how many, and whether it was ended."""

    def __init__(self):
        self.said, self.counts, self.counting = [], [], None

    def say(self, text):
        assert self.counting is None, "a line is said while a bar moves"
        self.said.append(text)

    def begin(self, what, total):
        assert self.counting is None
        self.counting = [what, 0, total]

    def add(self, images):
        self.counting[1] += images

    def end(self):
        self.counts.append(tuple(self.counting))
        self.counting = None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_images(tmp_path / "mine" / "train", {"a": 4, "b": 3})
    write_images(tmp_path / "mine" / "test", {"a": 1, "b": 1})
    return tmp_path / "mine"


def test_images_are_counted_while_they_are_read_and_not_when_they_are_kept(folder):
    first, again = Heard(), Heard()
    for heard in (first, again):
        load_train(f"folder:{folder}", listener=heard)
        load_test(f"folder:{folder}", listener=heard)
    assert first.said[:2] == [f"reading {count} images of {folder}" for count in (7, 2)]
    assert first.counts == [(what, count, count) for count in (7, 2) for what in ("looking at sizes", "reading")]
    assert again.said == [] and again.counts == []


def test_a_line_comes_before_the_first_image_is_opened(folder, monkeypatch):
    def opened(file):
        raise InputError(f"{heard.said}")

    monkeypatch.setattr("xpert_evo.data.pictures.form_of", opened)
    for begin, read in (("reading", load_train), ("looking at", usual_size)):
        heard = Heard()
        with pytest.raises(InputError, match=f"{begin} 7 images of "):
            read(f"folder:{folder}", listener=heard)


def test_a_count_ends_at_an_image_that_cannot_be_read(folder):
    (folder / "train" / "b" / "000.png").write_bytes(b"no image")
    heard = Heard()
    with pytest.raises(InputError, match=r"b/000.png"):
        load_train(f"folder:{folder}", listener=heard)
    assert heard.counts == [("looking at sizes", 4, 7)] and heard.counting is None


def test_many_files_are_counted_while_they_are_looked_through(folder, monkeypatch):
    monkeypatch.setattr(image_folders, "MANY", 9)
    heard = Heard()
    load_train(f"folder:{folder}", listener=heard)
    assert heard.counts[0] == ("looking for changes in mine", 9, 9)


def test_arrays_are_counted_while_they_are_resized(monkeypatch):
    monkeypatch.setattr(own_images, "_registered", {})
    register_dataset("waves", arrays_of(5))
    heard = Heard()
    small = load_train("waves", own=ImageSettings(size=8), listener=heard)
    assert small.pixels.shape == (12, 1, 8, 8) and np.ptp(small.pixels) > 50
    assert heard.counts == [("resizing", 12, 12)]


def test_lines_tell_the_time_that_is_left(monkeypatch):
    now = iter([0.0, 10.0, 30.0, 40.0])
    monkeypatch.setattr(listener.time, "monotonic", lambda: next(now))
    said = []
    with counting(Lines(said.append), "reading", 90) as done:
        for _ in range(3):
            done()
    assert said == ["reading: 2 of 90 images, about 0:22:00 left"], "every 20 seconds"
