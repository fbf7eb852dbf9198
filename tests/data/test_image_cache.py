"""What was decoded is kept, up to a bound: what was used least recently goes first."""

import os

import numpy as np
import pytest

from xpert_evo.data import image_cache

PIXELS = np.zeros((10, 1, 16, 16), dtype=np.uint8)
ENTRY_BYTES = 3_000  # with the header


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Room for two entries, and two in it of which the first is older."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(image_cache, "MOST_BYTES", 2 * ENTRY_BYTES)
    for age, key in ((200, "first"), (100, "second")):
        image_cache.keep(key, {"side": 16}, PIXELS)
        long_ago(key, age)
    return image_cache.cache_folder()


def long_ago(key: str, seconds: int) -> None:
    path = image_cache.cache_folder() / f"{key}.npy"
    when = path.stat().st_mtime - seconds
    os.utime(path, (when, when))


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_oldest_goes_with_its_facts(folder):
    image_cache.keep("third", {"side": 16}, PIXELS)
    assert names(folder) == {f"{key}.{ending}" for key in ("second", "third") for ending in ("json", "npy")}
    assert image_cache.kept("first") is None and np.array_equal(image_cache.kept("second").read(), PIXELS)


def test_what_was_asked_for_is_not_the_oldest(folder):
    assert image_cache.kept("first").facts == {"side": 16}
    image_cache.keep("third", {"side": 16}, PIXELS)
    assert image_cache.kept("first") is not None and image_cache.kept("second") is None


def test_what_was_made_last_stays_though_it_be_too_large(folder, monkeypatch):
    monkeypatch.setattr(image_cache, "MOST_BYTES", 1)
    image_cache.keep("third", {"side": 16}, PIXELS)
    assert names(folder) == {"third.json", "third.npy"}


def test_what_a_killed_process_left_goes_too(folder):
    (folder / ".unfinished-1-x.npy").write_bytes(bytes(ENTRY_BYTES))
    long_ago(".unfinished-1-x", 300)
    image_cache.keep("third", {"side": 16}, PIXELS)
    assert ".unfinished-1-x.npy" not in names(folder)
