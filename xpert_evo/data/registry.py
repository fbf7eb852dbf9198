"""The data sets by name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

from xpert_evo.data import cifar10, digits, own_images, tinyimagenet
from xpert_evo.data.images import Images
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.locations import Say
from xpert_evo.data.settings import FOLDER, ImageSettings
from xpert_evo.errors import InputError, did_you_mean, in_short


class Loader(Protocol):
    """What a data set's module calls `load`: finds the files, fetches them if it may, returns one part."""

    def __call__(self, *, train: bool, root: Path | None, download: bool, say: Say) -> Images: ...


_LOADERS: dict[str, tuple[DatasetInfo, Loader]] = {
    "digits": (digits.INFO, digits.load),
    "cifar10": (cifar10.INFO, cifar10.load),
    "tinyimagenet": (tinyimagenet.INFO, tinyimagenet.load),
}


NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def dataset_names(*, own: bool = True) -> list[str]:
    """Names of the data sets, smallest first, then, with `own`, of those that were registered."""
    return [*_LOADERS, *(own_images.registered_names() if own else ())]


def register_dataset(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Makes images in memory a data set of this process: problems, `train` and `audit` can name it from now on.

    Args:
        name: of letters, digits, dots, dashes and underscores; what was registered by it before is replaced.
        arrays: as an .npz file has them: `train_images`, uint8 (N, H, W), (N, H, W, C) or (N, C, H, W) with one channel
            or three; `train_labels`, (N,), whole numbers or names of classes; `test_images` and `test_labels`, or
            `val_images` and `val_labels`, as the test, else a fifth of the images is held out; `class_names`, (K,),
            where labels are 0 .. K - 1 and are to have names.

    Raises:
        InputError: the name is another data set's or none, or the arrays are none of labelled images.
    """
    if name in _LOADERS or not NAME.fullmatch(name):
        raise InputError(
            f"data set {in_short(repr(name))}: a name of your own, of letters, digits, dots, dashes and underscores, "
            f"at most 64, is wanted; taken are {', '.join(_LOADERS)}"
        )
    own_images.register(name, arrays)


def image_settings(
    name: str, settings: ImageSettings | None = None, listener: ImageListener = NOBODY
) -> ImageSettings | None:
    """The settings of images of the user's own with what was read of them; None of another data set.

    What is known already isn't read again, so that a run can be looked at where its images aren't.

    Args:
        listener: hears how they are read.

    Raises:
        InputError: the images aren't there or can't be read; or another data set is given settings.
    """
    if own_images.is_own(name) or (settings is not None and settings.content is not None and name not in _LOADERS):
        return own_images.with_content(name, settings, listener)
    if settings is not None and name in _LOADERS:
        raise InputError(f"{name} has images of its own; the table is for dataset = {FOLDER}PATH")
    return settings


def dataset_info(name: str, own: ImageSettings | None = None) -> DatasetInfo:
    """Facts about one data set.

    Args:
        own: what `image_settings` gives of images of the user's own; None: as they are.

    Raises:
        InputError: there is none of this name, or its images can't be read.
    """
    if name not in _LOADERS:
        settings = image_settings(name, own)
        if settings is not None and settings.content is not None:
            return settings.info(name)
    return _lookup(name)[0]


def load_train(
    name: str,
    *,
    root: Path | None = None,
    download: bool = True,
    own: ImageSettings | None = None,
    listener: ImageListener = NOBODY,
) -> Images:
    """The training images of a data set: what searches train and validate on (`split` parts them).

    Args:
        name: one of `dataset_names()`, or folder:PATH.
        root: folder of the data set, or one above it; None: XPERT_EVO_DATA, then ./data. Not of folder:PATH.
        download: whether a data set found nowhere may be downloaded (only CIFAR-10 can be), into `root` or ./data.
        own: how images of the user's own are made alike, and what they must be; None: they are alike.
        listener: hears a line before anything slow starts, and how images of the user's own are read.

    Raises:
        InputError: unknown name; files not found, incomplete, corrupted or others than they must be.
    """
    return _load(name, root, download, own, listener, train=True)


def load_test(
    name: str,
    *,
    root: Path | None = None,
    download: bool = True,
    own: ImageSettings | None = None,
    listener: ImageListener = NOBODY,
) -> Images:
    """The test images of a data set, for final figures only: no search and no choice may look at them.

    Arguments and errors are those of `load_train`.
    """
    return _load(name, root, download, own, listener, train=False)


def _load(
    name: str, root: Path | None, download: bool, own: ImageSettings | None, listener: ImageListener, *, train: bool
) -> Images:
    if name not in _LOADERS and (own is not None or own_images.is_own(name)):
        return own_images.load(name, own, train=train, listener=listener)
    return _lookup(name)[1](train=train, root=root, download=download, say=listener.say)


def _lookup(name: str) -> tuple[DatasetInfo, Loader]:
    if name not in _LOADERS:
        valid = ", ".join(dataset_names())
        meant = did_you_mean(name, _LOADERS)
        raise InputError(
            f"unknown data set {in_short(repr(name))}; there are {valid}, or your own: {FOLDER}PATH{meant}"
        )
    return _LOADERS[name]
