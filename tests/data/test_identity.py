"""What training images are known by: a fingerprint where they are a user's own, else the data set's name."""

import pytest

from tests.data.png_folders import arrays_of
from xpert_evo.data import dataset_info, image_settings, load_train, own_images, register_dataset
from xpert_evo.data.identity import identity_in, identity_of, same_images

ONE, OTHER = "fingerprint 0123456789abcdef", "fingerprint fedcba9876543210"


@pytest.mark.parametrize(
    ("source", "identity"),
    [
        ("CIFAR-10, train: 50000 images (50000)", "CIFAR-10"),
        ("Tiny ImageNet subset, train: 200 classes x 100 images", "Tiny ImageNet"),
        (f"CIFAR-10, train: 2 classes x 4 images, {ONE} (8)", "0123456789abcdef"),
        ("photographs (200)", None),
        ("", None),
    ],
)
def test_a_file_says_which_images_it_is_of_or_nothing(source, identity):
    assert identity_in(source) == identity


def test_a_data_set_and_what_it_writes_are_the_same(monkeypatch):
    monkeypatch.setattr(own_images, "_registered", {})
    register_dataset("waves", arrays_of(5))
    for name in ("digits", "waves"):
        assert identity_in(load_train(name).source) == identity_of(name, image_settings(name)), name
    assert identity_of("digits") == dataset_info("digits").label


def test_own_images_may_move_and_others_are_what_their_line_says():
    assert same_images(f"mine, train: 2 classes x 4 images, {ONE}", f"moved, train: 2 classes x 4 images, {ONE}")
    assert not same_images(f"mine, {ONE}", f"mine, {OTHER}") and not same_images(f"mine, {ONE}", "CIFAR-10, train")
    assert same_images("photographs", "photographs") and not same_images("CIFAR-10 (5)", "CIFAR-10 (6)")
