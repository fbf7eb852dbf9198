"""What a problem file says, and remembers, of images of the user's own. Loads nothing heavy."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, Self

from pydantic import Field, model_validator

from xpert_evo.data.info import DatasetInfo
from xpert_evo.strict import Strict

FOLDER = "folder:"  # a data set's name that begins so goes on with a path
LARGEST_SIDE = 1024  # of the images that designs are made for


class ImageContent(Strict):
    """What was read of the images once, so that a run means the same wherever they are and whatever becomes of them."""

    side: int = Field(ge=1, le=LARGEST_SIDE, description="of the square images that networks are given, in pixels")
    channels: Literal[1, 3] = Field(description="1 where all training images are grey, else 3")
    class_names: tuple[str, ...] = Field(min_length=2, description="in the order of the labels")
    train_images: int = Field(ge=1, description="that trainings and searches may use")
    test_images: int = Field(ge=1, description="that final figures are measured on")
    fingerprint: str = Field(pattern="^[0-9a-f]{16}$", description="of the training images and their classes")


class ImageSettings(Strict):
    """The table [images]: images of the user's own, where `dataset` is `folder:PATH`."""

    size: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_SIDE,
        description="side that images are resized to, cropped at the centre to squares; default: they are square and "
        "of one size, and stay as they are",
    )
    flip: bool = Field(default=False, description="whether a mirrored image is still one of its class")
    content: ImageContent | None = Field(default=None, description="what was read of them")

    @model_validator(mode="after")
    def _of_one_size(self) -> Self:
        if self.size is not None and self.content is not None and self.content.side != self.size:
            raise ValueError(f"content.side: {self.content.side}, but size is {self.size}; leave content out")
        return self

    def info(self, dataset: str) -> DatasetInfo:
        """Facts about a data set that was read.

        Raises:
            ValueError: it wasn't read.
        """
        if self.content is None:
            raise ValueError(f"{dataset}: wasn't read")
        return DatasetInfo(
            name=dataset,
            label=label_of(dataset),
            description="images of the user's own",
            classes=len(self.content.class_names),
            image_size=self.content.side,
            image_channels=self.content.channels,
            flip=self.flip,
            train_images=self.content.train_images,
            test_images=self.content.test_images,
        )


def short_name(dataset: str) -> str:
    """A data set's name without the folders that a folder of images lies in: it is written where others read it."""
    return f"{FOLDER}{label_of(dataset)}" if dataset.startswith(FOLDER) else dataset


def label_of(dataset: str) -> str:
    """What pages and pictures call images of the user's own: the last part of their path."""
    return PurePath(dataset.removeprefix(FOLDER)).name.removesuffix(".npz") or dataset
