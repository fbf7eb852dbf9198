"""Images as arrays: every form that is read, and every one that is refused."""

import numpy as np
import pytest

from tests.data.png_folders import arrays_of
from xpert_evo.data.image_arrays import images_of_arrays, images_of_npz
from xpert_evo.errors import InputError


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_may_stand_first_or_last_or_nowhere(channels):
    arrays = arrays_of(5, channels=channels)
    pixels = arrays["train_images"]
    forms = [pixels, pixels.transpose(0, 3, 1, 2), *([pixels[..., 0]] if channels == 1 else [])]
    read = [images_of_arrays("x", {**arrays, "train_images": form}).train.read(16, channels) for form in forms]
    assert all(np.array_equal(found, read[0][0]) and digest == read[0][1] for found, digest in read)
    assert read[0][0].shape == (12, channels, 16, 16)


def test_labels_may_be_any_numbers_or_names(tmp_path):
    arrays = arrays_of(5)
    named = {**arrays, "train_labels": np.array(["cat", "dog", "ant"])[arrays["train_labels"]]}
    assert images_of_arrays("x", named).class_names == ("ant", "cat", "dog")
    shifted = {**arrays, "train_labels": arrays["train_labels"][:, None] + 7}
    assert images_of_arrays("x", shifted).class_names == ("7", "8", "9")
    given = {**arrays, "class_names": np.array(["c", "a", "b"])}
    found = images_of_arrays("x", given)
    assert found.class_names == ("c", "a", "b") and set(found.train.labels) == {0, 1, 2}


def test_a_test_part_is_numbered_as_the_training_part_is():
    arrays = arrays_of(5)
    arrays |= {"train_labels": arrays["train_labels"] * 10, "val_images": arrays["train_images"][:2]}
    arrays["val_labels"] = np.array([20, 0])
    found = images_of_arrays("x", arrays)
    assert found.test().labels.tolist() == [2, 0] and found.test_images == 2
    assert "val_images are the test" in found.remarks[0]
    assert len(found.train.labels) == 15
    both = {**arrays, "test_images": arrays["train_images"][:1], "test_labels": np.array([10])}
    assert images_of_arrays("x", both).test().labels.tolist() == [1]
    assert images_of_arrays("x", both).remarks == ("x: val_images aren't read",)


def test_without_a_test_a_fifth_is_held_out():
    found = images_of_arrays("x", arrays_of(5))
    assert len(found.train.labels) == 12 and found.test().labels.tolist() == [0, 1, 2]
    assert "a fifth of the images" in found.remarks[0]


def changed(**arrays):
    whole = {**arrays_of(5), "test_images": arrays_of(1)["train_images"], "test_labels": np.arange(3)}
    return {key: value for key, value in {**whole, **arrays}.items() if value is not None}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (changed(train_image=np.zeros(3)), r"unknown array 'train_image'; valid are .*; did you mean train_images\?"),
        (changed(train_images=None), r"x: no array train_images"),
        (changed(test_labels=None), r"x: no array test_labels"),
        (changed(train_images=np.zeros((15, 16, 16))), r"train_images: float64; uint8, from 0 to 255"),
        (changed(train_images=np.zeros((15, 16, 16, 4), np.uint8)), r"train_images: \(15, 16, 16, 4\); .* 1 or 3"),
        (changed(train_images=np.zeros((15, 256), np.uint8)), r"train_images: \(15, 256\)"),
        (changed(train_images=np.zeros((15, 0, 16), np.uint8)), r"train_images: \(15, 0, 16, 1\)"),
        (changed(train_images=np.zeros((14, 16, 16), np.uint8)), r"train_images: 14 images, but train_labels has 15"),
        (changed(train_labels=np.zeros((15, 3), int)), r"train_labels: int64 \(15, 3\); a whole number or a name"),
        (changed(train_labels=np.arange(15.0)), r"train_labels: float64 \(15,\)"),
        (changed(train_labels=np.zeros(15, int)), r"train_labels: 1 class; at least 2"),
        (changed(test_labels=np.array([0, 1, 3])), r"test_labels: 3 is no class of the training images"),
        (changed(class_names=np.array(["a", "b"])), r"class_names: <U1 \(2,\); a text for each .* 3, from 0 to 2"),
    ],
)
def test_what_is_no_data_set_is_refused_in_a_line(arrays, message):
    with pytest.raises(InputError, match=message) as error:
        images_of_arrays("x", arrays)
    assert "\n" not in str(error.value)


def test_a_test_in_colour_does_not_fit_grey_training_images():
    found = images_of_arrays("x", changed(test_images=np.zeros((3, 16, 16, 3), np.uint8)))
    with pytest.raises(InputError, match="test_images: 3 channels, but train_images has 1"):
        found.test()


def test_a_file_holds_what_arrays_do(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, **changed())
    found, expected = images_of_npz(path), images_of_arrays("x", changed())
    assert found.train.read(16, 1)[1] == expected.train.read(16, 1)[1]
    assert np.array_equal(found.test().labels, expected.test().labels)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, **{**changed(), "train_labels": np.array([print] * 15, dtype=object)})
    with pytest.raises(InputError, match=r"x.npz: train_labels: can't be read \(.*allow_pickle"):
        images_of_npz(path)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no archive"])
def test_a_file_that_is_none_is_named(tmp_path, content):
    path = tmp_path / "x.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"x.npz: (No such file or directory|no .npz file); a folder of images or"):
        images_of_npz(path)


def test_a_damaged_file_is_named(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, **changed())
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x.npz: \w+: can't be read"):
        images_of_npz(path)
