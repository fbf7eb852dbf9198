"""Folders of images as people have them: any spelling of .jpeg, hidden files that a system left behind."""

import os
from collections.abc import Iterable
from pathlib import Path

from xpert_evo.errors import InputError

SUFFIXES = (".jpeg", ".jpg")  # in any case


def exists(path: Path) -> bool:
    """Whether there is such a file or folder. InputError if that can't be told, for want of permission say."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise InputError(f"{path}: cannot look at it ({error.strerror})") from error
    return True


def list_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """The folders and the JPEG files in a folder, each sorted by name; both empty if it isn't there.

    What begins with a dot is left out: `._*` files of macOS have the names of images and hold none.

    Raises:
        InputError: it can't be listed.
    """
    try:
        with os.scandir(folder) as entries:
            visible = sorted((entry.name, _is_folder(entry)) for entry in entries if not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        raise InputError(f"{folder}: cannot list it ({error.strerror})") from error
    folders = [folder / name for name, is_folder in visible if is_folder]
    images = [path for name, is_folder in visible if not is_folder and is_image(path := folder / name)]
    return folders, images


def by_stem(images: Iterable[Path]) -> dict[str, Path]:
    """Images of one folder by their name without suffix. InputError if two names differ in the suffix only."""
    found: dict[str, Path] = {}
    for image in images:
        other = found.setdefault(image.stem, image)
        if other is not image:
            raise InputError(f"{other}: stands beside {image.name}; one image of a name is wanted")
    return found


def is_image(file: Path) -> bool:
    """Whether it is named as a JPEG file is, and isn't hidden."""
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def read_bytes(file: Path) -> bytes:
    """The content of a file. InputError if it can't be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot read it ({error.strerror})") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to where one may not look is no reason to refuse its neighbours
        return False
