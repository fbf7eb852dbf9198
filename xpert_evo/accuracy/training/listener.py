"""What a full training tells of itself while it runs."""

from __future__ import annotations

from typing import NamedTuple

from xpert_evo.accuracy.training.pace import Pace


class EpochRow(NamedTuple):
    """One finished epoch, a row of curves.csv.

    Attributes:
        fidelity: `float` or `noise`, of the validation accuracy.
        seconds: of training, without scoring.
    """

    epoch: int
    fidelity: str
    train_loss: float
    validation_accuracy: float
    seconds: float


class Listener:
    """Hears what happens, and does nothing; override what is of interest."""

    def begins(self, done: int, pace: Pace) -> None:
        """So many epochs are done already, and others are to come, this fast."""

    def trained(self, images: int) -> None:
        """A step on so many images is done."""

    def epoch(self, row: EpochRow) -> None:
        """An epoch is done."""

    def tested(self, images: int) -> None:
        """So many images are simulated exactly; of none when the test begins, and when these passes do."""
