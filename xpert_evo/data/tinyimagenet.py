"""Tiny ImageNet, complete or a subset of its images, as extracted or sorted into class folders.

Where its images may be: tinyimagenet_layout.py (classes and training part) and tinyimagenet_val.py.
Its test part has no public labels: the val part stands in for it, and no search looks at it.
"""

from io import BytesIO
from pathlib import Path

import numpy as np

from xpert_evo.data.folders import read_bytes
from xpert_evo.data.images import Images, counted
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.locations import VARIABLE, Say, find_folder, silent, where_looked
from xpert_evo.data.tinyimagenet_layout import class_names, list_train
from xpert_evo.data.tinyimagenet_val import list_val
from xpert_evo.errors import InputError

INFO = DatasetInfo(
    name="tinyimagenet",
    label="Tiny ImageNet",
    description="photographs of 200 ImageNet classes, 64 x 64 (Stanford CS231N, 2015); its val part is the test",
    classes=200,
    image_size=64,
    image_channels=3,
    flip=True,
    train_images=100_000,
    test_images=10_000,
)

FOLDERS = ("tiny-imagenet-200", "tiny-imagenet-200-subset")
URL = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
CONTENTS = ("wnids.txt", "train", "val")
REMEDY = "take this file from the archive again"


def load(*, train: bool, root: Path | None, download: bool, say: Say) -> Images:
    """Finds the folder (the complete one first) and reads one part; it is never downloaded."""
    folder = find_folder(root, FOLDERS, CONTENTS)
    if folder is None:
        raise InputError(
            f"{INFO.label} not found: {where_looked(root, FOLDERS)}; extract {URL} and set {VARIABLE} to the"
            f" folder that then contains {FOLDERS[0]}"
        )
    return read(folder, train=train, say=say)


def read(
    folder: Path,
    *,
    train: bool,
    say: Say = silent,
    classes: int = INFO.classes,
    image_size: int = INFO.image_size,
) -> Images:
    """One part of the data set in `folder`; classes are numbered in the order of their sorted wnids.

    Args:
        folder: holds wnids.txt, train and val; wnids.txt may be missing where train is there.
        train: the training part (in the order of torchvision's ImageFolder: by class, then by file name), not
            the val part (in the order of its annotations, or of the numbers in its file names without them).
        say: gets a line before the images are decoded.
        classes: how many there must be.
        image_size: side that every image must have.

    Raises:
        InputError: a file is missing, unreadable, truncated, of the wrong size, or does not fit the others; the
            images are in no layout that is read.
    """
    wnids = class_names(folder, classes)
    files, labels = list_train(folder, wnids) if train else list_val(folder, wnids)
    expected = INFO.train_images if train else INFO.test_images
    part = "train" if train else "val"
    source = f"{INFO.label}{'' if len(files) == expected else ' subset'}, {part}: {counted(labels)}"
    say(f"decoding {len(files)} images of {folder / part} ({source})")
    pixels = np.empty((len(files), 3, image_size, image_size), dtype=np.uint8)
    for index, file in enumerate(files):  # about 0.12 ms each; a thread pool was measured to be no faster
        pixels[index] = _decode(file, image_size)
    return Images(pixels, np.array(labels, dtype=np.int64), source)


def _decode(file: Path, image_size: int) -> np.ndarray:
    """Pixels uint8 (3, image_size, image_size) of one JPEG; grey ones get three equal channels."""
    from PIL import Image

    content = read_bytes(file)
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as image:
            size = image.size
            pixels = np.asarray(image.convert("RGB")) if size == (image_size, image_size) else None
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        reason = "not a JPEG" if isinstance(error, Image.UnidentifiedImageError) else str(error)
        raise InputError(f"{file} is corrupted ({len(content):,} bytes): {reason}; {REMEDY}") from error
    if pixels is None:
        raise InputError(f"{file}: {size[0]} x {size[1]} pixels, expected {image_size} x {image_size}; {REMEDY}")
    return pixels.transpose(2, 0, 1)
