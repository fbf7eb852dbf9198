"""What a full training does by default, a line a data set."""

from __future__ import annotations

import math
from fractions import Fraction

from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.errors import InputError

# data set: epochs, images a step, pixels by which random crops move (whether to mirror is in `data`)
RECIPES: dict[str, tuple[int, int, int]] = {
    "digits": (30, 128, 2),
    # Large steps spend a smaller share on orthogonalising updates, and four epochs of them ended no less accurate.
    "cifar10": (60, 512, 4),
    "tinyimagenet": (60, 128, 8),
}
# Share of the epochs without quantisation, noise and ADCs: the best at six epochs, see results/published/float-warmup.
FLOAT_SHARE = Fraction(2, 3)
# Share of the steps before the learning rate's peak. At the peak the loss stands still: falling longer is worth more
# than rising slowly, by about a point of CIFAR-10 at six epochs.
WARMUP = 0.1


def recipe(
    dataset: str,
    *,
    epochs: int | None = None,
    float_epochs: int | None = None,
    cutout: int = 0,
    bfloat16: bool = False,
    device_variation: bool = False,
) -> TrainingSettings:
    """Settings for a data set, with what is given in place of its own.

    Raises:
        InputError: there are no epochs with the ADCs in the loop.
    """
    own_epochs, batch_size, crop_padding = RECIPES[dataset]
    epochs = epochs or own_epochs
    if float_epochs is None:
        float_epochs = math.floor(FLOAT_SHARE * epochs)
    if float_epochs >= epochs:
        raise InputError(f"--float-epochs {float_epochs}: fewer than the {epochs} epochs are wanted")
    return TrainingSettings(
        epochs=epochs,
        float_epochs=float_epochs,
        batch_size=batch_size,
        warmup=WARMUP,
        crop_padding=crop_padding,
        cutout=cutout,
        bfloat16=bfloat16,
        device_variation=device_variation,
    )
