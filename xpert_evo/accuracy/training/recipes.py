"""What a full training does by default, a line a data set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.errors import InputError, describe_validation_error

# data set: epochs, images a step, pixels by which random crops move (whether to mirror is in `data`)
RECIPES: dict[str, tuple[int, int, int]] = {
    "digits": (30, 128, 2),
    # Large steps spend a smaller share on orthogonalising updates, and four epochs of them ended no less accurate.
    "cifar10": (60, 512, 4),
    "tinyimagenet": (60, 128, 8),
}
# Of images of the user's own: as long as photographs take; crops move by an eighth of the side, as theirs do.
OWN_EPOCHS, OWN_BATCH_SIZE, OWN_CROP_SHARE, MOST_CROP = 60, 128, 8, 64
# Share of the epochs without quantisation, noise and ADCs: the best at six epochs, see results/published/float-warmup.
FLOAT_SHARE = Fraction(2, 3)
# Share of the steps before the learning rate's peak. At the peak the loss stands still: falling longer is worth more
# than rising slowly, by about a point of CIFAR-10 at six epochs.
WARMUP = 0.1


def recipe(dataset: str, changes: Mapping[str, Any] = {}, *, image_size: int = 32) -> TrainingSettings:
    """Settings for a data set.

    Args:
        image_size: side of the images, which a recipe for images of the user's own depends on.
        changes: keys of `TrainingSettings` in place of the recipe's own; None leaves what is.

    Raises:
        InputError: a value is wrong, or there are no epochs with the ADCs in the loop.
    """
    unknown = (OWN_EPOCHS, OWN_BATCH_SIZE, min(image_size // OWN_CROP_SHARE, MOST_CROP))
    epochs, batch_size, crop_padding = RECIPES.get(dataset, unknown)
    own = {"epochs": epochs, "batch_size": batch_size, "warmup": WARMUP, "crop_padding": crop_padding}
    given = own | {key: value for key, value in changes.items() if value is not None}
    given.setdefault("float_epochs", math.floor(FLOAT_SHARE * given["epochs"]))
    if given["float_epochs"] >= given["epochs"]:
        raise InputError(f"--float-epochs {given['float_epochs']}: fewer than the {given['epochs']} epochs are wanted")
    try:
        return TrainingSettings(**given)
    except ValidationError as error:
        raise InputError(describe_validation_error(error, "training")) from error
