"""Several trainings at a time, in processes of their own that can be ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import resource_tracker
from pickle import UnpicklingError
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.workers.deadlines import Deadline
from xpert_evo.search.workers.retries import Source, stream_with_retries, with_retries
from xpert_evo.search.workers.tasks import AccuracyTask, estimate, lost

LOOK_EVERY_SECONDS = 0.5

_estimator: Estimator  # of a worker process, set once when it starts


class LocalProcesses:
    """Several tasks at a time in processes of their own, which get the estimator and its images once.

    A process that dies costs its task one try, one that takes longer than the deadline is ended and counts as dead.
    Processes end with the one that made them, however that ends.
    """

    def __init__(self, estimator: Estimator, workers: int, threads: int, deadline_seconds: float | None = None) -> None:
        self.estimator = estimator
        self.workers = workers
        self.threads = threads
        self._deadline: Deadline[Future[StoredAccuracy]] = Deadline(deadline_seconds)
        self._pool = self._new_pool()
        self._starting: threading.Thread | None = None

    def start(self) -> None:
        # Each process is waited for until it has read the estimator, for which it loads torch.
        self._starting = threading.Thread(target=self._start_pool, daemon=True)
        self._starting.start()

    def _start_pool(self) -> None:
        with suppress(Exception):  # it is met again, and told, when there is a task
            self._pool.active  # noqa: B018  # a pool starts its processes when it is first asked something

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        return with_retries(self._flow, tasks)

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        return stream_with_retries(self._flow, source)

    def close(self) -> None:
        if self._starting is not None:
            self._starting.join()
        self._pool.stop()
        self._pool.join()

    def _flow(self, source: Source) -> Iterator[StoredAccuracy]:
        waiting: dict[Future[StoredAccuracy], AccuracyTask] = {}
        while True:
            if not waiting and not self._pool.active:
                self.close()
                self._pool = self._new_pool()
            for task in source(self.workers - len(waiting)) if self._pool.active else ():
                waiting[self._pool.schedule(_work, args=[task])] = task
            if not waiting:
                return
            done, _ = wait(waiting, timeout=LOOK_EVERY_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                self._deadline.ended(future, cancelled=future.cancelled())
                yield self._result(future, waiting.pop(future))
            for late in self._deadline.exceeded(future for future in waiting if future.running()):
                late.cancel()  # which ends its process

    def _result(self, future: Future[StoredAccuracy], task: AccuracyTask) -> StoredAccuracy:
        try:
            return future.result()
        except CancelledError:
            return lost(task, f"not ended after {self._deadline.seconds:.3g} s")
        except ProcessExpired as error:
            return lost(task, f"its process died ({_cause(error.exitcode)})")
        except BrokenProcessPool as error:
            return lost(task, f"its process couldn't be started ({error})")

    def _new_pool(self) -> ProcessPool:
        # torch reads it when it is loaded, before anybody can call set_num_threads
        os.environ["OMP_NUM_THREADS"] = str(self.threads)
        _start_tracker()
        return ProcessPool(
            self.workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(_Deaf(), os.getpid(), self.estimator),
        )


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _start_tracker() -> None:
    """Python's own helper, which all processes share, ignores Ctrl-C and SIGTERM, but not the end of a terminal."""
    if threading.current_thread() is not threading.main_thread():
        return  # where no signal's handler can be set
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        resource_tracker.ensure_running()
    finally:
        signal.signal(signal.SIGHUP, before)


def _ignore_interrupts() -> None:
    """Ctrl-C and the end of a terminal reach all its processes; the main one alone decides what stops.

    If that ends before it has sent all, there is nothing to tell.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.excepthook = _unless_cut_off


def _unless_cut_off(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, (EOFError, UnpicklingError)):
        sys.__excepthook__(kind, error, trace)


class _Deaf:
    """What a worker is given first: reading it makes the process ignore Ctrl-C before it loads what follows."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _ignore_interrupts, ()


def _start_worker(_: _Deaf | None, parent: int, estimator: Estimator) -> None:
    global _estimator
    _estimator = estimator
    threading.Thread(target=_end_with, args=[parent], daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os._exit(1)


def _work(task: AccuracyTask) -> StoredAccuracy:
    return estimate(_estimator, task)
