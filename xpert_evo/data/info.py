"""What is known about a data set before it is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetInfo:
    """One data set, as it is when complete.

    Attributes:
        name: registry key, as in problem files and on the command line.
        label: its name in tables and plots; what was really loaded is `Images.source`.
        description: one line: what it shows, where it comes from.
        classes: number of classes; labels are 0 .. classes - 1.
        image_size: side of the square images in pixels, as loaded.
        image_channels: 1 (grey) or 3 (RGB).
        flip: whether a mirrored image is still one of its class (training may flip).
        train_images: training images of the complete set, validation images included.
        test_images: test images of the complete set.
    """

    name: str
    label: str
    description: str
    classes: int
    image_size: int
    image_channels: int
    flip: bool
    train_images: int
    test_images: int
