"""A training's curves for TensorBoard, which is an optional extra."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xpert_evo.accuracy.training.listener import EpochRow
from xpert_evo.errors import InputError


class Board:
    """Writes event files.

    Args:
        folder: of the event files.

    Raises:
        InputError: TensorBoard isn't installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise InputError(
                "--tensorboard: the package tensorboard isn't installed; pip install 'xpert-evo[tensorboard]'"
            ) from error
        self._folder, self._writer_class = folder, SummaryWriter
        self._writer: Any = None

    def begin(self, done: int) -> None:
        """A training begins or goes on; what an earlier one wrote after so many epochs is void."""
        self._writer = self._writer_class(str(self._folder), purge_step=done + 1)

    def add(self, row: EpochRow) -> None:
        """One finished epoch."""
        self._writer.add_scalar("loss/training", row.train_loss, row.epoch)
        self._writer.add_scalar(f"accuracy/validation_{row.fidelity}", row.validation_accuracy, row.epoch)
        self._writer.flush()

    def close(self) -> None:
        """Nothing follows."""
        if self._writer is not None:
            self._writer.close()
