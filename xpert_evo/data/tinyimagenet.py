"""Tiny ImageNet in its original folders, complete or a subset of its images.

    wnids.txt                               the classes, one a line
    train/<wnid>/images/*.JPEG
    val/images/*.JPEG, val/val_annotations.txt    rows of file, wnid, box, separated by tabs

Its test part has no public labels: the val part stands in for it, and no search looks at it.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from xpert_evo.data.images import Images
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.locations import VARIABLE, Say, find_folder, silent, where_looked
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
REMEDY = "extract the archive again"


def load(*, train: bool, root: Path | None, download: bool, say: Say) -> Images:
    """Finds the folder (the complete one first) and reads one part; it is never downloaded."""
    folder = find_folder(root, FOLDERS)
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
        folder: holds wnids.txt, train and val.
        train: the training part (in the order of torchvision's ImageFolder: by class, then by file name), not
            the val part (in the order of its annotations).
        say: gets a line before the images are decoded.
        classes: how many wnids.txt must name.
        image_size: side that every image must have.

    Raises:
        InputError: a file is missing, truncated, of the wrong size, or does not fit the others.
    """
    wnids = _read_wnids(folder / "wnids.txt", classes)
    files, labels = _list_train(folder, wnids) if train else _list_val(folder, wnids)
    expected = INFO.train_images if train else INFO.test_images
    part = "train" if train else "val"
    source = f"{INFO.label}{'' if len(files) == expected else ' subset'}, {part}: {_counts(labels)}"
    say(f"decoding {len(files)} images of {folder / part} ({source})")
    pixels = np.empty((len(files), 3, image_size, image_size), dtype=np.uint8)
    for index, file in enumerate(files):  # about 0.12 ms each; a thread pool was measured to be no faster
        pixels[index] = _decode(file, image_size)
    return Images(pixels, np.array(labels, dtype=np.int64), source)


def _read_wnids(file: Path, classes: int) -> list[str]:
    wnids = sorted(_read_text(file).split())
    if len(set(wnids)) != len(wnids) or len(wnids) != classes:
        raise InputError(
            f"{file}: {len(wnids)} classes, {len(set(wnids))} of them different, expected {classes}; {REMEDY}"
        )
    return wnids


def _list_train(folder: Path, wnids: list[str]) -> tuple[list[Path], list[int]]:
    files: list[Path] = []
    labels: list[int] = []
    for label, wnid in enumerate(wnids):
        of_class = sorted((folder / "train" / wnid / "images").glob("*.JPEG"))
        if not of_class:
            raise InputError(f"{folder / 'train' / wnid / 'images'}: no *.JPEG found; {REMEDY}")
        files += of_class
        labels += [label] * len(of_class)
    return files, labels


def _list_val(folder: Path, wnids: list[str]) -> tuple[list[Path], list[int]]:
    table = folder / "val" / "val_annotations.txt"
    label_of = {wnid: label for label, wnid in enumerate(wnids)}
    labels: dict[str, int] = {}
    for number, row in enumerate(_read_text(table).splitlines(), start=1):
        name, _, rest = row.partition("\t")
        wnid = rest.partition("\t")[0]
        if wnid not in label_of or name in labels:
            problem = f"second row of {name!r}" if name in labels else f"no class of wnids.txt in {row!r}"
            raise InputError(f"{table}, line {number}: {problem}; {REMEDY}")
        labels[name] = label_of[wnid]
    images = folder / "val" / "images"
    found = {file.name for file in images.glob("*.JPEG")}
    if missing := sorted(labels.keys() - found):
        raise InputError(f"{images / missing[0]} not found ({len(missing)} of {len(labels)} are not); {REMEDY}")
    if unlabelled := sorted(found - labels.keys()):
        raise InputError(
            f"{table}: no row for {len(unlabelled)} of {len(found)} images, {unlabelled[0]} first; {REMEDY}"
        )
    if not labels:
        raise InputError(f"{table}: no rows; {REMEDY}")
    return [images / name for name in labels], list(labels.values())


def _counts(labels: Sequence[int]) -> str:
    """'200 classes x 100 images', or their range."""
    counts = np.unique(labels, return_counts=True)[1]
    each = f"{counts.min()}" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"
    return f"{len(counts)} classes x {each} images"


def _decode(file: Path, image_size: int) -> np.ndarray:
    """Pixels uint8 (3, image_size, image_size) of one JPEG; grey ones get three equal channels."""
    from PIL import Image

    content = _read_bytes(file)
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


def _read_text(file: Path) -> str:
    try:
        return _read_bytes(file).decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is corrupted: {error}; {REMEDY}") from error


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{file} not found; {REMEDY}") from error
    except OSError as error:
        raise InputError(f"{file}: cannot read it ({error.strerror})") from error
