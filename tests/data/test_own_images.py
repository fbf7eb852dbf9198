"""Images of a user's own as a data set: read, made alike, kept, recognised; never more of the test than its names."""

import json

import numpy as np
import pytest

from tests.data.png_folders import arrays_of, write_images
from xpert_evo.data import (
    ImageSettings,
    dataset_info,
    dataset_names,
    image_cache,
    image_settings,
    load_test,
    load_train,
    own_images,
    register_dataset,
)
from xpert_evo.data.listener import Lines
from xpert_evo.data.own_images import usual_size
from xpert_evo.data.settings import short_name
from xpert_evo.errors import InputError


@pytest.fixture(autouse=True)
def nothing_known(tmp_path, monkeypatch):
    """No image was decoded before, none was registered."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(own_images, "_registered", {})


@pytest.fixture
def folder(tmp_path):
    write_images(tmp_path / "mine" / "train", {"a": 4, "b": 4})
    write_images(tmp_path / "mine" / "test", {"a": 1, "b": 1})
    return tmp_path / "mine"


def test_a_folder_is_a_data_set(folder):
    name = f"folder:{folder}"
    info = dataset_info(name)
    assert (info.label, info.classes, info.image_size, info.image_channels) == ("mine", 2, 16, 3)
    assert (info.train_images, info.test_images, info.flip) == (8, 2, False)
    train, test = load_train(name), load_test(name)
    assert train.pixels.shape == (8, 3, 16, 16) and test.pixels.shape == (2, 3, 16, 16)
    fingerprint = image_settings(name).content.fingerprint
    assert train.source == f"mine, train: 2 classes x 4 images, fingerprint {fingerprint}"
    assert short_name(name) == "folder:mine" and short_name("folder:x/y.npz") == "folder:y"


def test_what_is_known_of_a_data_set_needs_none_of_its_test_images(folder):
    for file in (folder / "test").rglob("*.png"):
        file.write_bytes(b"no image")
    assert dataset_info(f"folder:{folder}").test_images == 2
    assert len(load_train(f"folder:{folder}")) == 8
    with pytest.raises(InputError, match=r"test/a/000.png: can't be read as an image"):
        load_test(f"folder:{folder}")


def test_images_of_several_sizes_want_one(folder):
    write_images(folder / "train", {"c": 1}, size=(40, 30))
    write_images(folder / "test", {"c": 1}, size=(7, 90))
    name = f"folder:{folder}"
    words = r"\(from 16 x 16 to 40 x 30 pixels, 2 sizes\) .*; images.size, .* is wanted \(--set images.size=64\)"
    with pytest.raises(InputError, match=words):
        dataset_info(name)
    settings, heard = ImageSettings(size=24), []
    assert load_train(name, own=settings, listener=Lines(heard.append)).pixels.shape == (9, 3, 24, 24)
    assert any(
        "from 16 x 16 to 40 x 30 pixels, 2 sizes) are resized to 24 x 24, cropped at the centre to squares" in line
        for line in heard
    )
    assert load_test(name, own=settings).pixels.shape == (3, 3, 24, 24)


@pytest.mark.parametrize(
    ("size", "usual"), [((16, 16), None), ((50, 50), None), ((8, 8), 32), ((300, 200), 64), ((40, 90), 32)]
)
def test_a_usual_size_is_for_images_that_cannot_stay_as_they_are(tmp_path, size, usual):
    write_images(tmp_path / "mine", {"a": 5, "b": 5}, size=size)
    assert usual_size(f"folder:{tmp_path / 'mine'}") == usual


@pytest.mark.parametrize(("modes", "channels"), [(("L", "1"), 1), (("L", "RGB"), 3), (("LA", "L"), 1), (("RGBA",), 3)])
def test_images_are_grey_where_all_are(tmp_path, modes, channels):
    for number, mode in enumerate(modes):
        write_images(tmp_path / "mine", {f"{number}a": 5, f"{number}b": 5}, mode=mode)
    heard = []
    assert load_train(f"folder:{tmp_path / 'mine'}", listener=Lines(heard.append)).pixels.shape[1] == channels
    assert any("are grey and get three equal channels" in line for line in heard) == (modes == ("L", "RGB"))
    assert any("laid over white" in line for line in heard) == ("LA" in modes or "RGBA" in modes)


def test_the_second_time_nothing_is_decoded_and_nothing_else_comes_out(folder, monkeypatch):
    name, settings = f"folder:{folder}", ImageSettings(size=20)
    first, heard = load_train(name, own=settings), []
    monkeypatch.setattr("xpert_evo.data.pictures.pixels_of", None)
    again = load_train(name, own=settings, listener=Lines(heard.append))
    assert np.array_equal(first.pixels, again.pixels) and first.source == again.source
    assert len(heard) == 1 and "are resized to 20 x 20" in heard[0]


@pytest.mark.parametrize("ending", ["json", "npy"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\x93NUMPY\x01\x00"])
def test_a_damaged_cache_is_made_again(folder, ending, content):
    name = f"folder:{folder}"
    first = load_train(name)
    (path,) = image_cache.cache_folder().glob(f"*.{ending}")
    path.write_bytes(content)
    assert np.array_equal(load_train(name).pixels, first.pixels)
    assert path.read_bytes() != content


def test_other_facts_in_the_cache_are_not_believed(folder):
    first = load_train(f"folder:{folder}")
    (path,) = image_cache.cache_folder().glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "side": 15}))
    assert np.array_equal(load_train(f"folder:{folder}").pixels, first.pixels)


def test_a_cache_that_cannot_be_written_is_no_fault(folder, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(load_train(f"folder:{folder}")) == 8


def test_images_are_known_by_content_and_not_by_place(folder, tmp_path):
    known = image_settings(f"folder:{folder}")
    folder.rename(tmp_path / "elsewhere")
    moved = f"folder:{tmp_path / 'elsewhere'}"
    assert image_settings(moved) == known and len(load_train(moved, own=known)) == 8
    write_images(tmp_path / "elsewhere" / "train", {"a": 1}, mode="L")
    other = rf"{moved}: holds other training images .* {known.content.fingerprint} is wanted"
    with pytest.raises(InputError, match=other):
        load_train(moved, own=known)
    with pytest.raises(InputError, match=other):
        load_test(moved, own=known)


@pytest.mark.parametrize("change", ["swap", "rename a class", "add"])
def test_every_change_is_another_fingerprint(folder, change):
    before = image_settings(f"folder:{folder}").content.fingerprint
    a = folder / "train" / "a"
    if change == "swap":
        (a / "000.png").rename(a / "zzz.png")
    elif change == "rename a class":
        for part in ("train", "test"):
            (folder / part / "a").rename(folder / part / "c")
    else:
        write_images(folder / "train", {"b": 5})
    assert image_settings(f"folder:{folder}").content.fingerprint != before


def test_what_is_known_needs_no_images(folder, tmp_path):
    name = f"folder:{folder}"
    known = image_settings(name)
    folder.rename(tmp_path / "gone")
    assert dataset_info(name, known).classes == 2 and image_settings(name, known) is known


def test_arrays_are_a_data_set_of_their_process():
    register_dataset("waves", arrays_of(5))
    assert dataset_names()[-1] == "waves" and dataset_info("waves").label == "waves"
    assert load_train("waves").pixels.shape == (12, 1, 16, 16) and len(load_test("waves")) == 3
    before = image_settings("waves").content.fingerprint
    register_dataset("waves", arrays_of(6))
    assert image_settings("waves").content.fingerprint != before


@pytest.mark.parametrize("name", ["digits", "folder:x", "", "a b", "x" * 65])
def test_a_name_that_is_taken_or_none_is_refused(name):
    with pytest.raises(InputError, match=r"a name of your own, .* taken are digits, cifar10, tinyimagenet"):
        register_dataset(name, arrays_of(5))


def test_arrays_of_another_process_are_known_but_not_there():
    register_dataset("waves", arrays_of(5))
    known = image_settings("waves")
    own_images._registered.clear()
    assert dataset_info("waves", known).classes == 3
    with pytest.raises(InputError, match=r"'waves': nobody registered images of this name"):
        load_train("waves", own=known)


@pytest.mark.parametrize("name", ["folder:", "folder:  ", "folder:a\0b"])
def test_a_path_that_is_none_is_refused(name):
    with pytest.raises(InputError, match=r"folder:PATH, a folder or an .npz file, is wanted"):
        dataset_info(name)


def test_settings_of_other_data_sets_are_refused():
    with pytest.raises(InputError, match=r"digits has images of its own; the table is for dataset = folder:PATH"):
        image_settings("digits", ImageSettings(size=16))


def test_more_than_memory_holds_is_refused(folder, monkeypatch):
    monkeypatch.setattr(own_images, "MOST_BYTES", 8 * 3 * 16**2 - 1)
    with pytest.raises(InputError, match=r"8 images of 16 x 16 pixels are more than .*; a smaller images.size"):
        load_train(f"folder:{folder}")
