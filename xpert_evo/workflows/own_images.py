"""Images that a program gives in place of its problem's data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from xpert_evo.data import ImageSource, register_dataset
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.settings import FOLDER
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.workflows.problem import Problem, reading

GivenImages = ImageSource | str | Path | Mapping[str, np.ndarray]
ARRAYS = "arrays"  # the data set that arrays become


def with_images(problem: Problem, images: GivenImages, listener: ImageListener = NOBODY) -> tuple[Problem, ImageSource]:
    """The problem with the images that are given, and where data sets are looked for.

    Args:
        images: an ImageSource leaves the problem as it is; the path of a folder or an .npz, or arrays as
            `register_dataset` takes them, take the place of its data set, at the size that its `images.size` says.
        listener: hears how they are read.

    Raises:
        InputError: the images aren't there, can't be read, or the problem doesn't fit them.
    """
    if isinstance(images, Mapping):
        register_dataset(ARRAYS, images)
        dataset = ARRAYS
    elif isinstance(images, str | Path):
        dataset = f"{FOLDER}{str(images).removeprefix(FOLDER)}"
    else:
        return problem, images
    content = problem.model_dump(mode="json", exclude_none=True)
    own = {key: value for key, value in content.get("images", {}).items() if key != "content"}
    try:
        content = {**content, "dataset": dataset, "images": own}
        return Problem.model_validate(content, context=reading(listener)), ImageSource()
    except ValidationError as error:
        raise InputError(describe_validation_error(error, "images", Problem)) from error
