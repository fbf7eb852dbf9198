"""CIFAR-10 in its original python files, through torchvision.

The batch files are pickles. torchvision compares each with its md5 before it unpickles anything.
"""

import hashlib
import tarfile
import tempfile
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np

from xpert_evo.data.folders import exists, read_bytes
from xpert_evo.data.images import Images
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.locations import DEFAULT_ROOT, VARIABLE, Say, find_folder, where_looked
from xpert_evo.errors import InputError

INFO = DatasetInfo(
    name="cifar10",
    label="CIFAR-10",
    description="photographs of ten kinds of animals and vehicles, 32 x 32 (A. Krizhevsky, 2009)",
    classes=10,
    image_size=32,
    image_channels=3,
    flip=True,
    train_images=50_000,
    test_images=10_000,
)


def load(
    *, train: bool, root: Path | None, download: bool, say: Say, files: Mapping[str, object] | None = None
) -> Images:
    """Finds the folder, or downloads it, and reads one part.

    Args:
        train: the training part, not the test part.
        root: folder that contains the data set's folder, or that folder; None: the usual places.
        download: whether it may be downloaded if it is nowhere.
        say: gets a line before a download.
        files: attributes of torchvision's CIFAR10 class to replace (`base_folder`, `train_list`, `test_list`,
            `meta`, with md5s; `url`, `filename`, `tgz_md5`). None: the official ones.
    """
    dataset_class = _torchvision_class(files)
    name = dataset_class.base_folder
    folder = find_folder(root, [name], [file for file, _ in _files(dataset_class)])
    if folder is None:
        looked = where_looked(root, [name])
        by_hand = f"extract {dataset_class.url} and set {VARIABLE} to the folder that then contains {name}"
        if not download:
            raise InputError(f"{INFO.label} not found: {looked}; allow the download, or {by_hand}")
        target = root or DEFAULT_ROOT
        say(f"{INFO.label} not found ({looked}): downloading {dataset_class.url} into {target.absolute()}")
        try:
            folder = _download(dataset_class, target)
        except (OSError, RuntimeError, EOFError, HTTPException, tarfile.TarError) as error:
            raise InputError(
                f"{INFO.label} not found ({looked}) and its download failed ({_one_line(error)}); {by_hand}"
            ) from error
    return read(folder, train=train, files=files)


def read(folder: Path, *, train: bool, files: Mapping[str, object] | None = None) -> Images:
    """One part from the files in `folder`, in the order of the files. `files` as in `load`.

    Raises:
        InputError: a file (of either part) is missing, unreadable or not what its md5 says.
    """
    dataset_class = _torchvision_class({**(files or {}), "base_folder": folder.name})
    try:
        dataset = dataset_class(folder.parent, train=train, download=False)
    except RuntimeError as error:  # torchvision has one message for everything: say which file, and what
        raise InputError(_what_is_wrong(folder, dataset_class) or f"{folder}: {_one_line(error)}") from error
    except OSError as error:
        raise InputError(f"{error.filename or folder}: cannot read it ({error.strerror})") from error
    pixels = np.ascontiguousarray(dataset.data.transpose(0, 3, 1, 2))
    source = f"{INFO.label}, {'train' if train else 'test'}: {len(pixels)} images"
    return Images(pixels, np.array(dataset.targets, dtype=np.int64), source)


def _torchvision_class(files: Mapping[str, object] | None) -> Any:
    from torchvision.datasets import CIFAR10

    return type("Cifar10", (CIFAR10,), dict(files or {}))


def _download(dataset_class: Any, target: Path) -> Path:
    """Downloads and extracts beside the final place, so that an interrupted download leaves no half folder.

    The folder is hidden: `find_folder` looks into those beside it.
    """
    from torchvision.datasets.utils import download_and_extract_archive

    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=target) as scratch:
        download_and_extract_archive(
            dataset_class.url, scratch, filename=dataset_class.filename, md5=dataset_class.tgz_md5
        )
        folder = target / dataset_class.base_folder
        if not folder.is_dir():  # another process may have been faster
            (Path(scratch) / dataset_class.base_folder).rename(folder)
        return folder


def _what_is_wrong(folder: Path, dataset_class: Any) -> str | None:
    """The first missing or corrupted file as a message, or None."""
    remedy = f"delete {folder} and get it again (it is downloaded where allowed)"
    for name, expected in _files(dataset_class):
        file = folder / name
        if not exists(file):
            return f"{INFO.label} is incomplete: {file} not found; {remedy}"
        content = read_bytes(file)
        actual = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if actual != expected:
            size = f"{len(content):,} bytes"
            return f"{INFO.label} is corrupted: {file} ({size}) has md5 {actual}, expected {expected}; {remedy}"
    return None


def _files(dataset_class: Any) -> list[tuple[str, str]]:
    """Name and md5 of each file."""
    meta = (dataset_class.meta["filename"], dataset_class.meta["md5"])
    return [*map(tuple, dataset_class.train_list), *map(tuple, dataset_class.test_list), meta]


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
