"""One training to be done, and what becomes of it wherever it is done."""

from __future__ import annotations

from dataclasses import dataclass

from xpert_evo.accuracy.estimators.base import CanTrainShorter, Estimator
from xpert_evo.design.design import Design
from xpert_evo.search.records.accuracies import FAILED, LOST, OK, StoredAccuracy
from xpert_evo.search.workers.failures import is_of_machine


@dataclass(frozen=True)
class AccuracyTask:
    """One training to be done: what it is called in the store, the design and the seed.

    Attributes:
        epochs: of a training that is shorter than the estimator's own; else None.
    """

    key: str
    replicate: int
    design: Design
    seed: int
    epochs: int | None = None


def estimate(estimator: Estimator, task: AccuracyTask) -> StoredAccuracy:
    """Runs one task. Whatever goes wrong inside a training is a result too: a search outlives it."""
    try:
        if task.epochs is not None:
            assert isinstance(estimator, CanTrainShorter)
            estimator = estimator.of_epochs(task.epochs)
        result = estimator.estimate(task.design, task.seed)
    except Exception as error:
        status = LOST if is_of_machine(error) else FAILED
        return StoredAccuracy(task.key, task.replicate, status, error=f"{type(error).__name__}: {error}")
    return StoredAccuracy(
        task.key,
        task.replicate,
        OK,
        result.accuracy,
        result.standard_error,
        result.images,
        result.seconds,
        right=result.right,
    )


def lost(task: AccuracyTask, why: str) -> StoredAccuracy:
    """The record of a task that its machine gave no answer to."""
    return StoredAccuracy(task.key, task.replicate, LOST, error=why)
