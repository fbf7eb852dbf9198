import pickle
import warnings

import pytest
import torch
from pydantic import ValidationError

from tests.accuracy.examples import shallow
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.settings import ArrayShape, ProxySettings
from xpert_evo.data import Images
from xpert_evo.design.design import homogeneous
from xpert_evo.errors import InputError

SETTINGS = ProxySettings(train_images=400, validation_images=200, epochs=4, batch_size=40)
SHORT = SETTINGS.model_copy(
    update={"epochs": 1, "train_images": 120, "validation_images": 100, "width_factor": 0.5, "calibration_images": 20}
)


def parts(pictures) -> tuple[Images, Images]:
    """Pictures of twice the proxies' resolution, to train with and to score with."""
    images, labels = pictures
    enlarged = images.repeat(2, axis=2).repeat(2, axis=3)
    return Images(enlarged[:400], labels[:400]), Images(enlarged[400:], labels[400:])


def proxy(pictures, settings=SHORT) -> ProxyTraining:
    return ProxyTraining(settings, *parts(pictures), array=ArrayShape(), flip=False)


def design(**genes):
    """Of which `SHORT` trains half the channels."""
    return shallow(image_size=32, width=2 * genes.pop("width", 1.0), **genes)


def test_an_estimate_of_a_vgg16_is_far_above_chance(pictures):
    found = proxy(pictures, SETTINGS).estimate(homogeneous(image_channels=1, classes=4, width=0.4), seed=3)

    assert found.accuracy > 0.9, "chance is 0.25"
    assert found.images == 200
    assert found.standard_error == pytest.approx((found.accuracy * (1 - found.accuracy) / 200) ** 0.5)
    assert found.seconds > 0


def test_an_estimate_is_repeatable_after_pickling(pictures):
    estimator = proxy(pictures)

    first = estimator.estimate(design(), seed=3)
    again = pickle.loads(pickle.dumps(estimator)).estimate(design(), seed=3)

    assert again.accuracy == first.accuracy


def test_one_of_fewer_epochs_is_what_settings_of_so_many_give(pictures):
    longer = SHORT.model_copy(update={"epochs": 6, "float_epochs": 4})
    same = SHORT.model_copy(update={"epochs": 3, "float_epochs": 2})
    whole = proxy(pictures, longer)

    found = whole.of_epochs(3)

    assert found.settings == same and whole.settings == longer
    assert found.estimate(design(), seed=3).right == proxy(pictures, same).estimate(design(), seed=3).right
    assert whole.of_epochs(1).settings.float_epochs == 0, "the ADCs are in the loop"


def test_images_that_processes_share_are_read_without_a_warning_and_not_written(pictures):
    estimator = proxy(pictures)
    buffers: list[pickle.PickleBuffer] = []
    sent = pickle.dumps(estimator, protocol=5, buffer_callback=buffers.append)
    shared = [bytes(buffer) for buffer in buffers]  # which arrays made of them can't be written to
    before = [bytearray(part) for part in shared]
    copy = pickle.loads(sent, buffers=shared)
    assert len(shared) == 4 and not copy._train_images.flags.writeable

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = copy.estimate(design(), seed=3)

    assert again.accuracy == estimator.estimate(design(), seed=3).accuracy and shared == before


def test_an_estimate_restores_the_callers_threads(pictures):
    torch.set_num_threads(2)

    proxy(pictures).estimate(design(width=0.2), seed=0)

    assert torch.get_num_threads() == 2


def test_too_few_training_images_are_bad_input(pictures):
    with pytest.raises(InputError, match=r"proxy.train_images: 500, but there are only 400"):
        proxy(pictures, SETTINGS.model_copy(update={"train_images": 500}))


def test_sharing_and_adc_type_do_not_touch_accuracy(pictures):
    estimator = proxy(pictures)

    one = estimator.estimate(design(column_sharing=2, adc_type="sar"), seed=0)
    other = estimator.estimate(design(column_sharing=32, adc_type="flash"), seed=0)

    assert one.accuracy == other.accuracy


def test_an_unknown_setting_is_refused():
    with pytest.raises(ValidationError, match="learning_rat"):
        ProxySettings(learning_rat=0.1)
    with pytest.raises(ValidationError, match="float_epochs: 3; fewer than the 3 epochs are wanted"):
        ProxySettings(epochs=3, float_epochs=3)
