"""Tiny ImageNet from a folder of the original layout with three classes."""

import numpy as np
import pytest
from PIL import Image

from tests.data.tiny_folders import assert_refused, decoded, jpeg, write_original
from xpert_evo.data import dataset_info, load_test, load_train, tinyimagenet
from xpert_evo.errors import InputError


@pytest.fixture
def folder(tmp_path):
    return write_original(tmp_path / "tiny-imagenet-200-subset")


def test_train_is_in_image_folder_order_with_sorted_wnids(folder):
    from torchvision.datasets import ImageFolder

    images = tinyimagenet.read(folder, train=True, classes=3)
    reference = ImageFolder(folder / "train")
    assert images.labels.tolist() == reference.targets == [0, 0, 1, 1, 2, 2]
    for index, (image, _) in enumerate(reference):
        assert np.array_equal(images.pixels[index], np.asarray(image).transpose(2, 0, 1))
    assert images.source == "Tiny ImageNet subset, train: 3 classes x 2 images"


def test_val_follows_its_annotations_and_grey_images_get_three_equal_channels(folder):
    said = []
    images = tinyimagenet.read(folder, train=False, classes=3, say=said.append)
    assert images.labels.tolist() == [1, 0, 1]
    for pixels, k in zip(images.pixels, (2, 10, 7), strict=True):
        assert np.array_equal(pixels, decoded((folder / "val" / "images" / f"val_{k}.JPEG").read_bytes()))
    assert np.array_equal(images.pixels[2, 0], images.pixels[2, 1])
    assert images.source == "Tiny ImageNet subset, val: 2 classes x 1 to 2 images"
    assert said == [f"decoding 3 images of {folder / 'val'} ({images.source})"]


def test_the_complete_folder_is_preferred(folder):
    (folder.parent / "tiny-imagenet-200").mkdir()
    with pytest.raises(InputError, match=r"tiny-imagenet-200/wnids\.txt not found"):
        load_train("tinyimagenet", root=folder.parent)


@pytest.mark.parametrize(
    ("place", "root_below"),
    [
        ("tiny-imagenet-200", "tiny-imagenet-200"),
        ("tiny-imagenet-200-subset", "tiny-imagenet-200-subset"),
        ("tiny-imagenet-200/tiny-imagenet-200", ""),
        ("tiny-imagenet-200/tiny-imagenet-200", "tiny-imagenet-200"),
        ("datasets/tiny-imagenet-200", ""),
    ],
)
def test_the_folder_itself_and_one_level_down(tmp_path, place, root_below):
    folder = write_original(tmp_path / "root" / place)
    (folder / "wnids.txt").write_text("n01\n")
    for function in (load_train, load_test):
        with pytest.raises(InputError, match=rf"^{folder / 'wnids.txt'}: 1 classes"):
            function("tinyimagenet", root=tmp_path / "root" / root_below)


@pytest.mark.parametrize("function", [load_train, load_test])
def test_found_nowhere_says_where_it_looked_and_how_to_get_it(tmp_path, monkeypatch, function):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XPERT_EVO_DATA", raising=False)
    with pytest.raises(InputError) as error:
        function("tinyimagenet")
    message = str(error.value)
    for part in (
        "Tiny ImageNet not found: no folder tiny-imagenet-200 or tiny-imagenet-200-subset in",
        f"{tmp_path / 'data'} (XPERT_EVO_DATA is not set)",
        "nor one with its files a level down",
        "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
    ):
        assert part in message
    assert "\n" not in message


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
@pytest.mark.parametrize("train", [True, False])
def test_a_truncated_image_is_named(folder, train, kept):
    file = folder / ("train/n02/images/n02_10.JPEG" if train else "val/images/val_7.JPEG")
    content = file.read_bytes()[:kept]
    file.write_bytes(content)
    message = assert_refused(folder, train, f"{file} is corrupted ({len(content):,} bytes)")
    assert message.endswith("; take this file from the archive again") and "not found" not in message


def test_every_truncation_is_noticed(tmp_path):
    content = jpeg(1, size=(16, 16))
    file = tmp_path / "image.JPEG"
    for kept in range(len(content)):
        file.write_bytes(content[:kept])
        with pytest.raises(InputError, match="corrupted"):
            tinyimagenet._decode(file, 16)


def test_another_format_or_size_is_named(folder):
    file = folder / "train/n01/images/n01_0.JPEG"
    file.write_bytes(jpeg(1, size=(64, 60)))
    assert_refused(folder, True, f"{file}: 64 x 60 pixels, expected 64 x 64")
    Image.new("RGB", (64, 64)).save(file, "PNG")
    assert_refused(folder, True, f"{file} is corrupted", "not a JPEG")


def test_info():
    info = dataset_info("tinyimagenet")
    assert (info.classes, info.image_size, info.image_channels, info.flip) == (200, 64, 3, True)
