"""The data sets by name."""

from pathlib import Path
from typing import Protocol

from xpert_evo.data import cifar10, digits, tinyimagenet
from xpert_evo.data.images import Images
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.locations import Say, silent
from xpert_evo.errors import InputError, did_you_mean


class Loader(Protocol):
    """What a data set's module calls `load`: finds the files, fetches them if it may, returns one part."""

    def __call__(self, *, train: bool, root: Path | None, download: bool, say: Say) -> Images: ...


_LOADERS: dict[str, tuple[DatasetInfo, Loader]] = {
    "digits": (digits.INFO, digits.load),
    "cifar10": (cifar10.INFO, cifar10.load),
    "tinyimagenet": (tinyimagenet.INFO, tinyimagenet.load),
}


def dataset_names() -> list[str]:
    """Names of the data sets, smallest first."""
    return list(_LOADERS)


def dataset_info(name: str) -> DatasetInfo:
    """Facts about one data set. InputError if there is none of this name."""
    return _lookup(name)[0]


def load_train(name: str, *, root: Path | None = None, download: bool = True, say: Say | None = None) -> Images:
    """The training images of a data set: what searches train and validate on (`split` parts them).

    Args:
        name: one of `dataset_names()`.
        root: folder of the data set, or one above it; None: XPERT_EVO_DATA, then ./data.
        download: whether a data set found nowhere may be downloaded (only CIFAR-10 can be), into `root` or ./data.
        say: gets one line before anything slow starts.

    Raises:
        InputError: unknown name; files not found, incomplete or corrupted.
    """
    return _lookup(name)[1](train=True, root=root, download=download, say=say or silent)


def load_test(name: str, *, root: Path | None = None, download: bool = True, say: Say | None = None) -> Images:
    """The test images of a data set, for final figures only: no search and no choice may look at them.

    Arguments and errors are those of `load_train`.
    """
    return _lookup(name)[1](train=False, root=root, download=download, say=say or silent)


def _lookup(name: str) -> tuple[DatasetInfo, Loader]:
    if name not in _LOADERS:
        raise InputError(f"unknown data set {name!r}; there are {', '.join(_LOADERS)}{did_you_mean(name, _LOADERS)}")
    return _LOADERS[name]
