"""Images of a user's own as a data set: found by `folder:PATH` or a registered name, made alike, read once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError

from xpert_evo.data import image_cache
from xpert_evo.data.image_arrays import images_of_arrays, images_of_npz
from xpert_evo.data.image_folders import images_of_folder
from xpert_evo.data.images import Images, counted
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.pictures import FINGERPRINT, Forms, OwnImages, Pictures
from xpert_evo.data.settings import FOLDER, LARGEST_SIDE, ImageContent, ImageSettings, label_of
from xpert_evo.errors import InputError, in_short
from xpert_evo.strict import Strict

MOST_BYTES = 16 * 2**30  # of one part's pixels in memory
USUAL_SIDES = (32, 64)  # of images of different sizes: the larger one where they are as large

_registered: dict[str, OwnImages] = {}


class PartFacts(Strict):
    """What was found when a part's images were made alike."""

    side: int = Field(ge=1, le=LARGEST_SIDE)
    channels: Literal[1, 3]
    fingerprint: str
    remarks: tuple[str, ...]


def register(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Makes arrays known by a name; see `registry.register_dataset`."""
    _registered[name] = images_of_arrays(name, arrays)


def registered_names() -> list[str]:
    """Names of arrays that this process was given."""
    return list(_registered)


def is_own(dataset: str) -> bool:
    """Whether a data set's name stands for images of the user's own."""
    return dataset.startswith(FOLDER) or dataset in _registered


def find(dataset: str, listener: ImageListener = NOBODY) -> OwnImages:
    """The images of a data set's name; listed, not read.

    Raises:
        InputError: they aren't there, or aren't what is read.
    """
    if dataset in _registered:
        return _registered[dataset]
    if not dataset.startswith(FOLDER):
        raise InputError(
            f"data set {in_short(repr(dataset))}: nobody registered images of this name; register_dataset in Python "
            f"does, and {FOLDER}PATH names a folder or an .npz file"
        )
    text = dataset.removeprefix(FOLDER)
    if not text.strip() or "\0" in text:
        raise InputError(f"data set {in_short(repr(dataset))}: {FOLDER}PATH, a folder or an .npz file, is wanted")
    path = Path(text).expanduser()
    packed = path.suffix.lower() == ".npz" and not path.is_dir()
    return images_of_npz(path) if packed else images_of_folder(path, listener)


def read_content(dataset: str, size: int | None = None, listener: ImageListener = NOBODY) -> ImageContent:
    """What there is to know of a data set's training images; of the test images only how many they are.

    Args:
        size: side that they are resized to; None: as they are.
        listener: hears how they are read.

    Raises:
        InputError: as `find`; an image can't be read, or they are of several sizes and `size` is None.
    """
    own = find(dataset, listener)
    facts, _ = _train_part(own, size, listener, pixels=False)
    return ImageContent(
        side=facts.side,
        channels=facts.channels,
        class_names=own.class_names,
        train_images=len(own.train.labels),
        test_images=own.test_images,
        fingerprint=facts.fingerprint,
    )


def with_content(dataset: str, settings: ImageSettings | None, listener: ImageListener = NOBODY) -> ImageSettings:
    """The settings with what was read of the images, unless that is known already.

    Raises:
        InputError: as `read_content`.
    """
    settings = settings or ImageSettings()
    if settings.content is not None:
        return settings
    return settings.model_copy(update={"content": read_content(dataset, settings.size, listener)})


def usual_size(dataset: str, listener: ImageListener = NOBODY) -> int | None:
    """A side that suits images of several sizes; None where they can stay as they are.

    Args:
        listener: hears how they are looked at.

    Raises:
        InputError: as `find`; an image can't be read.
    """
    own = find(dataset, listener)
    listener.say(f"looking at {len(own.train.labels):,} images of {own.where}")
    forms = own.train.forms(listener)
    if forms.side is not None and USUAL_SIDES[0] // 2 <= forms.side <= LARGEST_SIDE:
        return None
    shorter = np.repeat([min(size) for size in forms.sizes], list(forms.sizes.values()))
    return USUAL_SIDES[1] if np.median(shorter) >= USUAL_SIDES[1] else USUAL_SIDES[0]


def load(dataset: str, settings: ImageSettings | None, *, train: bool, listener: ImageListener) -> Images:
    """One part of a data set, its images made alike.

    Args:
        settings: with content: that which the images must have.
        listener: hears how images are decoded, and what was done to them.

    Raises:
        InputError: as `read_content`, or these are other images than the settings know.
    """
    own, settings = find(dataset, listener), settings or ImageSettings()
    facts, pixels = _train_part(own, settings.size, listener, pixels=train)
    known = settings.content
    if known is not None and facts.fingerprint != known.fingerprint:
        raise InputError(
            f"{dataset}: holds other training images than the problem was read with (fingerprint {facts.fingerprint}, "
            f"{known.fingerprint} is wanted); bring those back, or begin anew in another folder"
        )
    labels, remarks = own.train.labels, (*own.remarks, *facts.remarks)
    if not train:
        facts, pixels, labels = _test_part(own, facts, listener)
        remarks = facts.remarks
    for remark in remarks:
        listener.say(remark)
    part = "train" if train else "test"
    source = f"{label_of(dataset)}, {part}: {counted(labels)}, fingerprint {facts.fingerprint}"
    return Images(pixels, labels, source)


def _train_part(
    own: OwnImages, size: int | None, listener: ImageListener, *, pixels: bool
) -> tuple[PartFacts, np.ndarray]:
    """What the training images are, and their pixels; without `pixels` none where that spares reading them."""
    key = image_cache.key_of(own.stamp, "train", size) if own.stamp else None
    found = _kept(key, len(own.train.labels), pixels)
    return found or _made(own, own.train, size, None, key, listener)


def _test_part(own: OwnImages, train: PartFacts, listener: ImageListener) -> tuple[PartFacts, np.ndarray, np.ndarray]:
    """What the test images are that are made like the training images, their pixels and labels."""
    test = own.test()
    key = image_cache.key_of(own.stamp, "test", train.side, train.channels) if own.stamp else None
    found = _kept(key, len(test.labels), pixels=True) or _made(own, test, train.side, train.channels, key, listener)
    return *found, test.labels


def _kept(key: str | None, count: int, pixels: bool) -> tuple[PartFacts, np.ndarray] | None:
    """A part out of the cache; None where it isn't there, or isn't what was put there."""
    entry = image_cache.kept(key) if key else None
    try:
        facts = PartFacts.model_validate(entry.facts) if entry else None
    except ValidationError:
        return None
    if entry is None or facts is None:
        return None
    if not pixels:
        return facts, np.empty(0, dtype=np.uint8)
    found, shape = entry.read(), (count, facts.channels, facts.side, facts.side)
    return (facts, found) if found is not None and (found.dtype, found.shape) == (np.uint8, shape) else None


def _made(
    own: OwnImages,
    pictures: Pictures,
    side: int | None,
    channels: int | None,
    key: str | None,
    listener: ImageListener,
) -> tuple[PartFacts, np.ndarray]:
    """A part read and made alike, and put into the cache."""
    count = len(pictures.labels)
    listener.say(f"reading {count:,} images of {own.where}")
    forms = pictures.forms(listener)
    side, channels = side or forms.side, channels or forms.channels
    if side is None or side > LARGEST_SIDE:
        raise InputError(
            f"{own.where}: its images ({forms.sizes_in_words()}) aren't square, of one size and at most {LARGEST_SIDE} "
            "pixels a side; images.size, which they are cropped and resized to, is wanted (--set images.size=64)"
        )
    if count * channels * side**2 > MOST_BYTES:
        raise InputError(
            f"{own.where}: {count:,} images of {side} x {side} pixels are more than {MOST_BYTES // 2**30} GiB; a "
            "smaller images.size is wanted"
        )
    pixels, fingerprint = pictures.read(side, channels, listener)
    named = hashlib.sha256(f"{fingerprint} {own.class_names}".encode()).hexdigest()[:FINGERPRINT]
    remarks = tuple(_remarks(own.where, forms, side, channels))
    facts = PartFacts(side=side, channels=1 if channels == 1 else 3, fingerprint=named, remarks=remarks)
    if key:
        image_cache.keep(key, facts.model_dump(mode="json"), pixels)
    return facts, pixels


def _remarks(where: str, forms: Forms, side: int, channels: int) -> Iterator[str]:
    """What is done to images that are not as they are wanted."""
    if forms.side != side:
        cropped = "" if all(width == height for width, height in forms.sizes) else ", cropped at the centre to squares"
        yield f"{where}: images ({forms.sizes_in_words()}) are resized to {side} x {side}{cropped}"
    if channels == 3 and forms.grey:
        yield f"{where}: {forms.grey:,} of {forms.sizes.total():,} images are grey and get three equal channels"
    if forms.transparent:
        yield f"{where}: {forms.transparent:,} images may be transparent somewhere, and are laid over white"
