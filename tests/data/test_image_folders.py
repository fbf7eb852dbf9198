"""Where images of a user's own lie: parts, classes, what is left out and what is refused."""

import numpy as np
import pytest

from tests.data.png_folders import write_images
from xpert_evo.data.image_folders import images_of_folder
from xpert_evo.errors import InputError


def test_train_and_test_are_read_by_class_then_by_name(tmp_path):
    write_images(tmp_path / "train", {"b": 3, "a": 2})
    write_images(tmp_path / "test", {"a": 1, "b": 1})
    found = images_of_folder(tmp_path)
    assert found.class_names == ("a", "b") and found.test_images == 2 and found.remarks == ()
    assert [file.relative_to(tmp_path).as_posix() for file in found.train.files][:3] == [
        "train/a/000.png",
        "train/a/001.png",
        "train/b/000.png",
    ]
    assert found.train.labels.tolist() == [0, 0, 1, 1, 1] and found.test().labels.tolist() == [0, 1]


def test_val_is_the_test_where_there_is_no_other(tmp_path):
    for part in ("train", "val"):
        write_images(tmp_path / part, {"a": 2, "b": 2})
    (remark,) = images_of_folder(tmp_path).remarks
    assert "val is the test" in remark
    write_images(tmp_path / "test", {"a": 1, "b": 1})
    found = images_of_folder(tmp_path)
    assert found.test_images == 2 and found.remarks == (f"{tmp_path / 'val'} isn't read",)


@pytest.mark.parametrize("part", ["", "train"])
def test_without_a_test_a_fifth_of_every_class_is_held_out(tmp_path, part):
    write_images(tmp_path / part, {"a": 20, "b": 10})
    found, again = images_of_folder(tmp_path), images_of_folder(tmp_path)
    assert np.bincount(found.train.labels).tolist() == [16, 8]
    assert np.bincount(found.test().labels).tolist() == [4, 2]
    assert not set(found.train.files) & set(found.test().files)
    assert found.test().files == again.test().files
    assert "has no test/ or val/: a fifth of the images" in found.remarks[-1]


def test_folders_in_class_folders_count_and_what_is_no_image_is_told(tmp_path):
    write_images(tmp_path / "train", {"a": 2, "a/more": 3, "b": 5})
    write_images(tmp_path / "test", {"a": 1, "b": 1})
    (tmp_path / "train" / "a" / "notes.txt").touch()
    (tmp_path / "train" / "a" / "._000.png").touch()
    (tmp_path / "train" / ".thumbnails").mkdir()
    found = images_of_folder(tmp_path)
    assert np.bincount(found.train.labels).tolist() == [5, 5]
    (remark,) = found.remarks
    assert remark.startswith("1 files aren't named as images") and "notes.txt" in remark


def test_no_file_is_opened(tmp_path):
    write_images(tmp_path / "train", {"a": 2, "b": 2})
    write_images(tmp_path / "test", {"a": 1, "b": 1})
    for file in tmp_path.rglob("*.png"):
        file.write_bytes(b"no image")
    assert len(images_of_folder(tmp_path).train.labels) == 4


def test_the_stamp_changes_with_every_file(tmp_path):
    write_images(tmp_path / "train", {"a": 5, "b": 5})
    before = images_of_folder(tmp_path).stamp
    assert images_of_folder(tmp_path).stamp == before
    (tmp_path / "train" / "a" / "000.png").write_bytes(b"other")
    changed = images_of_folder(tmp_path).stamp
    (tmp_path / "train" / "a" / "000.png").rename(tmp_path / "train" / "a" / "x.png")
    assert len({before, changed, images_of_folder(tmp_path).stamp}) == 3


def nowhere(folder):
    folder.rmdir()


def a_test_alone(folder):
    write_images(folder / "test", {"a": 1, "b": 1})


def one_class(folder):
    write_images(folder / "train", {"a": 9})


def no_classes(folder):
    write_images(folder, {"": 9})


def an_empty_class(folder):
    write_images(folder / "train", {"a": 9, "b": 0})


def another_class_in_the_test(folder):
    write_images(folder / "train", {"a": 9, "b": 9})
    write_images(folder / "test", {"a": 1, "c": 1})


def a_class_without_test(folder):
    write_images(folder / "train", {"a": 9, "b": 9})
    write_images(folder / "test", {"a": 1})


def too_few(folder):
    write_images(folder, {"a": 2, "b": 2})


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (nowhere, r"images: no such folder; one of images \(train/CLASS"),
        (a_test_alone, r"images: has test/ but no train/"),
        (one_class, r"train: 1 folders of classes, at least 2 are wanted"),
        (no_classes, r"images: 0 folders of classes, at least 2 are wanted"),
        (an_empty_class, r"train/b: no image of .png.*; every class needs some"),
        (another_class_in_the_test, r"test/c: .*train has no class 'c'; its classes are a, b"),
        (a_class_without_test, r"test/b: no image of .png.*; every class of .*train is wanted in the test"),
        (too_few, r"images: 4 images are too few to hold out a fifth as the test"),
    ],
)
def test_what_is_no_data_set_is_refused_in_a_line(tmp_path, layout, message):
    folder = tmp_path / "images"
    folder.mkdir()
    layout(folder)
    with pytest.raises(InputError, match=message) as error:
        images_of_folder(folder)
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, close):
    write_images(tmp_path / "train", {"a": 9, "b": 9})
    close(tmp_path / "train" / "b")
    with pytest.raises(InputError, match=r"train/b: cannot list it \(Permission denied\)"):
        images_of_folder(tmp_path)
