import pytest

from xpert_evo.accuracy.training.recipes import RECIPES, recipe
from xpert_evo.data import dataset_info, dataset_names
from xpert_evo.errors import InputError


def test_every_data_set_has_a_recipe_that_fits_its_images():
    assert sorted(RECIPES) == sorted(dataset_names())
    for name in dataset_names():
        settings = recipe(name)
        assert 0 < settings.float_epochs < settings.epochs
        assert settings.crop_padding <= dataset_info(name).image_size // 8


@pytest.mark.parametrize(("size", "padding"), [(16, 2), (32, 4), (64, 8), (1024, 64)])
def test_images_of_a_user_s_own_have_a_recipe_by_their_size(size, padding):
    settings = recipe("folder:mine", image_size=size)
    assert (settings.epochs, settings.float_epochs, settings.batch_size) == (60, 40, 128)
    assert settings.crop_padding == padding


def test_what_is_given_takes_the_place_of_the_data_set_s_own():
    assert [recipe("digits", {"epochs": epochs}).float_epochs for epochs in (1, 2, 3, 60)] == [0, 1, 2, 40]
    changes = {"epochs": 7, "float_epochs": 2, "cutout": 8, "bfloat16": True, "device_variation": True}
    settings = recipe("cifar10", changes)
    assert (settings.epochs, settings.float_epochs, settings.cutout) == (7, 2, 8)
    assert settings.bfloat16 and settings.device_variation
    with pytest.raises(InputError, match="--float-epochs 7: fewer than the 7 epochs"):
        recipe("cifar10", {"epochs": 7, "float_epochs": 7})
    with pytest.raises(InputError, match=r"training: cutout: .*256"):
        recipe("cifar10", {"cutout": 300})
    assert recipe("cifar10", {"epochs": None}) == recipe("cifar10")
