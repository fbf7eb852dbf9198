"""Images and their stratified split."""

import numpy as np
import pytest

from xpert_evo.data import Images, split
from xpert_evo.errors import InputError


def numbered(counts: list[int]) -> Images:
    """Images of these class sizes, shuffled, each a single pixel row that holds its own index."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    index = np.arange(len(labels))
    pixels = np.stack([index // 256, index % 256], axis=1).astype(np.uint8)
    return Images(pixels[:, None, None, :], labels.astype(np.int64), "numbered")


def indices(images: Images) -> list[int]:
    return (images.pixels[:, 0, 0, 0].astype(int) * 256 + images.pixels[:, 0, 0, 1]).tolist()


@pytest.mark.parametrize("counts", [[100] * 10, [3, 500, 97, 41], [7], [1, 1, 1, 1]])
def test_split_is_disjoint_sized_and_stratified(counts):
    images = numbered(counts)
    validation = len(images) // 5
    train, held_out = split(images, train=len(images) - validation, validation=validation, seed=3)
    assert sorted(indices(train) + indices(held_out)) == list(range(len(images)))
    assert len(held_out) == validation
    share = np.array(counts) * validation / len(images)
    assert np.all(np.abs(np.bincount(held_out.labels, minlength=len(counts)) - share) <= 1)
    assert np.array_equal(held_out.labels, images.labels[indices(held_out)])
    assert held_out.source == "numbered"


def test_equal_classes_take_turns_in_every_stretch():
    train, held_out = split(numbered([50] * 7), train=100, validation=33, seed=0)
    for part in (train, held_out):
        for start in range(0, len(part) - 20):
            counts = np.bincount(part.labels[start : start + 20], minlength=7)
            assert counts.max() - counts.min() <= 1


def test_split_depends_on_the_seed_only():
    images = numbered([50] * 4)
    first, again = (split(images, train=100, validation=40, seed=5) for _ in range(2))
    assert [indices(part) for part in first] == [indices(part) for part in again]
    assert indices(first[0]) != indices(split(images, train=100, validation=40, seed=6)[0])


def test_validation_does_not_depend_on_the_training_size_and_training_parts_are_nested():
    images = numbered([50] * 4)
    small, small_held_out = split(images, train=30, validation=40, seed=5)
    large, large_held_out = split(images, train=160, validation=40, seed=5)
    assert indices(small_held_out) == indices(large_held_out)
    assert indices(small) == indices(large)[:30]


def test_validation_is_cut_to_a_quarter():
    train, held_out = split(numbered([50, 50]), train=75, validation=5000, seed=0)
    assert (len(train), len(held_out)) == (75, 25)
    assert len(split(numbered([50, 50]), train=100, validation=0, seed=0)[1]) == 0


@pytest.mark.parametrize(
    ("train", "validation", "words"),
    [
        (81, 20, ["81 training", "20 validation", "the 100 available in numbered", "at most 80"]),
        (76, 5000, ["76 training", "25 validation", "5000 asked for", "100 available", "at most 75"]),
        (0, 10, ["at least 1 training", "not 0 and 10"]),
        (10, -1, ["not 10 and -1"]),
    ],
)
def test_sizes_that_do_not_fit_are_bad_input(train, validation, words):
    with pytest.raises(InputError) as error:
        split(numbered([50, 50]), train=train, validation=validation, seed=0)
    message = str(error.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("pixels", "labels"),
    [
        (np.zeros((2, 3, 4, 4)), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 3, 4, 4), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((2, 3, 4, 4), np.uint8), np.zeros(2, np.int32)),
    ],
)
def test_images_check_shapes_and_types(pixels, labels):
    with pytest.raises(ValueError, match=r"not (float64|uint8|int64|int32)"):
        Images(pixels, labels)
