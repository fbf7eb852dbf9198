"""The data sets by name, and the digits, which need no files."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from xpert_evo.data import dataset_info, dataset_names, load_test, load_train
from xpert_evo.data.digits import enlarge
from xpert_evo.errors import InputError


def test_names_and_info_agree():
    assert dataset_names() == ["digits", "cifar10", "tinyimagenet"]
    assert [dataset_info(name).name for name in dataset_names()] == dataset_names()
    info = dataset_info("cifar10")
    assert (info.classes, info.image_size, info.image_channels, info.flip) == (10, 32, 3, True)


@pytest.mark.parametrize("function", [dataset_info, load_train, load_test])
def test_an_unknown_name_lists_the_valid_ones(function):
    with pytest.raises(
        InputError, match=r"'mnist'; there are digits, cifar10, tinyimagenet, or your own: folder:PATH$"
    ):
        function("mnist")


def test_importing_loads_no_heavy_package():
    heavy = "{'torch', 'torchvision', 'sklearn', 'PIL'}"
    code = f"import sys, xpert_evo.data; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_digits_have_the_promised_form():
    info = dataset_info("digits")
    train, test = load_train("digits"), load_test("digits")
    assert train.pixels.shape == (1497, 1, 32, 32)
    assert test.pixels.shape == (300, 1, 32, 32)
    assert (info.train_images, info.test_images, info.flip) == (len(train), len(test), False)
    for part in (train, test):
        assert part.pixels.dtype == np.uint8
        assert (part.pixels.min(), part.pixels.max()) == (0, 255)
    assert set(np.bincount(test.labels)) <= {29, 30, 31}


def test_digits_parts_are_fixed_and_cover_the_original():
    from sklearn.datasets import load_digits

    train, test = load_train("digits"), load_test("digits")
    assert np.array_equal(np.bincount(train.labels) + np.bincount(test.labels), np.bincount(load_digits().target))
    # a published figure on the digits holds only as long as this split does
    assert hashlib.sha256(test.pixels.tobytes() + test.labels.tobytes()).hexdigest()[:16] == "29e30cf334b9f1ba"


def test_enlarging_keeps_constants_and_interpolates_between_pixel_centres():
    assert np.all(enlarge(np.full((1, 8, 8), 16.0), 32) == 16)
    ramp = enlarge(np.tile(np.arange(8.0), (1, 8, 1)), 32)[0, 0]
    expected = np.clip((np.arange(32) + 0.5) / 4 - 0.5, 0, 7)
    assert np.array_equal(ramp, expected)
