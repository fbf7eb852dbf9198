import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.accuracy.estimators.test_proxy_training import SETTINGS, design
from xpert_evo.accuracy.estimators.fine_tuning import FineTuning
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.data import Images

SHORT = SETTINGS.model_copy(update={"epochs": 1, "train_images": 120, "validation_images": 100, "width_factor": 0.1})


def fine_tuning(pictures, weights, settings=SHORT) -> FineTuning:
    images, labels = pictures
    enlarged = images.repeat(2, axis=2).repeat(2, axis=3)
    parts = (Images(enlarged[:400], labels[:400]), Images(enlarged[400:], labels[400:]))
    return FineTuning(settings, *parts, weights=weights, array=ArrayShape(), flip=False)


def test_precisions_of_the_same_depths_share_one_training(pictures, tmp_path):
    estimator = fine_tuning(pictures, tmp_path)

    for bits in (8, 3):
        estimator.estimate(design(width=0.5, adc_bits=bits, input_bits=bits), seed=3)
    assert len(list(tmp_path.iterdir())) == 1
    estimator.estimate(design(width=0.5), seed=4)
    estimator.estimate(design(width=0.4), seed=3)
    assert len(list(tmp_path.iterdir())) == 3, "another seed and other depths are other trainings"


def test_kept_weights_are_where_fine_tuning_starts(pictures, tmp_path):
    estimator = fine_tuning(pictures, tmp_path)
    estimator.estimate(design(width=0.5), seed=3)
    path = next(tmp_path.iterdir())
    save_file({name: torch.zeros_like(tensor) for name, tensor in load_file(path).items()}, path)

    accuracy = estimator.estimate(design(width=0.5), seed=3).accuracy

    assert accuracy == pytest.approx(0.25, abs=0.1), "networks of zeros learn nothing"


def test_without_epochs_shared_weights_are_scored_as_they_are(pictures, tmp_path):
    settings = SHORT.model_copy(update={"epochs": 4, "train_images": 300, "fine_tune_epochs": 0})
    estimator = fine_tuning(pictures, tmp_path, settings)

    shared, coarse = (estimator.estimate(design(width=0.5, input_bits=bits), 3) for bits in (8, 1))

    assert shared.accuracy > 0.35, "chance is 0.25"
    assert coarse.accuracy < shared.accuracy
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_an_accuracy_does_not_depend_on_who_asked_first(pictures, tmp_path, kept):
    few, many = design(width=0.5, adc_bits=4, input_bits=2), design(width=0.5, adc_bits=8, input_bits=8)
    one_way, other_way = (
        pickle.loads(pickle.dumps(fine_tuning(pictures, tmp_path / name if kept else None))) for name in "ab"
    )

    one = [one_way.estimate(wanted, seed=3).accuracy for wanted in (few, many)]
    other = [other_way.estimate(wanted, seed=3).accuracy for wanted in (many, few)]

    assert one == other[::-1]


def test_other_settings_are_other_trainings(pictures, tmp_path):
    for settings in (SHORT, SHORT.model_copy(update={"batch_size": 30})):
        fine_tuning(pictures, tmp_path, settings).estimate(design(width=0.5), seed=3)
    assert len(list(tmp_path.iterdir())) == 2
