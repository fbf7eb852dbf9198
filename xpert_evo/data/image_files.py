"""One image file of a user's own: its header, and its pixels at a wanted side and number of channels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xpert_evo.errors import InputError, in_short

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm", ".webp")  # in any case
_FORMATS = ("PNG", "JPEG", "BMP", "PPM", "WEBP")
_GREY_MODES = ("1", "L", "LA", "I")  # and those of 16 bits
_TRANSPARENT_MODES = ("LA", "PA", "RGBA")


class Form(NamedTuple):
    """What a file's header tells of its image, before it is turned as a camera noted."""

    width: int
    height: int
    grey: bool
    transparent: bool


def form_of(file: Path) -> Form:
    """The form of an image.

    Raises:
        InputError: the file can't be read or holds no image.
    """
    with _opened(file, file) as image:
        return Form(*image.size, _is_grey(image), _is_transparent(image))


def pixels_of(file: Path, content: bytes, side: int, channels: int) -> np.ndarray:
    """Pixels uint8 (channels, side, side) of an image file's content.

    What is transparent is laid over white, 16 bits become 8, and the orientation that a camera noted is followed.

    Raises:
        InputError: it holds no image, or one in colour where grey ones are wanted.
    """
    from PIL import Image, ImageOps

    with _opened(file, BytesIO(content)) as opened:
        if channels == 1 and not _is_grey(opened):
            raise InputError(f"{file}: is in colour, but the training images are grey; images of one kind are wanted")
        image = ImageOps.exif_transpose(opened)
        if image.mode.startswith("I"):
            image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
        if _is_transparent(image):
            visible = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", visible.size, "white"), visible)
        return fitted(image.convert("L" if channels == 1 else "RGB"), side)


def fitted(image: Image.Image, side: int) -> np.ndarray:
    """Pixels uint8 (C, side, side): the largest square at the centre, resized with all that a pixel covers counted."""
    from PIL import Image, ImageOps

    if image.size != (side, side):
        image = ImageOps.fit(image, (side, side), method=Image.Resampling.BILINEAR)
    pixels = np.asarray(image)
    return pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


@contextmanager
def _opened(file: Path, source: Path | BytesIO) -> Iterator[Image.Image]:
    """An image, whose every fault is told in a line."""
    from PIL import Image

    try:
        with Image.open(source, formats=_FORMATS) as image:
            yield image
    except InputError:
        raise
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        struct.error,
        zlib.error,
        Image.DecompressionBombError,
    ) as error:
        unknown = isinstance(error, Image.UnidentifiedImageError)
        reason = f"no {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}" if unknown else in_short(str(error), 120)
        raise InputError(f"{file}: can't be read as an image ({reason}); replace it or take it away") from error


def _is_grey(image: Image.Image) -> bool:
    return image.mode in _GREY_MODES or image.mode.startswith("I;16")


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in _TRANSPARENT_MODES or "transparency" in image.info
