"""Classes and training images of Tiny ImageNet in the layouts that people have."""

import codecs
import shutil

import numpy as np
import pytest

from tests.data.tiny_folders import assert_refused, jpeg, write_original
from xpert_evo.data import tinyimagenet


@pytest.fixture
def folder(tmp_path):
    return write_original(tmp_path / "tiny-imagenet-200")


def read(folder, *, train=True):
    return tinyimagenet.read(folder, train=train, classes=3)


def flatten(class_folder, into, operation=shutil.move):
    for image in sorted((class_folder / "images").iterdir()):
        operation(image, into / image.name)


def assert_equal(images, expected):
    assert np.array_equal(images.pixels, expected.pixels)
    assert images.labels.tolist() == expected.labels.tolist()
    assert images.source == expected.source


def test_train_without_images_folders(folder):
    expected = read(folder)
    for class_folder in (folder / "train").iterdir():
        flatten(class_folder, class_folder)
        (class_folder / "images").rmdir()
    assert_equal(read(folder), expected)
    assert expected.labels.tolist() == [0, 0, 1, 1, 2, 2]


def test_train_images_copied_out_of_images_count_once(folder):
    expected = read(folder)
    flatten(folder / "train" / "n01", folder / "train" / "n01", shutil.copy)
    assert_equal(read(folder), expected)


def test_wnids_missing_gives_the_same_labels(folder):
    expected = [read(folder, train=train) for train in (True, False)]
    (folder / "wnids.txt").unlink()
    for train, images in zip((True, False), expected, strict=True):
        assert_equal(read(folder, train=train), images)
    assert expected[1].labels.tolist() == [1, 0, 1]


def test_wnids_missing_and_too_few_class_folders(folder):
    (folder / "wnids.txt").unlink()
    shutil.rmtree(folder / "train" / "n02")
    for train in (True, False):
        message = assert_refused(
            folder, train, f"{folder / 'wnids.txt'} not found", f"{folder / 'train'} holds 2 class folders, expected 3"
        )
        assert "wnids.txt, or a folder for each class, is wanted" in message and "extract" not in message


@pytest.mark.parametrize("suffix", [".jpeg", ".jpg", ".JPG", ".Jpeg"])
def test_any_spelling_of_the_suffix(folder, suffix):
    expected = [read(folder, train=train) for train in (True, False)]
    for image in list(folder.rglob("*.JPEG")):
        image.rename(image.with_suffix(suffix))
    for train, images in zip((True, False), expected, strict=True):
        assert_equal(read(folder, train=train), images)


def test_two_suffixes_of_one_name_are_named(folder):
    first = folder / "train/n01/images/n01_0.JPEG"
    first.with_suffix(".jpg").write_bytes(jpeg(1))
    assert_refused(folder, True, f"{first}: stands beside n01_0.jpg; one image of a name is wanted")


@pytest.mark.parametrize("with_table", [True, False])
def test_hidden_files_are_not_there(folder, with_table):
    if not with_table:
        (folder / "wnids.txt").unlink()
    expected = [read(folder, train=train) for train in (True, False)]
    for path in list(folder.rglob("*")):
        (path.parent / f"._{path.name}").write_bytes(b"\0\5\26\7")
        (path.parent / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (folder / "train" / ".ipynb_checkpoints").mkdir()
    for train, images in zip((True, False), expected, strict=True):
        assert_equal(read(folder, train=train), images)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: codecs.BOM_UTF8 + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b" \n").replace(b"\t", b" \t "),
        lambda content: b" " + content,
        lambda content: content.rstrip(b"\n"),
    ],
    ids=["byte-order mark", "Windows line ends", "spaces around names", "space before", "no last line end"],
)
@pytest.mark.parametrize("table", ["wnids.txt", "val/val_annotations.txt"])
def test_tables_that_an_editor_changed(folder, table, change):
    expected = read(folder, train=False)
    (folder / table).write_bytes(change((folder / table).read_bytes()))
    assert_equal(read(folder, train=False), expected)


@pytest.mark.parametrize(("content", "counts"), [("n01\nn02\nn02\n", (3, 2)), ("n01\nn02\n", (2, 2)), ("", (0, 0))])
def test_the_classes_must_be_as_many_and_different(folder, content, counts):
    (folder / "wnids.txt").write_text(content)
    message = assert_refused(
        folder, True, "wnids.txt: {} classes, {} of them different, expected 3; one a line is wanted".format(*counts)
    )
    assert "extract" not in message


def test_a_class_without_images_is_named(folder):
    place = folder / "train" / "n02"
    for file in (place / "images").iterdir():
        file.unlink()
    named = f"{place}: no *.JPEG there or in {place / 'images'}; extract the archive again"
    assert_refused(folder, True, named)
    shutil.rmtree(place)
    (folder / "val" / "n02").mkdir()  # images of the class, but not for training
    shutil.move(folder / "val/images/val_2.JPEG", folder / "val/n02/val_2.JPEG")
    assert_refused(folder, True, named)


@pytest.mark.parametrize("place", ["n02/pictures", "more/n02/images", "all"])
def test_images_in_an_unknown_layout_are_not_called_missing(folder, place):
    (folder / "train" / place).mkdir(parents=True)
    flatten(folder / "train" / "n02", folder / "train" / place)
    stray = folder / "train" / place / "n02_0.JPEG"
    message = assert_refused(
        folder, True, f"{folder / 'train' / 'n02'}: no *.JPEG", f"{stray} is wanted in one of them"
    )
    assert "extract" not in message


def test_what_cannot_be_read_is_named_with_the_reason(folder, close):
    file = folder / "train/n01/images/n01_0.JPEG"
    close(file)
    assert_refused(folder, True, f"{file}: cannot read it (Permission denied)")
    close(file.parent)
    assert_refused(folder, True, f"{file.parent}: cannot list it (Permission denied)")
    close(folder / "wnids.txt")
    assert_refused(folder, True, f"{folder / 'wnids.txt'}: Permission denied")
    close(folder)
    assert_refused(folder, True, f"{folder / 'wnids.txt'}: cannot look at it (Permission denied)")


def test_a_folder_in_place_of_a_file_is_named(folder):
    (folder / "wnids.txt").unlink()
    (folder / "wnids.txt").mkdir()
    assert_refused(folder, True, f"{folder / 'wnids.txt'}: Is a directory")
