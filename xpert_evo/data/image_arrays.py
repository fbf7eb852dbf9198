"""Images of a user's own as arrays, in an .npz file or in memory.

train_images   uint8 (N, H, W), (N, H, W, C) or (N, C, H, W), C = 1 or 3
train_labels   (N,) or (N, 1): whole numbers, or names of classes
test_images    and test_labels, else val_images and val_labels, as the test; else a fifth is held out
class_names    (K,), where labels are 0 .. K - 1; may be left out
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np

from xpert_evo.data.held_out import REMARK, held_out
from xpert_evo.data.pictures import OwnImages, PicturesInArray
from xpert_evo.errors import InputError, did_you_mean, in_short

PARTS = ("train", "test", "val")
NAMES = "class_names"
KEYS = (*(f"{part}_{what}" for part in PARTS for what in ("images", "labels")), NAMES)
MOST_BYTES = 16 * 2**30  # of an .npz file's content

Get = Callable[[str], np.ndarray]


def images_of_npz(path: Path) -> OwnImages:
    """The images of an .npz file; nothing in it is unpickled.

    Raises:
        InputError: the file can't be read, or its arrays are none of labelled images.
    """

    def get(key: str) -> np.ndarray:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return np.asarray(arrays[key])
        except (ValueError, OSError, KeyError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
            raise InputError(f"{path}: {key}: can't be read ({in_short(str(error), 120)})") from error

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        found = path.stat()
    except (OSError, zipfile.BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no .npz file"
        raise InputError(f"{path.absolute()}: {reason}; a folder of images or an .npz of arrays is wanted") from error
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise InputError(f"{path}: holds more than {MOST_BYTES // 2**30} GiB; a folder of images is wanted")
    stamp = hashlib.sha256(f"{path.resolve()} {found.st_size} {found.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    return _images(str(path), [member.filename.removesuffix(".npy") for member in members], get, stamp.hexdigest())


def images_of_arrays(name: str, arrays: Mapping[str, np.ndarray]) -> OwnImages:
    """The images of arrays by their keys.

    Raises:
        InputError: they are none of labelled images.
    """
    return _images(name, list(arrays), lambda key: np.asarray(arrays[key]), None)


def _images(where: str, keys: Collection[str], get: Get, stamp: str | None) -> OwnImages:
    unknown = [key for key in keys if key not in KEYS]
    if unknown:
        raise InputError(
            f"{where}: unknown array {in_short(repr(unknown[0]))}; valid are {', '.join(KEYS)}"
            f"{did_you_mean(unknown[0], KEYS)}"
        )
    parts = [part for part in PARTS if {f"{part}_images", f"{part}_labels"} & set(keys)]
    for key in ("train_images", *(f"{part}_{what}" for part in ("train", *parts) for what in ("images", "labels"))):
        if key not in keys:
            raise InputError(f"{where}: no array {key}; each part's images and labels are wanted")
    given = _labels(get, where, "train")
    names, labels = _classes(given, get(NAMES) if NAMES in keys else None, where)
    train = PicturesInArray(_pixels(get, where, "train", len(labels)), labels)
    if len(parts) == 1:
        train_rows, test_rows = held_out(labels, where)
        remarks = [f"{where} has no test_images or val_images: {REMARK}"]
        whole = train
        return OwnImages(
            where,
            names,
            whole.take(train_rows),
            lambda: whole.take(test_rows),
            len(test_rows),
            tuple(remarks),
            stamp,
        )
    part, unread = parts[1], parts[2:]
    wanted = _numbered(_labels(get, where, part), given, labels, f"{where}: {part}_labels")
    remarks = [f"{where}: {other}_images aren't read" for other in unread]
    if part != "test":
        remarks.append(f"{where}: {part}_images are the test: no search looks at them")

    def test() -> PicturesInArray:
        return PicturesInArray(_pixels(get, where, part, len(wanted), train.pixels.shape[3]), wanted)

    return OwnImages(where, names, train, test, len(wanted), tuple(remarks), stamp)


def _labels(get: Get, where: str, part: str) -> np.ndarray:
    """Labels as they are given, (N,)."""
    key = f"{part}_labels"
    labels = get(key)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "iuU" or not len(labels):
        raise InputError(
            f"{where}: {key}: {labels.dtype} {labels.shape}; a whole number or a name for each image, (N,), is wanted"
        )
    return labels


def _classes(given: np.ndarray, names: np.ndarray | None, where: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The classes' names and the training images' labels 0 .. K - 1."""
    different, labels = np.unique(given, return_inverse=True)
    if len(different) < 2:
        raise InputError(f"{where}: train_labels: {len(different)} class; at least 2 are wanted")
    if names is None:
        return tuple(map(str, different.tolist())), labels.astype(np.int64)
    if names.ndim != 1 or names.dtype.kind != "U" or different.tolist() != list(range(len(names))):
        raise InputError(
            f"{where}: {NAMES}: {names.dtype} {names.shape}; a text for each of the labels, which are 0 to the number "
            f"of classes less 1, is wanted; training images have {len(different)}, from {different[0]} to "
            f"{different[-1]}"
        )
    return tuple(names.tolist()), labels.astype(np.int64)


def _numbered(given: np.ndarray, train_given: np.ndarray, train_labels: np.ndarray, where: str) -> np.ndarray:
    """Labels of another part, numbered as those of the training part are, int64 (N,)."""
    numbers = dict(zip(train_given.tolist(), train_labels.tolist(), strict=True))
    strange = [label for label in given.tolist() if label not in numbers]
    if strange:
        raise InputError(f"{where}: {in_short(repr(strange[0]))} is no class of the training images")
    return np.array([numbers[label] for label in given.tolist()], dtype=np.int64)


def _pixels(get: Get, where: str, part: str, count: int, channels: int | None = None) -> np.ndarray:
    """Pixels uint8 (N, H, W, C), of so many images."""
    key = f"{part}_images"
    pixels = get(key)
    if pixels.dtype != np.uint8:
        raise InputError(f"{where}: {key}: {pixels.dtype}; uint8, from 0 to 255, is wanted")
    if pixels.ndim == 3:
        pixels = pixels[..., np.newaxis]
    elif pixels.ndim == 4 and pixels.shape[3] not in (1, 3) and pixels.shape[1] in (1, 3):
        pixels = pixels.transpose(0, 2, 3, 1)
    if pixels.ndim != 4 or pixels.shape[3] not in (1, 3) or not pixels.size:
        raise InputError(f"{where}: {key}: {pixels.shape}; (N, H, W) or (N, H, W, C) with 1 or 3 channels is wanted")
    if len(pixels) != count:
        raise InputError(f"{where}: {key}: {len(pixels)} images, but {part}_labels has {count}; as many are wanted")
    if channels not in (None, pixels.shape[3]):
        raise InputError(f"{where}: {key}: {pixels.shape[3]} channels, but train_images has {channels}")
    return pixels
