"""Images that were decoded once, kept as arrays: a file of pixels and one of facts for each part of a data set.

They lie in the user's cache folder, XDG_CACHE_HOME or ~/.cache, may be deleted whenever one likes, and are made again.
The least recently used go where they become too many.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from xpert_evo.errors import InputError
from xpert_evo.files import read_json
from xpert_evo.whole import whole, write_whole

VERSION = 1  # of what decoding makes of a file
MOST_BYTES = 8 * 2**30  # 700,000 images in colour of 64 x 64 pixels; what was made last stays, were it larger


class Kept(NamedTuple):
    """A part of a data set in the cache: facts, and where its pixels are."""

    facts: dict[str, Any]
    pixels: Path

    def read(self) -> np.ndarray | None:
        """The pixels; None where they are damaged or gone."""
        try:
            return np.asarray(np.load(self.pixels, allow_pickle=False))
        except (OSError, ValueError, EOFError):
            return None


def cache_folder() -> Path:
    """Where decoded images are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xpert_evo" / "images"


def key_of(stamp: str, *what: object) -> str:
    """The name of an entry: images that didn't change, and what was made of them."""
    return hashlib.sha256(json.dumps([VERSION, stamp, *what]).encode()).hexdigest()[:32]


def kept(key: str) -> Kept | None:
    """An entry, or None."""
    facts, pixels = (cache_folder() / f"{key}.{ending}" for ending in ("json", "npy"))
    if not (facts.is_file() and pixels.is_file()):
        return None
    with suppress(InputError):
        content = read_json(facts, "what was decoded")
        with suppress(OSError):  # of somebody else's, or gone by now
            os.utime(pixels)
        if isinstance(content, dict):
            return Kept(content, pixels)
    return None


def keep(key: str, facts: dict[str, Any], pixels: np.ndarray) -> None:
    """Makes an entry, the facts last; where nothing can be written there is none."""
    with suppress(OSError):
        cache_folder().mkdir(parents=True, exist_ok=True)
        with whole(cache_folder() / f"{key}.npy") as file:
            np.save(file, pixels, allow_pickle=False)
        write_whole(cache_folder() / f"{key}.json", json.dumps(facts))
        _drop_beyond_bound(key)


def _drop_beyond_bound(newest: str) -> None:
    """Takes away entries that were used least recently, and what a killed process left half written."""
    there = []
    for path in cache_folder().glob("*.npy"):
        with suppress(FileNotFoundError):  # another process dropped it
            found = path.stat()
            there.append((path.stem == newest, found.st_mtime_ns, found.st_size, path))
    total = 0
    for _, _, size, path in sorted(there, reverse=True):
        total += size
        if total > MOST_BYTES and path.stem != newest:
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
