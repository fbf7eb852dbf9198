"""Image data sets as arrays: where they are looked for, how they are read, how they are split.

To add a data set: one file here with an `INFO` and a `load` (digits.py is the shortest example), one line in
registry.py. Nothing here imports torch, torchvision or scikit-learn before a data set that needs it is loaded.
"""

from xpert_evo.data.images import Images, left_over, split
from xpert_evo.data.info import DatasetInfo
from xpert_evo.data.registry import dataset_info, dataset_names, load_test, load_train
from xpert_evo.data.source import ImageSource

__all__ = [
    "DatasetInfo",
    "ImageSource",
    "Images",
    "dataset_info",
    "dataset_names",
    "left_over",
    "load_test",
    "load_train",
    "split",
]
