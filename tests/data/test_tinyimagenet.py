"""Tiny ImageNet from a folder of the original layout with three classes."""

import io

import numpy as np
import pytest
from PIL import Image

from xpert_evo.data import dataset_info, load_test, load_train, tinyimagenet
from xpert_evo.errors import InputError

WNIDS = ["n03", "n01", "n02"]  # as in the original, not sorted


def jpeg(seed: int, *, size: tuple[int, int] = (64, 64), mode: str = "RGB") -> bytes:
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    image = Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def decoded(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).transpose(2, 0, 1)


@pytest.fixture
def folder(tmp_path):
    """Three classes with two training images each, three val images; one of each part is grey."""
    folder = tmp_path / "tiny-imagenet-200-subset"
    (folder / "val" / "images").mkdir(parents=True)
    (folder / "wnids.txt").write_text("\n".join(WNIDS) + "\n")
    for number, wnid in enumerate(WNIDS):
        images = folder / "train" / wnid / "images"
        images.mkdir(parents=True)
        for k in (0, 10):
            mode = "L" if (wnid, k) == ("n01", 10) else "RGB"
            (images / f"{wnid}_{k}.JPEG").write_bytes(jpeg(10 * number + k, mode=mode))
        (folder / "train" / wnid / f"{wnid}_boxes.txt").write_text("")
    rows = []
    for k, wnid in ((2, "n02"), (10, "n01"), (7, "n02")):
        (folder / "val" / "images" / f"val_{k}.JPEG").write_bytes(jpeg(k, mode="L" if k == 7 else "RGB"))
        rows.append(f"val_{k}.JPEG\t{wnid}\t0\t0\t63\t63\n")
    (folder / "val" / "val_annotations.txt").write_text("".join(rows))
    return folder


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
        "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
    ):
        assert part in message
    assert "\n" not in message


def assert_refused(folder, train, *words):
    with pytest.raises(InputError) as error:
        tinyimagenet.read(folder, train=train, classes=3)
    message = str(error.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
@pytest.mark.parametrize("train", [True, False])
def test_a_truncated_image_is_named(folder, train, kept):
    file = folder / ("train/n02/images/n02_10.JPEG" if train else "val/images/val_7.JPEG")
    content = file.read_bytes()[:kept]
    file.write_bytes(content)
    message = assert_refused(folder, train, f"{file} is corrupted ({len(content):,} bytes)")
    assert "not found" not in message


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


@pytest.mark.parametrize(
    ("file", "train"),
    [
        ("wnids.txt", True),
        ("wnids.txt", False),
        ("val/val_annotations.txt", False),
        ("val/images/val_10.JPEG", False),
    ],
)
def test_a_missing_file_is_named(folder, file, train):
    (folder / file).unlink()
    message = assert_refused(folder, train, f"{folder / file} not found")
    assert "corrupted" not in message


def test_a_class_without_images_is_named(folder):
    for file in (folder / "train/n02/images").iterdir():
        file.unlink()
    assert_refused(folder, True, f"{folder / 'train/n02/images'}: no *.JPEG found")


def test_the_classes_must_be_as_many_and_different(folder):
    (folder / "wnids.txt").write_text("n01\nn02\nn02\n")
    assert_refused(folder, True, "wnids.txt: 3 classes, 2 of them different, expected 3")
    (folder / "wnids.txt").write_text("n01\nn02\n")
    assert_refused(folder, True, "wnids.txt: 2 classes, 2 of them different, expected 3")


@pytest.mark.parametrize(
    ("annotations", "words"),
    [
        ("val_2.JPEG\tn02\nval_10.JPEG\tn0", ["line 2", "no class of wnids.txt in 'val_10.JPEG\\tn0'"]),
        ("val_2.JPEG\tn02\nval_2.JPEG\tn01\n", ["line 2", "second row of 'val_2.JPEG'"]),
        ("val_2.JPEG\tn02\n", ["no row for 2 of 3 images", "val_10.JPEG"]),
        ("\n", ["line 1"]),
    ],
)
def test_annotations_that_do_not_fit_are_named(folder, annotations, words):
    (folder / "val" / "val_annotations.txt").write_text(annotations)
    assert_refused(folder, False, "val_annotations.txt", *words)


def test_info():
    info = dataset_info("tinyimagenet")
    assert (info.classes, info.image_size, info.image_channels, info.flip) == (200, 64, 3, True)
