"""The problem file that `init` writes: all keys explained, with a budget that the data set allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xpert_evo.data.listener import ImageListener

MOST_VALIDATION, MOST_TRAINING = 5_000, 10_000  # images of a proxy
LEAST_EPOCHS, MOST_EPOCHS = 3, 60
IMAGES_SEEN = 12_000  # by a proxy of few images, if it takes at most the most epochs
BATCH_SIZE, SMALL_BATCH_SIZE, FEW_IMAGES = 128, 32, 1_000


def filled_template(dataset: str, listener: ImageListener) -> str:
    """A problem with all keys explained, for a data set.

    Args:
        listener: hears how images of the user's own are read.

    Raises:
        InputError: there is none of this name, or images of the user's own can't be read.
    """
    from xpert_evo.data import ImageSettings, dataset_info, image_settings
    from xpert_evo.data.own_images import is_own, usual_size

    text = (Path(__file__).parent / "problem_template.toml").read_text(encoding="utf-8")
    if not is_own(dataset):
        images = dataset_info(dataset).train_images
        validation = min(MOST_VALIDATION, images // 4)
        return _with_budget(text, dataset, min(MOST_TRAINING, images - validation), validation, LEAST_EPOCHS)
    size = usual_size(dataset, listener)
    images = dataset_info(dataset, image_settings(dataset, ImageSettings(size=size), listener)).train_images
    validation = spare = min(MOST_VALIDATION, images // 4)  # as many again, to confirm the front on
    train = max(1, min(MOST_TRAINING, images - validation - spare))
    epochs = max(LEAST_EPOCHS, min(MOST_EPOCHS, IMAGES_SEEN // train))
    text = _with_budget(text, dataset, train, validation, epochs)
    batch = f"batch_size = {SMALL_BATCH_SIZE if train < FEW_IMAGES else BATCH_SIZE}\n"
    text = text.replace("resolution = ", f"{batch}resolution = ", 1)
    return text.replace("# Choices of every layer", f"{_images_table(size)}\n# Choices of every layer", 1)


def _with_budget(text: str, dataset: str, train: int, validation: int, epochs: int) -> str:
    quoted = json.dumps(dataset, ensure_ascii=False)  # as TOML has texts
    marks = {'"@DATASET@"': quoted, "@TRAIN@": train, "@VALIDATION@": validation, "@EPOCHS@": epochs}
    for mark, value in marks.items():
        text = text.replace(mark, str(value))
    return text


def _images_table(size: int | None) -> str:
    """How images of the user's own are read, as lines of a problem file."""
    resized = f"size = {size}    " if size else "# size = 64  "
    return (
        "[images]\n"
        f"{resized}# pixels a side that images are resized to, cropped at the centre; left out: as they are\n"
        "flip = false # whether a mirrored image is still one of its class\n"
    )
