import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.accuracy.estimators.test_proxy_training import SETTINGS, SHORT, design, parts
from xpert_evo.accuracy.estimators.fine_tuning import FineTuning
from xpert_evo.accuracy.settings import ArrayShape


def fine_tuning(pictures, weights, settings=SHORT) -> FineTuning:
    return FineTuning(settings, *parts(pictures), weights=weights, array=ArrayShape(), flip=False)


def test_precisions_of_the_same_depths_share_one_training(pictures, tmp_path):
    estimator = fine_tuning(pictures, tmp_path)

    for bits in (8, 3):
        estimator.estimate(design(adc_bits=bits, input_bits=bits), seed=3)
    assert len(list(tmp_path.iterdir())) == 1
    estimator.estimate(design(), seed=4)
    estimator.estimate(design(width=0.5), seed=3)
    assert len(list(tmp_path.iterdir())) == 3, "another seed and other depths are other trainings"


def test_kept_weights_are_where_fine_tuning_starts(pictures, tmp_path):
    estimator = fine_tuning(pictures, tmp_path)
    estimator.estimate(design(), seed=3)
    path = next(tmp_path.iterdir())
    save_file({name: torch.zeros_like(tensor) for name, tensor in load_file(path).items()}, path)

    accuracy = estimator.estimate(design(), seed=3).accuracy

    labels = parts(pictures)[1].labels[: SHORT.validation_images]
    assert accuracy in [(labels == label).mean() for label in range(4)], "networks of zeros tell nothing apart"


def test_without_epochs_shared_weights_are_scored_as_they_are(pictures, tmp_path):
    settings = SETTINGS.model_copy(update={"width_factor": 0.5, "fine_tune_epochs": 0})
    estimator = fine_tuning(pictures, tmp_path, settings)

    shared, coarse = (estimator.estimate(design(input_bits=bits), 3) for bits in (8, 1))

    assert shared.accuracy > 0.95, "chance is 0.25"
    assert coarse.accuracy < 0.95  # 0.58 +- 0.09 over sixteen trainings
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_an_accuracy_does_not_depend_on_who_asked_first(pictures, tmp_path, kept):
    few, many = design(adc_bits=4, input_bits=2), design(adc_bits=8, input_bits=8)
    one_way, other_way = (
        pickle.loads(pickle.dumps(fine_tuning(pictures, tmp_path / name if kept else None))) for name in "ab"
    )

    one = [one_way.estimate(wanted, seed=3).accuracy for wanted in (few, many)]
    other = [other_way.estimate(wanted, seed=3).accuracy for wanted in (many, few)]

    assert one == other[::-1]


def test_other_settings_are_other_trainings(pictures, tmp_path):
    for settings in (SHORT, SHORT.model_copy(update={"batch_size": 30})):
        fine_tuning(pictures, tmp_path, settings).estimate(design(), seed=3)
    assert len(list(tmp_path.iterdir())) == 2
