"""Where trainings run: in this process or in several local ones."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.design.designs import Design
from xpert_evo.search.store import StoredAccuracy


@dataclass(frozen=True)
class AccuracyTask:
    """One training to be done: what it is called in the store, the design and the seed."""

    key: str
    replicate: int
    design: Design
    seed: int


class Workers(Protocol):
    """Runs tasks; a failed one comes back as a failed accuracy and never as an exception."""

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        """Results in the order in which they become ready."""
        ...

    def close(self) -> None:
        """Ends what is still running."""
        ...


def estimate(estimator: Estimator, task: AccuracyTask) -> StoredAccuracy:
    """Runs one task. Whatever goes wrong inside a training is a result too."""
    try:
        result = estimator.estimate(task.design, task.seed)
    except Exception as error:  # a search outlives any failure of one design
        return failed(task, f"{type(error).__name__}: {error}")
    return StoredAccuracy(
        task.key,
        task.replicate,
        "ok",
        result.accuracy,
        result.standard_error,
        result.images,
        result.seconds,
    )


def failed(task: AccuracyTask, error: str) -> StoredAccuracy:
    """The record of a task that gave no accuracy."""
    return StoredAccuracy(task.key, task.replicate, "failed", error=error)


class InProcess:
    """One task after the other in this process."""

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        for task in tasks:
            yield estimate(self.estimator, task)

    def close(self) -> None:
        return


_estimator: Estimator  # of a worker process, set once when it starts


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of the terminal; the main one alone decides what stops."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Deaf:
    """What a worker is given first: reading it makes the process ignore Ctrl-C before it loads what follows."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _ignore_interrupts, ()


def _start_worker(_: _Deaf | None, estimator: Estimator) -> None:
    global _estimator
    _estimator = estimator


def _work(task: AccuracyTask) -> StoredAccuracy:
    return estimate(_estimator, task)


class LocalProcesses:
    """Several tasks at a time in processes of their own, which get the estimator and its images once.

    A process that dies (killed for memory, say) takes the pool with it: its tasks are tried again one at a
    time, and the one that kills its process again is recorded as failed.
    """

    def __init__(self, estimator: Estimator, workers: int, threads: int) -> None:
        self.estimator = estimator
        self.workers = workers
        self.threads = threads
        self._pool = self._new_pool()

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        unfinished = {(task.key, task.replicate): task for task in tasks}
        for result in self._run_until_broken(tasks):
            del unfinished[(result.key, result.replicate)]
            yield result
        for task in unfinished.values():
            self._pool = self._new_pool()
            alone = list(self._run_until_broken([task]))
            yield alone[0] if alone else failed(task, "the worker process died twice")
        if unfinished:
            self._pool = self._new_pool()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()

    def _new_pool(self) -> ProcessPoolExecutor:
        # torch reads it when it is loaded, before anybody can call set_num_threads
        os.environ["OMP_NUM_THREADS"] = str(self.threads)
        return ProcessPoolExecutor(
            self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(_Deaf(), self.estimator),
        )

    def _run_until_broken(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        waiting: set[Future[StoredAccuracy]] = set()
        try:
            waiting = {self._pool.submit(_work, task) for task in tasks}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
