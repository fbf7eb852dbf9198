"""Which training images a network was trained on: what its files say, and whether others are the same."""

from __future__ import annotations

import re
from pathlib import Path

from xpert_evo.data.registry import dataset_info, dataset_names
from xpert_evo.data.settings import ImageSettings
from xpert_evo.errors import InputError

_FINGERPRINT = re.compile(r"\bfingerprint ([0-9a-f]{16})\b")


def identity_of(dataset: str, own: ImageSettings | None = None) -> str:
    """What the training images of a data set are known by: a user's own by their fingerprint, others by their label.

    Args:
        own: what `registry.image_settings` gives of images of the user's own.

    Raises:
        InputError: there is no such data set, or its images can't be read.
    """
    if own is not None and own.content is not None:
        return own.content.fingerprint
    return dataset_info(dataset, own).label


def identity_in(source: str) -> str | None:
    """The same of training images whose `Images.source` a file holds; None of a line that no data set here wrote."""
    found = _FINGERPRINT.search(source)
    if found:
        return found[1]
    label = source.partition(",")[0]
    ours = (dataset_info(name).label for name in dataset_names(own=False))
    return next((known for known in ours if label in (known, f"{known} subset")), None)


def require_trained_on(file: Path, source: str | None, dataset: str, own: ImageSettings | None = None) -> None:
    """Passes where a file's training images, by their `Images.source`, are those of a data set, or nobody knows.

    Raises:
        InputError: they are others; or see `identity_of`.
    """
    there, given = identity_in(source or ""), identity_of(dataset, own)
    if there not in (None, given):
        label = dataset_info(dataset, own).label
        these = label if own is None else f"{label}, whose fingerprint is {given}"
        raise InputError(f"{file}: was trained on {source}, not on {these}; give the images of its training")


def same_images(one: str, other: str) -> bool:
    """Whether two sources are of the same images; a user's own may have moved to a folder of another name."""
    if one == other:
        return True
    found, wanted = _FINGERPRINT.search(one), _FINGERPRINT.search(other)
    return found is not None and wanted is not None and found[1] == wanted[1]
