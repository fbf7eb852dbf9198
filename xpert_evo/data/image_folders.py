"""Folders of images of a user's own, a folder a class, as torchvision's ImageFolder has them.

    PATH/train/CLASS/*.png    with PATH/test/CLASS/*.png, else PATH/val/CLASS/*.png, as the test
    PATH/CLASS/*.png          and where there is neither of them: a fifth is held out as the test

Files are listed and looked at from outside; none is opened.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from xpert_evo.data.folders import exists, list_folder
from xpert_evo.data.held_out import REMARK, held_out
from xpert_evo.data.image_files import SUFFIXES
from xpert_evo.data.listener import NOBODY, ImageListener, counting
from xpert_evo.data.pictures import OwnImages, PicturesInFiles
from xpert_evo.errors import InputError, in_short

TRAIN, TESTS = "train", ("test", "val")  # of several tests the first one counts
MANY = 2_000  # files: fewer are looked through before a person wonders
_WANTED = "train/CLASS/*.png, with test/ or val/ like it, or CLASS/*.png"


def images_of_folder(folder: Path, listener: ImageListener = NOBODY) -> OwnImages:
    """The images of a folder.

    Args:
        listener: hears how they are looked through where they are many.

    Raises:
        InputError: it isn't there or can't be listed, it holds fewer than two classes, one of them has no training
            image, or the test has others.
    """
    if not exists(folder) or not folder.is_dir():
        raise InputError(f"{folder.absolute()}: no such folder; one of images ({_WANTED}) is wanted")
    train_folder, tests = folder / TRAIN, [name for name in TESTS if exists(folder / name)]
    if exists(train_folder):
        known = {TRAIN, *tests}
        others = [place.name for place in list_folder(folder)[0] if place.name not in known]
        unread = [*tests[1:], *others]
    elif tests:
        raise InputError(f"{folder}: has {tests[0]}/ but no {TRAIN}/; {_WANTED} is wanted")
    else:
        train_folder, unread = folder, []
    names = tuple(place.name for place in list_folder(train_folder)[0])
    if len(names) < 2:
        raise InputError(
            f"{train_folder}: {len(names)} folders of classes, at least 2 are wanted ({_WANTED} of {folder})"
        )
    for name in names:
        if not name.isprintable():  # it couldn't be written into a run's files
            raise InputError(f"{train_folder}: the name of the class {name!r} can't be written; rename its folder")
    remarks = [f"{', '.join(f'{folder / name}' for name in unread)} isn't read"] if unread else []
    train, left_out = _of_classes(train_folder, names)
    empty = set(range(len(names))) - set(train.labels.tolist())
    if empty:
        place = train_folder / names[min(empty)]
        raise InputError(
            f"{place}: no image of {', '.join(SUFFIXES)} there; every class needs some: or remove the folder"
        )
    if tests:
        test, more = _test_part(folder / tests[0], names, train_folder)
        left_out += more
        if tests[0] != TESTS[0]:
            remarks.append(f"{folder / tests[0]} is the test: no search looks at it")
    else:
        train_rows, test_rows = held_out(train.labels, str(folder))
        train, test = train.take(train_rows), train.take(test_rows)
        remarks.append(f"{folder} has no test/ or val/: {REMARK}")
    if left_out:
        first = in_short(str(left_out[0]), 120)
        remarks.append(f"{len(left_out)} files aren't named as images are and are left out ({first}, ...)")
    return OwnImages(
        where=str(folder),
        class_names=names,
        train=train,
        test=lambda: test,
        test_images=len(test.files),
        remarks=tuple(remarks),
        stamp=_stamp(folder, [*train.files, *test.files], listener),
    )


def _test_part(folder: Path, names: tuple[str, ...], train_folder: Path) -> tuple[PicturesInFiles, list[Path]]:
    """The test images, and files that are none."""
    strange = [place.name for place in list_folder(folder)[0] if place.name not in names]
    if strange:
        raise InputError(
            f"{folder / strange[0]}: {train_folder} has no class {in_short(repr(strange[0]))}; its classes are "
            f"{in_short(', '.join(names), 200)}"
        )
    test, left_out = _of_classes(folder, names)
    missing = sorted(set(range(len(names))) - set(test.labels.tolist()))
    if missing:
        raise InputError(
            f"{folder / names[missing[0]]}: no image of {', '.join(SUFFIXES)} there; every class of {train_folder} "
            "is wanted in the test"
        )
    return test, left_out


def _of_classes(folder: Path, names: tuple[str, ...]) -> tuple[PicturesInFiles, list[Path]]:
    """The images in class folders and the folders in them, by class and path, and files that are none."""
    files: list[Path] = []
    left_out: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        for file in _files_under(folder / name):
            if file.suffix.lower() in SUFFIXES:
                files.append(file)
                labels.append(label)
            else:
                left_out.append(file)
    return PicturesInFiles(files, np.array(labels, dtype=np.int64)), left_out


def _files_under(folder: Path) -> list[Path]:
    """All files, without hidden ones, by path."""

    def fail(error: OSError) -> None:
        raise InputError(f"{error.filename or folder}: cannot list it ({error.strerror})") from error

    found = []
    if exists(folder):
        for place, folders, names in os.walk(folder, onerror=fail):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(place) / name for name in names if not name.startswith(".")]
    return sorted(found)


def _stamp(folder: Path, files: list[Path], listener: ImageListener) -> str:
    """Changes with every file's name, size and time."""
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape"))
    told = listener if len(files) >= MANY else NOBODY
    with counting(told, f"looking for changes in {in_short(folder.name)}", len(files)) as done:
        for file in files:
            try:
                found = file.stat()
            except OSError as error:
                raise InputError(f"{file}: cannot look at it ({error.strerror})") from error
            line = f"{file.relative_to(folder)} {found.st_size} {found.st_mtime_ns}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
            done()
    return digest.hexdigest()
