"""Trainings on the machines of a Ray cluster."""

from __future__ import annotations

import importlib.metadata
import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.errors import InputError, MachineError, in_short
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.workers.deadlines import Deadline
from xpert_evo.search.workers.retries import Source, stream_with_retries, with_retries
from xpert_evo.search.workers.tasks import AccuracyTask, estimate, lost
from xpert_evo.version import __version__

LOOK_EVERY_SECONDS = 0.5
ANSWER_SECONDS = 30.0
HEARD_SECONDS = 10.0
TRIES_TOGETHER = 2  # a node takes all of its trainings with it: they are tried again elsewhere before each is alone

_held: tuple[str, Estimator] | None = None  # of a worker process: the estimator that it was given last, and its name


class RayWorkers:
    """As many tasks at a time as the cluster that this process is connected to has room for.

    The estimator and its images are sent to a node once; its processes share the arrays, which they can't write to. A
    node or process that dies costs its tasks one try; one that takes longer than the deadline is ended and counts as
    dead. Only tasks that run count their time: they may wait for as long as others use the cluster.

    Args:
        threads: CPUs of a task.
        per_gpu: tasks that share a GPU; none has one where it is 0.

    Raises:
        InputError: no node of the cluster can ever run such a task.
        MachineError: while they run, where the connection to the cluster is lost.
    """

    def __init__(
        self, estimator: Estimator, threads: int, per_gpu: int = 0, deadline_seconds: float | None = None
    ) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        self._ray = ray
        _require_room([node["Resources"] for node in ray.nodes() if node["Alive"]], threads, per_gpu)
        self._threads, self._per_gpu = threads, per_gpu
        self._estimator: Estimator | None = estimator
        self._sent: Any = None
        self._deadline: Deadline[Any] = Deadline(deadline_seconds)
        self._waiting: dict[Any, tuple[int, AccuracyTask]] = {}
        self._numbers = itertools.count()
        self._begun: set[int] = set()
        # Ray's own tries would hide what went wrong, and a process a task would load everything anew.
        self._train = ray.remote(max_retries=0, max_calls=0)(_train).options(**task_options(threads, per_gpu))
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
        options = {"num_cpus": 0, "max_restarts": -1, "scheduling_strategy": here}
        self._beginnings: Any = ray.remote(_Beginnings).options(**options).remote()

    def start(self) -> None:
        return  # the cluster starts its processes as it needs them

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        # Ray queues them, for its own nodes and for those that join
        flow = partial(self._flow, room=lambda: sys.maxsize)
        return self._connected(with_retries(flow, tasks, together=TRIES_TOGETHER))

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        return self._connected(stream_with_retries(partial(self._flow, room=self._room), source))

    def close(self) -> None:
        with suppress(Exception):  # nothing is left to be ended where the cluster is gone
            for reference in self._waiting:
                self._ray.cancel(reference, force=True)
            if self._beginnings is not None:
                self._ray.kill(self._beginnings)
        self._waiting.clear()
        self._sent = self._estimator = self._beginnings = None

    def _connected(self, results: Iterator[StoredAccuracy]) -> Iterator[StoredAccuracy]:
        """The same, for as long as there is a cluster."""
        try:
            yield from results
        except Exception as error:
            if self._ray.is_initialized():
                raise
            why = f"{type(error).__name__}: {_first_line(error)}"
            raise MachineError(f"the connection to the Ray cluster is lost ({why}); --resume goes on") from error

    def _room(self) -> int:
        """Tasks that the nodes that are there now can run at a time; at least one, which then waits for a node."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        share = "GPU" if self._per_gpu else "CPU"
        each = 1 / self._per_gpu if self._per_gpu else self._threads
        return max(1, sum(int(node.get(share, 0) / each) for node in nodes))

    def _flow(self, source: Source, room: Callable[[], int]) -> Iterator[StoredAccuracy]:
        if self._sent is None:  # not before: what designs share is trained first
            self._sent = self._ray.put(self._estimator)
        while True:
            for task in source(max(0, room() - len(self._waiting))):
                number = next(self._numbers)
                reference = self._train.remote([self._sent], task, number, self._beginnings, versions())
                self._waiting[reference] = (number, task)
            if not self._waiting:
                return
            ready, _ = self._ray.wait(list(self._waiting), timeout=LOOK_EVERY_SECONDS)
            if ready:  # and what else is
                ready, _ = self._ray.wait(list(self._waiting), num_returns=len(self._waiting), timeout=0)
            for reference in ready:
                number, task = self._waiting.pop(reference)
                self._deadline.ended(number)
                yield self._result(reference, task)
            if not ready:
                yield from self._ended_late()

    def _ended_late(self) -> Iterator[StoredAccuracy]:
        """Ends tasks that ran for too long; whether their processes obey isn't waited for."""
        with suppress(self._ray.exceptions.RayError):
            self._begun.update(self._ray.get(self._beginnings.take.remote(), timeout=ANSWER_SECONDS))
        running = {number: reference for reference, (number, _) in self._waiting.items() if number in self._begun}
        self._begun &= running.keys()
        for number in self._deadline.exceeded(running):
            _, task = self._waiting.pop(running[number])
            self._deadline.ended(number, cancelled=True)
            self._ray.cancel(running[number], force=True)
            yield lost(task, f"not ended after {self._deadline.seconds:.3g} s")

    def _result(self, reference: Any, task: AccuracyTask) -> StoredAccuracy:
        errors = self._ray.exceptions
        try:
            result: StoredAccuracy = self._ray.get(reference)
        except errors.OutOfMemoryError as error:
            return lost(task, f"its node ran out of memory ({_first_line(error)})")
        except errors.NodeDiedError as error:
            return lost(task, f"its node died ({_first_line(error)})")
        except errors.WorkerCrashedError:
            return lost(task, "its process died")
        except errors.RayError as error:
            return lost(task, f"{type(error).__name__}: {_first_line(error)}")
        return result


def task_options(threads: int, per_gpu: int) -> dict[str, Any]:
    """What a task asks of Ray."""
    # torch reads the variable when it is loaded
    environment = {"env_vars": {"OMP_NUM_THREADS": str(threads)}}
    return {"num_cpus": threads, "num_gpus": 1 / per_gpu if per_gpu else 0, "runtime_env": environment}


def versions() -> dict[str, str]:
    """Of what an accuracy depends on beside the design; Ray itself compares its own and Python's."""
    return {"xpert-evo": __version__, "torch": importlib.metadata.version("torch").partition("+")[0]}


def _require_room(nodes: Sequence[dict[str, float]], threads: int, per_gpu: int) -> None:
    if per_gpu and not any(node.get("GPU", 0) for node in nodes):
        raise InputError("--device cuda: no node of the Ray cluster has a GPU; valid is cpu")
    most = max((node.get("CPU", 0) for node in nodes if not per_gpu or node.get("GPU", 0)), default=0)
    if threads > most:
        raise InputError(f"--threads {threads}: no node of the Ray cluster has so many CPUs; valid is 1 to {most:g}")


def _first_line(error: BaseException) -> str:
    return in_short(next((line for line in str(error).splitlines() if line.strip()), ""), 200)


class _Beginnings:
    """An actor that hears which tasks have begun to run, which Ray doesn't say."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, number: int) -> None:
        self._numbers.append(number)

    def take(self) -> list[int]:
        """Those that were added since this was asked for last."""
        taken, self._numbers = self._numbers, []
        return taken


def _train(sent: list[Any], task: AccuracyTask, number: int, beginnings: Any, wanted: dict[str, str]) -> StoredAccuracy:
    """One task, in a process of a node.

    Args:
        sent: a reference to the estimator, in a list: Ray would unpack it for every task anew.
    """
    if wanted != versions():
        there = ", ".join(f"{name} {version}" for name, version in versions().items() if wanted[name] != version)
        return lost(task, f"its node {os.uname().nodename} has another version: {there}")
    import ray

    # A training that hangs from the start is to have been heard of; one that nobody hears of has no deadline.
    ray.wait([beginnings.add.remote(number)], timeout=HEARD_SECONDS)
    return estimate(_estimator(sent[0]), task)


def _estimator(reference: Any) -> Estimator:
    global _held
    name = reference.hex()
    if _held is None or _held[0] != name:
        import ray

        _held = None  # frees what it held, before the next is there
        _held = (name, ray.get(reference))
    return _held[1]
