"""Labelled images in memory, and their stratified split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xpert_evo.errors import InputError

# validation is cut to one in this many images, so that small data sets keep enough to train on
VALIDATION_SHARE = 4


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images.

    Attributes:
        pixels: uint8 (N, C, H, W).
        labels: int64 (N,), class indices from 0.
        source: one line for reports: which data set and part, how complete.
    """

    pixels: np.ndarray
    labels: np.ndarray
    source: str = ""

    def __post_init__(self) -> None:
        if self.pixels.ndim != 4 or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels: uint8 (N, C, H, W), not {self.pixels.dtype} {self.pixels.shape}")
        if self.labels.shape != self.pixels.shape[:1] or self.labels.dtype != np.int64:
            raise ValueError(f"labels: int64 ({len(self.pixels)},), not {self.labels.dtype} {self.labels.shape}")

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: Sequence[int] | np.ndarray) -> "Images":
        """The images at these indices (K,), in this order, as a copy."""
        return Images(self.pixels[indices], self.labels[indices], self.source)


def counted(labels: Sequence[int] | np.ndarray) -> str:
    """'200 classes x 100 images', or their range."""
    counts = np.unique(labels, return_counts=True)[1]
    each = f"{counts.min()}" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"
    return f"{len(counts)} classes x {each} images"


def split(images: Images, *, train: int, validation: int, seed: int) -> tuple[Images, Images]:
    """Training and validation images: disjoint, stratified by class, equal for equal arguments.

    The validation images are taken first and don't depend on `train`, and a smaller training part is the
    beginning of a larger one: figures of runs with different training sizes can be compared.

    Args:
        images: what to split.
        train: number of training images, at least 1.
        validation: number of validation images, at least 0; cut to a quarter of the images.
        seed: of the choice.

    Returns:
        (training, validation), each with its classes taking turns, so that every stretch of it is stratified.

    Raises:
        InputError: more images asked for than there are, or a size below its least.
    """
    train_rows, held_out, _ = _parts(images, train, validation, seed)
    return images.take(train_rows), images.take(held_out)


def left_over(images: Images, *, train: int, validation: int, seed: int) -> Images:
    """The images that `split` with these arguments leaves unused; its every stretch is stratified as well.

    Raises:
        InputError: as `split` does.
    """
    return images.take(_parts(images, train, validation, seed)[2])


def _parts(images: Images, train: int, validation: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of images to train on, to validate on, and of all others."""
    if train < 1 or validation < 0:
        raise InputError(f"split: needs at least 1 training and 0 validation images, not {train} and {validation}")
    held_out = min(validation, len(images) // VALIDATION_SHARE)
    if train + held_out > len(images):
        cut = "" if held_out == validation else f" (a quarter of them; {validation} asked for)"
        raise InputError(
            f"split: {train} training and {held_out} validation images{cut} are more than the {len(images)}"
            f" available{f' in {images.source}' if images.source else ''}; at most {len(images) - held_out}"
            " for training"
        )
    order = stratified_order(images.labels, np.random.default_rng(seed))
    return order[held_out : held_out + train], order[:held_out], order[held_out + train :]


def stratified_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order of the images in which every stretch has the classes in proportion.

    The j-th image of a class of n (in random order) stands at the fraction (j + 1/2) / n of the result; classes
    at the same fraction follow each other in one random order, the same at every fraction. Any prefix has each
    class within one image of its share; with equally large classes they just take turns.

    Args:
        labels: (N,), class of each image.
        rng: source of the order.

    Returns:
        Int (N,), a permutation of the indices.
    """
    classes, members = np.unique(labels, return_inverse=True)
    turn = rng.permutation(len(classes))
    position = np.empty(len(labels))
    for index in range(len(classes)):
        of_class = rng.permutation(np.flatnonzero(members == index))
        position[of_class] = (np.arange(len(of_class)) + 0.5) / len(of_class)
    return np.lexsort((turn[members], position))
