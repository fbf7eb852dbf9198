"""What runs trainings, and the simplest that does: this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.workers.retries import Source, stream_with_retries, with_retries
from xpert_evo.search.workers.tasks import AccuracyTask, estimate


class Workers(Protocol):
    """Runs tasks. What fails comes back as a failed or lost accuracy and never as an exception."""

    def start(self) -> None:
        """Begins with what has to be loaded before a first task, so that it is done when one comes."""
        ...

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        """Results in the order in which they become ready; what the machine lost was tried several times."""
        ...

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        """The same of what a source gives, which is asked when something is free, after each result was heard of."""
        ...

    def close(self) -> None:
        """Ends what is still running."""
        ...


class InProcess:
    """One task after the other in this process."""

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator

    def start(self) -> None:
        return

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        return with_retries(self._flow, tasks)

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        return stream_with_retries(self._flow, source)

    def close(self) -> None:
        return

    def _flow(self, source: Source) -> Iterator[StoredAccuracy]:
        while tasks := source(1):
            yield estimate(self.estimator, tasks[0])
