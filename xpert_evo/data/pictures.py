"""Labelled images of a user's own before they have one size: in files, or in an array."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from xpert_evo.data.folders import read_bytes
from xpert_evo.data.image_files import fitted, form_of, pixels_of
from xpert_evo.data.listener import NOBODY, ImageListener, counting

FINGERPRINT = 16  # hexadecimal digits


@dataclass(frozen=True)
class Forms:
    """What images look like before they are made alike.

    Attributes:
        sizes: (width, height) -> number of images.
        grey: number of grey ones.
        transparent: number of those that may be transparent somewhere.
    """

    sizes: Counter[tuple[int, int]]
    grey: int
    transparent: int

    @property
    def side(self) -> int | None:
        """Of all images, where they are square and of one size."""
        (width, height), *others = self.sizes
        return width if width == height and not others else None

    @property
    def channels(self) -> int:
        """Of all images: 1 where all are grey."""
        return 1 if self.grey == self.sizes.total() else 3

    def sizes_in_words(self) -> str:
        """'40 x 30 pixels', or 'from 40 x 30 to 640 x 480 pixels, 3 sizes', by area."""
        ordered = sorted(self.sizes, key=lambda size: (size[0] * size[1], size))
        first, last = (f"{width} x {height}" for width, height in (ordered[0], ordered[-1]))
        return f"{first} pixels" if len(ordered) == 1 else f"from {first} to {last} pixels, {len(ordered)} sizes"


class Pictures(Protocol):
    """Labelled images of any size; what takes long with many is told to a listener."""

    @property
    def labels(self) -> np.ndarray:
        """Classes, int64 (N,)."""
        ...

    def forms(self, listener: ImageListener = NOBODY) -> Forms:
        """What they look like."""
        ...

    def read(self, side: int, channels: int, listener: ImageListener = NOBODY) -> tuple[np.ndarray, str]:
        """Pixels uint8 (N, channels, side, side), and the fingerprint of all images and labels as they are there."""
        ...

    def take(self, indices: np.ndarray) -> Pictures:
        """Those at some places, in this order."""
        ...


@dataclass(frozen=True, eq=False)
class PicturesInFiles:
    """A file each.

    Attributes:
        labels: int64 (N,).
    """

    files: list[Path]
    labels: np.ndarray

    def forms(self, listener: ImageListener = NOBODY) -> Forms:
        """Of the files' headers. InputError if one holds no image."""
        forms = []
        with counting(listener, "looking at sizes", len(self.files)) as done:
            for file in self.files:
                forms.append(form_of(file))
                done()
        sizes = Counter((form.width, form.height) for form in forms)
        return Forms(sizes, sum(form.grey for form in forms), sum(form.transparent for form in forms))

    def read(self, side: int, channels: int, listener: ImageListener = NOBODY) -> tuple[np.ndarray, str]:
        """See `Pictures`. InputError if a file holds no image, or one in colour where one channel is wanted."""
        pixels, digest = np.empty((len(self.files), channels, side, side), dtype=np.uint8), hashlib.sha256()
        with counting(listener, "reading", len(self.files)) as done:
            for index, (file, label) in enumerate(zip(self.files, self.labels.tolist(), strict=True)):
                content = read_bytes(file)
                digest.update(f"{label} {len(content)} ".encode())
                digest.update(content)
                pixels[index] = pixels_of(file, content, side, channels)
                done()
        return pixels, digest.hexdigest()[:FINGERPRINT]

    def take(self, indices: np.ndarray) -> PicturesInFiles:
        """See `Pictures`."""
        return PicturesInFiles([self.files[index] for index in indices], self.labels[indices])


@dataclass(frozen=True, eq=False)
class PicturesInArray:
    """All of one size.

    Attributes:
        pixels: uint8 (N, H, W, C) with one channel or three.
        labels: int64 (N,).
    """

    pixels: np.ndarray
    labels: np.ndarray

    def forms(self, listener: ImageListener = NOBODY) -> Forms:
        """See `Pictures`."""
        count, height, width, channels = self.pixels.shape
        return Forms(Counter({(width, height): count}), count if channels == 1 else 0, 0)

    def read(self, side: int, channels: int, listener: ImageListener = NOBODY) -> tuple[np.ndarray, str]:
        """See `Pictures`."""
        from PIL import Image

        digest = hashlib.sha256(f"{self.pixels.shape}".encode())
        digest.update(np.ascontiguousarray(self.pixels).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        if self.pixels.shape[1:3] == (side, side):
            pixels = np.ascontiguousarray(self.pixels.transpose(0, 3, 1, 2))
        else:
            flat = self.pixels[..., 0] if channels == 1 else self.pixels
            pixels = np.empty((len(flat), channels, side, side), dtype=np.uint8)
            with counting(listener, "resizing", len(flat)) as done:
                for index, image in enumerate(flat):
                    pixels[index] = fitted(Image.fromarray(np.ascontiguousarray(image)), side)
                    done()
        return pixels, digest.hexdigest()[:FINGERPRINT]

    def take(self, indices: np.ndarray) -> PicturesInArray:
        """See `Pictures`."""
        return PicturesInArray(self.pixels[indices], self.labels[indices])


@dataclass(frozen=True)
class OwnImages:
    """Images of a user's own, in two parts.

    Attributes:
        where: what messages call them: a path, or a name.
        class_names: in the order of the labels.
        test: the test images, read when they are asked for, which no search does.
        test_images: their number.
        remarks: what a person should know, in words.
        stamp: what changes whenever the images may have changed; None where that can't be told.
    """

    where: str
    class_names: tuple[str, ...]
    train: Pictures
    test: Callable[[], Pictures]
    test_images: int
    remarks: tuple[str, ...] = ()
    stamp: str | None = None
