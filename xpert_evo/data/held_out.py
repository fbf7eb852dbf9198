"""A test part for images that come without one."""

from __future__ import annotations

import numpy as np

from xpert_evo.data.images import stratified_order
from xpert_evo.errors import InputError

TEST_SHARE = 5  # one image in so many is a test image
SPLIT_SEED = 0  # changing it changes which images trainings have seen
REMARK = "a fifth of the images, of every class alike and always the same, is held out as the test"


def held_out(labels: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Places of the training and of the test images, in their order.

    Args:
        labels: (N,), class of each image.
        where: what messages call the images.

    Raises:
        InputError: a class has too few images to be in both parts.
    """
    order = stratified_order(labels, np.random.default_rng(SPLIT_SEED))
    test = len(labels) // TEST_SHARE
    train_rows, test_rows = np.sort(order[test:]), np.sort(order[:test])
    if not test or set(labels[train_rows]) != set(labels):
        raise InputError(
            f"{where}: {len(labels)} images are too few to hold out a fifth as the test; test images are wanted"
        )
    return train_rows, test_rows
