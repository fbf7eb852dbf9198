"""Files that are there whole or not at all, whatever ends the process that writes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".unfinished-"


def discard_unfinished(folder: Path) -> None:
    """Takes away what processes that were killed while they wrote have left in a folder that nobody writes to now."""
    for path in list(folder.rglob(f"{UNFINISHED}*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Gives a path to write to, beside the one that is meant and of the same ending; in the end it takes its place.

    What goes wrong in between leaves the file that was there, and nothing else. A device or a pipe is written itself.

    Raises:
        OSError: as the writing does; of a full disk also at the end.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        yield unfinished
        _sync(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Writes a text file, whole or not at all."""
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _sync(path: Path) -> None:
    """Has the disk hold a file's content, or a folder's entries; without it a power cut leaves an empty file."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
