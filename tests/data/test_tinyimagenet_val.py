"""The val part of Tiny ImageNet in the layouts that people have."""

import shutil

import numpy as np
import pytest

from tests.data.tiny_folders import VAL, assert_refused, decoded, write_original
from xpert_evo.data import tinyimagenet

CLASS_FOLDERS = ["val/{}", "val/{}/images", "val/images/{}"]


@pytest.fixture
def folder(tmp_path):
    return write_original(tmp_path / "tiny-imagenet-200")


def put(folder, name, place, operation=shutil.move):
    """Brings a val image into a folder. Returns its new path."""
    target = folder / place / f"{name}.JPEG"
    target.parent.mkdir(parents=True, exist_ok=True)
    operation(folder / "val" / "images" / target.name, target)
    return target


def sort(folder, place, operation=shutil.move):
    for name, wnid in VAL.items():
        put(folder, name, place.format(wnid), operation)


def assert_read(folder, contents, names, labels):
    images = tinyimagenet.read(folder, train=False, classes=3)
    assert images.labels.tolist() == labels
    for pixels, name in zip(images.pixels, names, strict=True):
        assert np.array_equal(pixels, decoded(contents[name]))


@pytest.fixture
def contents(folder):
    """The images' bytes before anything is moved."""
    return {name: (folder / "val" / "images" / f"{name}.JPEG").read_bytes() for name in VAL}


@pytest.mark.parametrize("remains", ["an empty images folder", "no images folder"])
@pytest.mark.parametrize("place", CLASS_FOLDERS)
def test_class_folders_without_the_table_are_in_the_order_of_numbers(folder, contents, place, remains):
    sort(folder, place)
    (folder / "val" / "val_annotations.txt").unlink()
    if remains == "no images folder" and place != "val/images/{}":
        (folder / "val" / "images").rmdir()
    assert_read(folder, contents, ["val_2", "val_7", "val_10"], [1, 1, 0])


@pytest.mark.parametrize("place", CLASS_FOLDERS)
def test_class_folders_with_the_table_are_in_its_order(folder, contents, place):
    sort(folder, place)
    assert_read(folder, contents, ["val_2", "val_10", "val_7"], [1, 0, 1])


def test_the_same_images_are_the_same_arrays_in_every_layout(folder):
    """In the original the table is in the order of numbers."""
    table = folder / "val" / "val_annotations.txt"
    rows = table.read_text().splitlines(keepends=True)
    table.write_text("".join([rows[0], rows[2], rows[1]]))
    original = tinyimagenet.read(folder, train=False, classes=3)
    sort(folder, "val/{}")
    table.unlink()
    (folder / "wnids.txt").unlink()
    moved = tinyimagenet.read(folder, train=False, classes=3)
    assert np.array_equal(moved.pixels, original.pixels)
    assert moved.labels.tolist() == original.labels.tolist() == [1, 1, 0]
    assert moved.source == original.source == "Tiny ImageNet subset, val: 2 classes x 1 to 2 images"


def test_numbers_count_whatever_stands_before_them(folder, contents):
    place = folder / "val"
    put(folder, "val_2", "val/n02").rename(place / "n02" / "n02_0.JPEG")
    put(folder, "val_7", "val/n02").rename(place / "n02" / "n02_1.JPEG")
    put(folder, "val_10", "val/n01").rename(place / "n01" / "n01_0.JPEG")
    (place / "val_annotations.txt").unlink()
    assert_read(folder, contents, ["val_10", "val_2", "val_7"], [0, 1, 1])


def test_equal_names_in_two_class_folders_are_two_images(folder, contents):
    put(folder, "val_2", "val/n02").rename(folder / "val" / "n02" / "0.JPEG")
    put(folder, "val_7", "val/n03").rename(folder / "val" / "n03" / "0.JPEG")
    put(folder, "val_10", "val/n01").rename(folder / "val" / "n01" / "0.JPEG")
    (folder / "val" / "val_annotations.txt").unlink()
    assert_read(folder, contents, ["val_10", "val_2", "val_7"], [0, 1, 2])


@pytest.mark.parametrize("with_table", [True, False])
@pytest.mark.parametrize("place", CLASS_FOLDERS)
def test_originals_left_beside_their_copies_count_once(folder, contents, place, with_table):
    sort(folder, place, shutil.copy)
    if with_table:
        assert_read(folder, contents, ["val_2", "val_10", "val_7"], [1, 0, 1])
    else:
        (folder / "val" / "val_annotations.txt").unlink()
        assert_read(folder, contents, ["val_2", "val_7", "val_10"], [1, 1, 0])


def test_sorted_in_part(folder, contents):
    put(folder, "val_10", "val/n01")
    put(folder, "val_7", "val")
    assert_read(folder, contents, ["val_2", "val_10", "val_7"], [1, 0, 1])


def test_a_class_folder_may_have_no_images(folder, contents):
    sort(folder, "val/{}")
    (folder / "val" / "n03").mkdir()
    (folder / "val" / "boxes").mkdir()
    assert_read(folder, contents, ["val_2", "val_10", "val_7"], [1, 0, 1])


def test_neither_class_folders_nor_table(folder):
    (folder / "val" / "val_annotations.txt").unlink()
    put(folder, "val_2", "val/n02")
    message = assert_refused(
        folder,
        False,
        f"{folder / 'val'} holds images in no class folder (2) and val_annotations.txt is missing",
        "val/<wnid>/*.JPEG are wanted, or val/images/*.JPEG and val/val_annotations.txt",
    )
    assert "extract" not in message


@pytest.mark.parametrize("place", CLASS_FOLDERS)
@pytest.mark.parametrize("named_in", ["wnids.txt", "train"])
def test_a_class_folder_that_train_does_not_have(folder, place, named_in):
    put(folder, "val_2", place.format("n09"))
    if named_in == "train":
        (folder / "wnids.txt").unlink()
    named = folder / place.format("n09").removesuffix("/images")
    message = assert_refused(folder, False, f"{named}: holds images, but its name is no class of {named_in}")
    assert "extract" not in message


def test_a_folder_that_contradicts_the_table(folder):
    file = put(folder, "val_2", "val/n01")
    message = assert_refused(folder, False, f"{file}: is of n02 in {folder / 'val/val_annotations.txt'}")
    assert "one label is wanted" in message and "extract" not in message


@pytest.mark.parametrize("remains", ["nothing", "folders", "val"])
def test_an_empty_val(folder, remains):
    shutil.rmtree(folder / "val")
    if remains != "nothing":
        (folder / "val").mkdir()
    if remains == "folders":
        for name in ("images", "n01"):
            (folder / "val" / name).mkdir()
        (folder / "val" / "val_annotations.txt").write_text("")
    message = assert_refused(folder, False, f"{folder / 'val'}: no *.JPEG in class folders or in images;")
    assert "val/<wnid>/*.JPEG are wanted" in message and "extract" not in message


def test_images_that_are_nowhere_need_the_archive(folder):
    (folder / "val" / "images" / "val_10.JPEG").unlink()
    named = f"{folder / 'val/images/val_10.JPEG'} not found, nor in a class folder (1 of 3 are not)"
    end = "; extract the archive again, or remove from val_annotations.txt what you don't have"
    assert assert_refused(folder, False, named).endswith(end)
    for name in ("val_2", "val_7"):
        put(folder, name, f"val/{VAL[name]}")
    assert assert_refused(folder, False, named).endswith(end)
    shutil.rmtree(folder / "val" / "n02")
    assert assert_refused(folder, False, "val_2.JPEG", "(3 of 3 are not)").endswith("; extract the archive again")


@pytest.mark.parametrize("place", ["val/sorted/{}", "validation/{}", "val_by_class/{}/images"])
def test_images_in_an_unknown_layout_are_not_called_missing(folder, place):
    sort(folder, place)
    stray = folder / place.format("n02") / "val_2.JPEG"
    message = assert_refused(
        folder,
        False,
        f"{folder / 'val/images/val_2.JPEG'} not found",
        f"it is {stray}, but val/<wnid>/*.JPEG are wanted",
    )
    assert "extract" not in message


@pytest.mark.parametrize(
    ("annotations", "words"),
    [
        ("val_2.JPEG\tn02\nval_10.JPEG\tn0", ["line 2", "no class of wnids.txt in 'val_10.JPEG\\tn0'"]),
        ("val_2.JPEG\tn02\nval_2.JPEG\tn01\n", ["line 2", "second row of 'val_2.JPEG'"]),
        ("val_2.JPEG\tn02\nval_2.jpg\tn02\n", ["line 2", "second row of 'val_2.jpg'"]),
        ("\tn02\n", ["line 1", "no file in '\\tn02'"]),
        ("val_2.JPEG\tn02\n", ["no row for 2 of 3 images", "val_10.JPEG"]),
        ("\n", ["line 1", "no class of wnids.txt in ''"]),
        ("", ["no row for 3 of 3 images"]),
    ],
)
def test_annotations_that_do_not_fit_are_named(folder, annotations, words):
    (folder / "val" / "val_annotations.txt").write_text(annotations)
    message = assert_refused(folder, False, "val_annotations.txt", "wanted", *words)
    assert "extract" not in message


def test_an_unknown_class_where_the_folders_of_train_count(folder):
    (folder / "wnids.txt").unlink()
    (folder / "val" / "val_annotations.txt").write_text("val_2.JPEG\tn09\n")
    assert_refused(folder, False, "line 1: no class of train in 'val_2.JPEG\\tn09'")


def test_a_table_that_is_no_text_is_named(folder):
    table = folder / "val" / "val_annotations.txt"
    table.write_bytes(b"\xff\xd8\xff\xe0")
    assert "extract" not in assert_refused(folder, False, f"{table}: not UTF-8")


def test_what_cannot_be_read_is_named_with_the_reason(folder, close):
    image = put(folder, "val_2", "val/n02")
    for path, how in ((image, "cannot read it"), (image.parent, "cannot list it")):
        close(path)
        assert_refused(folder, False, f"{path}: {how} (Permission denied)")
    table = folder / "val" / "val_annotations.txt"
    close(table)
    assert_refused(folder, False, f"{table}: Permission denied")
    close(folder / "val")
    assert_refused(folder, False, f"{table}: cannot look at it (Permission denied)")
