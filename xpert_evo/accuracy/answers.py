"""Which images were classified rightly, a bit each: what two networks need to be compared image by image."""

from __future__ import annotations

import base64
import binascii

import numpy as np


def as_bits(right: np.ndarray) -> bytes:
    """Bool (M,) -> a bit an image, the first image's the highest of the first byte, as `numpy.packbits` packs them."""
    return np.packbits(right).tobytes()


def of_bits(bits: bytes, images: int) -> np.ndarray:
    """The inverse of `as_bits` for so many images, bool (M,).

    Raises:
        ValueError: it isn't of so many images.
    """
    if len(bits) != (images + 7) // 8:
        raise ValueError(f"{len(bits)} bytes; {(images + 7) // 8} are wanted for {images} images")
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=images).astype(bool)


def as_text(right: np.ndarray) -> str:
    """The bits in base64, for files of text."""
    return base64.b64encode(as_bits(right)).decode("ascii")


def of_text(text: str, images: int) -> np.ndarray:
    """The inverse of `as_text` for so many images, bool (M,).

    Raises:
        ValueError: it is no base64 or isn't of so many images.
    """
    try:
        bits = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"no base64: {error}") from error
    return of_bits(bits, images)
