"""Folders of small PNGs, as users have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("across", "down", "spots")


def write_images(folder: Path, counts: dict[str, int], *, size: tuple[int, int] = (16, 16), mode: str = "RGB") -> None:
    """Writes so many PNGs (width x height) into class folders; every image is another one."""
    rng = np.random.default_rng(sum(map(ord, folder.name)))
    for name, count in counts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            pixels = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
            Image.fromarray(pixels).convert(mode).save(folder / name / f"{index:03}.png")


def write_patterns(folder: Path, counts: dict[str, int], side: int = 16) -> None:
    """Three classes that a small network learns: waves across, down, and both, in parts train, test, ..."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:side, :side]
    for part, count in counts.items():
        for number, name in enumerate(CLASSES):
            (folder / part / name).mkdir(parents=True)
            for index in range(count):
                across, down = (np.sin(np.pi / 3 * (axis + rng.integers(6))) for axis in (x, y))
                wave = (across, down, across * down)[number]
                pixels = 128 + 80 * wave[..., None] + rng.normal(0, 15, (side, side, 3))
                Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / part / name / f"{index:03}.png")


def arrays_of(count: int, classes: int = 3, side: int = 16, channels: int = 1) -> dict[str, np.ndarray]:
    """Training images as arrays, each class `count` times."""
    labels = np.repeat(np.arange(classes), count)
    pixels = np.random.default_rng(0).integers(0, 256, (len(labels), side, side, channels), dtype=np.uint8)
    return {"train_images": pixels, "train_labels": labels}
