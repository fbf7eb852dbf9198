"""A full training in words for a person: what is to come, how long it takes, an epoch's figures, time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from xpert_evo.accuracy.training.arithmetic import INSTEAD, does_without
from xpert_evo.accuracy.training.full import FullTraining
from xpert_evo.accuracy.training.listener import EpochRow, Listener
from xpert_evo.accuracy.training.pace import Pace, Times
from xpert_evo.data.listener import ImageListener
from xpert_evo.workflows.tensorboard import Board


class Shown(ImageListener, Protocol):
    """Shows a person what happens; see `cli.image_progress`."""

    def begin(self, what: str, total: int, seconds: float | None = None) -> None: ...


@dataclass(frozen=True)
class Sizes:
    """How many images are trained on, held out for the curve and tested, and how many weights there are."""

    fitted: int
    validation: int
    test: int
    weights: int


class ShownTraining(Listener):
    """Says what a training does, to a person and to TensorBoard where there is a board."""

    def __init__(self, shown: Shown, board: Board | None, training: FullTraining, sizes: Sizes, device: str) -> None:
        self._shown, self._board, self._training, self._sizes = shown, board, training, sizes
        self._device = device
        self._times: Times  # known when the training begins, and so are the seconds of its test
        self._test_seconds = 0.0

    def begins(self, done: int, pace: Pace) -> None:
        sizes, settings = self._sizes, self._training.settings
        self._shown.say(
            f"{sizes.fitted} images to train on, {sizes.validation} training images held out for the curve; the "
            f"{sizes.test} test images are looked at once, at the end"
        )
        if does_without(settings, self._device):
            self._shown.say(INSTEAD)
        self._times = Times(pace, settings, sizes.fitted, sizes.validation, done)
        self._test_seconds = pace.test(self._training.audit, sizes.test)
        whole = self._times.foretold(done) + self._test_seconds
        self._shown.say(
            f"about {_span(whole)} on {self._device}, {_span(self._test_seconds)} of them for the final test; "
            f"{sizes.weights / 1e6:.2f} million weights, so a checkpoint of {8 * sizes.weights / 1e6:.1f} MB and codes "
            f"of {sizes.weights / 1e6:.1f} MB"
        )
        if self._board is not None:
            self._board.begin(done)
        self._begin_epoch(done + 1)

    def trained(self, images: int) -> None:
        self._shown.add(images)

    def epoch(self, row: EpochRow) -> None:
        epochs = self._training.settings.epochs
        left = _span(self._times.left(row.epoch) + self._test_seconds)
        self._shown.say(
            f"epoch {row.epoch} of {epochs}: training loss {row.train_loss:.3f}, validation accuracy "
            f"({row.fidelity}) {100 * row.validation_accuracy:.2f} %, about {left} left"
        )
        if self._board is not None:
            self._board.add(row)
        if row.epoch < epochs:
            self._begin_epoch(row.epoch + 1)

    def tested(self, images: int) -> None:
        if images == 0:
            passes = self._training.audit.passes(self._sizes.test)
            self._shown.begin("final test, conversion by conversion", passes, self._test_seconds)
        self._shown.add(images)

    def _begin_epoch(self, number: int) -> None:
        settings = self._training.settings
        fidelity = "float" if number <= settings.float_epochs else "noise"
        self._shown.begin(f"epoch {number} of {settings.epochs} ({fidelity})", self._sizes.fitted)


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds))
