"""Handwritten digits that come with scikit-learn: no files, no download."""

from pathlib import Path

import numpy as np

from xpert_evo.data.images import Images, stratified_order
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.locations import Say

INFO = DatasetInfo(
    name="digits",
    label="Digits",
    description="handwritten digits of the UCI repository, 8 x 8 scaled to 32 x 32, as in scikit-learn",
    classes=10,
    image_size=32,
    image_channels=1,
    flip=False,
    train_images=1497,
    test_images=300,
)

HIGHEST_VALUE = 16  # pixels of the original are counts 0 .. 16
SPLIT_SEED = 0  # of the fixed train / test split; changing it changes every published digits figure


def load(*, train: bool, root: Path | None, download: bool, say: Say) -> Images:
    """One part of the fixed stratified split; `root`, `download` and `say` have no effect."""
    from sklearn.datasets import load_digits

    original = load_digits()
    order = stratified_order(original.target, np.random.default_rng(SPLIT_SEED))
    part = np.sort(order[INFO.test_images :] if train else order[: INFO.test_images])
    brightness = enlarge(original.images[part], INFO.image_size) * (255 / HIGHEST_VALUE)
    pixels = np.round(brightness).astype(np.uint8)[:, np.newaxis]
    source = f"{INFO.label}, {'train' if train else 'test'}: {len(part)} images"
    return Images(pixels, original.target[part].astype(np.int64), source)


def enlarge(images: np.ndarray, size: int) -> np.ndarray:
    """Square images (N, S, S) scaled to (N, size, size), bilinearly between pixel centres, edges repeated."""
    original_size = images.shape[-1]
    centres = (np.arange(size) + 0.5) * original_size / size - 0.5
    distance = np.clip(centres, 0, original_size - 1)[:, np.newaxis] - np.arange(original_size)
    weights = np.maximum(0, 1 - np.abs(distance))
    return weights @ images @ weights.T
