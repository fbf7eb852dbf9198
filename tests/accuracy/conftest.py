"""One thread for all of this folder's tests, a small set of images, and what is trained on them once."""

import functools

import numpy as np
import pytest
import torch

from tests.accuracy import examples


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def pictures() -> tuple[np.ndarray, np.ndarray]:
    """uint8 images (600, 1, 16, 16) of four classes: a bar that stands or lies, bright or dark; noisy."""
    rng = np.random.default_rng(0)
    labels = rng.integers(4, size=600)
    images = rng.normal(128, 30, size=(600, 1, 16, 16))
    for image, label in zip(images, labels, strict=True):
        place = rng.integers(3, 11)
        bar = np.s_[0, place : place + 3, :] if label % 2 else np.s_[0, :, place : place + 3]
        image[bar] += 90 if label // 2 else -90
    return images.clip(0, 255).astype(np.uint8), labels.astype(np.int64)


@pytest.fixture(scope="package")
def trained(pictures):
    """`examples.trained` by encoding and ADC bits, each trained once: not to be changed."""

    @functools.cache
    def network(encoding, adc_bits):
        with torch.enable_grad():  # whoever asks first
            return examples.trained(pictures, encoding=encoding, adc_bits=adc_bits)

    return network


@pytest.fixture(scope="package")
def whole(pictures, tmp_path_factory):
    """The folder of a training that ran to its end; copy it to change it."""
    folder = tmp_path_factory.mktemp("whole")
    examples.run(pictures, folder)
    return folder
