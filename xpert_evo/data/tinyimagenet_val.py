"""The val images of Tiny ImageNet, in the original layout or sorted into class folders, as most tutorials do.

    val/images/*.JPEG, val/val_annotations.txt      rows of file, wnid, box, separated by tabs
    val/<wnid>/*.JPEG, val/<wnid>/images/*.JPEG, val/images/<wnid>/*.JPEG      the folder is the label

A folder may be sorted in part, or hold copies in class folders beside the originals: each image counts once.
"""

import re
from collections.abc import Collection
from pathlib import Path, PurePath
from typing import NamedTuple

from xpert_evo.data.folders import by_stem, exists, list_folder
from xpert_evo.data.tinyimagenet_layout import CLASSES_TABLE, IMAGES_FOLDER, REMEDY, find_stray, images_of_class
from xpert_evo.errors import InputError, in_short
from xpert_evo.files import read_text

TABLE = "val_annotations.txt"
WANTED = f"val/<wnid>/*.JPEG are wanted, or val/{IMAGES_FOLDER}/*.JPEG and val/{TABLE}"


class Row(NamedTuple):
    """A row of the table, without the box."""

    file: str
    wnid: str


def list_val(folder: Path, wnids: list[str]) -> tuple[list[Path], list[int]]:
    """The val images and their labels.

    They are in the order of the table, and without it in that of the numbers in their names. In the original
    that is the same one. It is not by class: callers take the first images for a sample.

    Raises:
        InputError: an image without label or with two, a row without image, a class that wnids doesn't have, no
            image at all.
    """
    val = folder / "val"
    table = val / TABLE
    named_in = CLASSES_TABLE if exists(folder / CLASSES_TABLE) else "train"
    rows = _read_rows(table, wnids, named_in) if exists(table) else {}
    files, loose = _find_images(val, wnids, named_in)
    for (stem, wnid), file in files.items():
        if stem in rows and rows[stem].wnid != wnid:
            raise InputError(
                f"{file}: is of {rows[stem].wnid} in {table}; one label is wanted (without {TABLE} the folder's counts)"
            )
    files |= _labelled(loose, rows, table)
    _require_all_found(folder, rows, files.keys())
    if not files:
        raise InputError(f"{val}: no *.JPEG in class folders or in {IMAGES_FOLDER}; {WANTED}")
    position = {stem: number for number, stem in enumerate(rows)}
    order = sorted(files, key=lambda key: (position.get(key[0], len(rows)), _number(key[0]), key))
    label_of = {wnid: label for label, wnid in enumerate(wnids)}
    return [files[key] for key in order], [label_of[wnid] for _, wnid in order]


def _read_rows(table: Path, wnids: Collection[str], named_in: str) -> dict[str, Row]:
    """Rows by the stem of their file: images may have been given another suffix."""
    known = set(wnids)
    rows: dict[str, Row] = {}
    wanted = "rows of file and wnid, separated by tabs"
    for number, line in enumerate(read_text(table, wanted).splitlines(), start=1):
        row = Row(*(field.strip() for field in f"{line}\t".split("\t")[:2]))
        stem = PurePath(row.file).stem
        problem = None
        if row.wnid not in known:
            problem = f"no class of {named_in} in {in_short(repr(line))}"
        elif not stem:
            problem = f"no file in {in_short(repr(line))}"
        elif stem in rows:
            problem = f"second row of {in_short(repr(row.file))}"
        if problem:
            raise InputError(f"{table}, line {number}: {problem}; {wanted}, one for each image, are wanted")
        rows[stem] = row
    return rows


def _find_images(
    val: Path, wnids: Collection[str], named_in: str
) -> tuple[dict[tuple[str, str], Path], dict[str, Path]]:
    """Images in class folders by (stem, wnid), and by stem those that are only in none."""
    known = set(wnids)
    sorted_images: dict[tuple[str, str], Path] = {}
    loose: dict[str, Path] = {}
    for place in (val, val / IMAGES_FOLDER):
        class_folders, images = list_folder(place)
        loose |= by_stem(images)
        for class_folder in class_folders:
            if class_folder == val / IMAGES_FOLDER:
                continue
            of_class = images_of_class(class_folder)
            if of_class and class_folder.name not in known:
                raise InputError(
                    f"{class_folder}: holds images, but its name is no class of {named_in}; the name of one is wanted"
                )
            sorted_images |= {(image.stem, class_folder.name): image for image in of_class}
    for stem, _ in sorted_images:
        loose.pop(stem, None)
    return sorted_images, loose


def _labelled(loose: dict[str, Path], rows: dict[str, Row], table: Path) -> dict[tuple[str, str], Path]:
    """Images that are in no class folder by (stem, wnid)."""
    without = [image for stem, image in loose.items() if stem not in rows]
    if without and not exists(table):
        raise InputError(
            f"{table.parent} holds images in no class folder ({len(without)}) and {TABLE} is missing; {WANTED}"
        )
    if without:
        raise InputError(
            f"{table}: no row for {len(without)} of {len(loose)} images, {min(without).name} first; a row, or a class"
            " folder, is wanted for each"
        )
    return {(stem, rows[stem].wnid): image for stem, image in loose.items()}


def _require_all_found(folder: Path, rows: dict[str, Row], found: Collection[tuple[str, str]]) -> None:
    stems = {stem for stem, _ in found}
    missing = [stem for stem in rows if stem not in stems]
    if not missing:
        return
    val = folder / "val"
    stray = find_stray(folder, missing[0])
    wanted = f"it is {stray}, but {WANTED}" if stray else REMEDY
    if found and not stray:
        wanted += f", or remove from {TABLE} what you don't have"
    raise InputError(
        f"{val / IMAGES_FOLDER / rows[missing[0]].file} not found, nor in a class folder ({len(missing)} of"
        f" {len(rows)} are not); {wanted}"
    )


def _number(stem: str) -> int:
    digits = re.search(r"[0-9]+$", stem)
    return int(digits[0]) if digits else 0
