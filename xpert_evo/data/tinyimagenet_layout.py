"""The classes and the training images of Tiny ImageNet, in the original layout or without the images folders.

    wnids.txt                       the classes, one a line
    train/<wnid>/images/*.JPEG      or train/<wnid>/*.JPEG

Without wnids.txt the classes are the class folders of train: the same, where they are whole.
"""

from pathlib import Path

from xpert_evo.data.folders import by_stem, exists, is_image, list_folder
from xpert_evo.errors import InputError
from xpert_evo.files import read_text

CLASSES_TABLE = "wnids.txt"
IMAGES_FOLDER = "images"
REMEDY = "extract the archive again"  # for what is nowhere alone: it costs 240 MB and undoes what others sorted


def class_names(folder: Path, classes: int) -> list[str]:
    """The wnids, sorted: the place in the list is the label.

    Args:
        folder: of the data set.
        classes: how many there must be.

    Raises:
        InputError: there are more or fewer, or wnids.txt can't be read.
    """
    table, train = folder / CLASSES_TABLE, folder / "train"
    if exists(table):
        wnids = sorted(read_text(table, "one class a line").split())
        different = len(set(wnids))
        if different != len(wnids) or different != classes:
            raise InputError(
                f"{table}: {len(wnids)} classes, {different} of them different, expected {classes}; one a line is"
                " wanted, or no such file: then the class folders of train count"
            )
        return wnids
    wnids = [place.name for place in list_folder(train)[0]]
    if len(wnids) != classes:
        raise InputError(
            f"{table} not found, and {train} holds {len(wnids)} class folders, expected {classes};"
            f" {CLASSES_TABLE}, or a folder for each class, is wanted"
        )
    return wnids


def list_train(folder: Path, wnids: list[str]) -> tuple[list[Path], list[int]]:
    """The training images and their labels, by class, then by name.

    Raises:
        InputError: a class without images.
    """
    files: list[Path] = []
    labels: list[int] = []
    for label, wnid in enumerate(wnids):
        place = folder / "train" / wnid
        of_class = images_of_class(place)
        if not of_class:
            stray = find_stray(folder / "train", wnid)
            wanted = f"{stray} is wanted in one of them" if stray else REMEDY
            raise InputError(f"{place}: no *.JPEG there or in {place / IMAGES_FOLDER}; {wanted}")
        files += of_class
        labels += [label] * len(of_class)
    return files, labels


def images_of_class(folder: Path) -> list[Path]:
    """The images in a class folder or its images/, by name; copies of a name in both count once."""
    places = (folder, folder / IMAGES_FOLDER)
    images = {stem: image for place in places for stem, image in by_stem(list_folder(place)[1]).items()}
    return sorted(images.values(), key=lambda image: image.name)


def find_stray(folder: Path, name: str) -> Path | None:
    """The first image anywhere in a folder that is called `name`, or that a folder or prefix puts into class `name`."""
    strays = (
        path
        for path in folder.rglob("*")
        if is_image(path) and (path.stem.startswith(f"{name}_") or name in (path.stem, *path.relative_to(folder).parts))
    )
    return min(strays, default=None)
