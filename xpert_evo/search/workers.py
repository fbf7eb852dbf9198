"""What runs trainings, and the simplest that does: this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.search.retries import with_retries
from xpert_evo.search.store import StoredAccuracy
from xpert_evo.search.tasks import AccuracyTask, estimate


class Workers(Protocol):
    """Runs tasks. What fails comes back as a failed or lost accuracy and never as an exception."""

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        """Results in the order in which they become ready; what the machine lost was tried several times."""
        ...

    def close(self) -> None:
        """Ends what is still running."""
        ...


class InProcess:
    """One task after the other in this process."""

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        return with_retries(self._once, tasks)

    def close(self) -> None:
        return

    def _once(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        for task in tasks:
            yield estimate(self.estimator, task)
