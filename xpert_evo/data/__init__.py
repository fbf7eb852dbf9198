"""Image data sets as arrays: where they are looked for, how they are read, how they are split.

To add a data set: one file here with an `INFO` and a `load` (digits.py is the shortest example), one line in
registry.py. Nothing here imports torch, torchvision or scikit-learn before a data set that needs it is loaded.

Images of a user's own, from the bottom up: image_files.py (a file), pictures.py (many, of any size), held_out.py (a
test part), image_folders.py and image_arrays.py (where they may be), image_cache.py, own_images.py (all of it).
listener.py is told how they are read.
"""

from xpert_evo.data.images import Images, left_over, split
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.registry import (
    dataset_info,
    dataset_names,
    image_settings,
    load_test,
    load_train,
    register_dataset,
)
from xpert_evo.data.settings import ImageSettings
from xpert_evo.data.source import ImageSource

__all__ = [
    "DatasetInfo",
    "ImageSettings",
    "ImageSource",
    "Images",
    "dataset_info",
    "dataset_names",
    "image_settings",
    "left_over",
    "load_test",
    "load_train",
    "register_dataset",
    "split",
]
