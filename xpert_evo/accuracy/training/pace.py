"""How long a training will take, from a few steps of a throwaway network."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass

from torch import Tensor

from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, Audit, exact_accuracy
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.loop import CALIBRATION_INTERVAL, EpochReport, train

_STEPS = 4
_SCORED_IMAGES = 250
_EXACT_IMAGES = 10
# Of the seconds of a few steps with their calibrations: where something else disturbs, these can seem to take all.
_LEAST_SHARE = 0.1
# Epochs by which the time left is corrected: few, so that a pause or a busy hour is soon forgotten.
_RECENT = 3


@dataclass(frozen=True)
class Pace:
    """Seconds of what a training does.

    Attributes:
        step: of training, with the ADCs in the loop.
        float_step: of training, without.
        calibration: of the ADCs' ranges.
        scored: an image, as in validation.
        exact: an image, conversion by conversion.
    """

    step: float
    float_step: float
    calibration: float
    scored: float
    exact: float

    def training(self, settings: TrainingSettings, images: int, validation: int, *, done: int = 0) -> float:
        """Seconds of the epochs after the first `done`, on so many images, each scored on so many others."""
        steps = images // min(settings.batch_size, images)
        scoring = validation * self.scored + self.calibration
        float_epoch = steps * self.float_step + scoring
        epoch = steps * self.step + math.ceil(steps / CALIBRATION_INTERVAL) * self.calibration + scoring
        float_epochs = max(0, settings.float_epochs - done)
        return float_epochs * float_epoch + (settings.epochs - done - float_epochs) * epoch

    def test(self, audit: Audit, images: int) -> float:
        """Seconds of the final test on so many test images."""
        return (CALIBRATION_IMAGES + audit.passes(images)) * self.exact + 2 * images * self.scored


class Times:
    """How long a training still takes: what its pace foretells, corrected by what its last epochs took.

    Args:
        images, validation: trained and scored in an epoch.
        done: epochs that earlier sittings did.
    """

    def __init__(self, pace: Pace, settings: TrainingSettings, images: int, validation: int, done: int) -> None:
        self._pace, self._settings, self._images, self._validation = pace, settings, images, validation
        self._ends = deque([(done, time.monotonic())], maxlen=_RECENT + 1)

    def foretold(self, done: int) -> float:
        """Seconds of training after so many epochs, by the pace alone."""
        return self._pace.training(self._settings, self._images, self._validation, done=done)

    def left(self, done: int) -> float:
        """The same, as an epoch ends, corrected by what it and the last ones before it in this sitting took."""
        self._ends.append((done, time.monotonic()))
        (first, began), (_, ended) = self._ends[0], self._ends[-1]
        return self.foretold(done) * (ended - began) / (self.foretold(first) - self.foretold(done))


def measured_pace(
    network: CrossbarNetwork, images: Tensor, labels: Tensor, *, settings: TrainingSettings, flip: bool
) -> Pace:
    """Trains a few steps and scores a few training images; nothing random is drawn but the network's own.

    Args:
        network: a throwaway network like the one to be trained, on the device that is to train it.
        images: training images, uint8 (M, C, H, W), on the same device.
        labels: int64 (M,), on the same device.
    """
    batch = min(settings.batch_size, len(images))
    several = min(_STEPS, len(images) // batch)

    def seconds(steps: int, *, plain: bool) -> float:
        """Of an epoch of so many steps: calibrations at its start, where ADCs are in the loop, and at its end."""
        reports: list[EpochReport] = []
        some, wanted = images[: steps * batch], labels[: steps * batch]
        short = settings.model_copy(update={"epochs": 1, "float_epochs": int(plain)})
        train(
            network, some, wanted, settings=short, flip=flip, seed=0, on_epoch=lambda report, _: reports.append(report)
        )
        return reports[0].seconds

    def a_step(taken: float, calibrations: int) -> float:
        return max(taken - calibrations * calibration, _LEAST_SHARE * taken) / several

    for plain in (False, True):
        seconds(1, plain=plain)  # memory is taken, the noise's normals are drawn
    began = time.perf_counter()
    network.calibrate(as_pixels(images[: settings.calibration_images]))
    calibration = time.perf_counter() - began
    step, float_step = a_step(seconds(several, plain=False), 2), a_step(seconds(several, plain=True), 1)
    some, wanted = images[:_SCORED_IMAGES], labels[:_SCORED_IMAGES]
    began = time.perf_counter()
    evaluate(network, some, wanted)
    scored = (time.perf_counter() - began) / len(some)
    few, wanted = images[:_EXACT_IMAGES], labels[:_EXACT_IMAGES]
    began = time.perf_counter()
    exact_accuracy(network, few, wanted)
    return Pace(step, float_step, calibration, scored, (time.perf_counter() - began) / len(few))
