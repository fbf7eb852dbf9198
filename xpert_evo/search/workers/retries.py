"""A training that the machine lost is tried again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from xpert_evo.search.records.accuracies import LOST, StoredAccuracy
from xpert_evo.search.workers.tasks import AccuracyTask

TRIES = 3

# Gives tasks to be begun now, at most as many as asked for; none while nothing is to be done.
Source = Callable[[int], Sequence[AccuracyTask]]
# Runs what a source gives until it gives nothing and all has ended; asks it when something has ended and was heard of.
Flow = Callable[[Source], Iterator[StoredAccuracy]]


def with_retries(flow: Flow, tasks: Sequence[AccuracyTask], *, together: int = 1) -> Iterator[StoredAccuracy]:
    """Results of tasks as they become ready; those that were lost come last, each tried again with nothing beside it.

    Alone, since most of what machines fail for is memory that several trainings want at a time. Why the first tries
    were lost stands with the result.

    Args:
        together: so many tries all lost ones have side by side, the first among them, before each is alone.
    """
    by_name = {(task.key, task.replicate): task for task in tasks}
    causes: defaultdict[tuple[str, int], list[str | None]] = defaultdict(list)
    waiting = list(tasks)
    for number in range(1, TRIES + 1):
        batches = [waiting] if number <= together else [[task] for task in waiting]
        waiting = []
        for batch in batches:
            for result in flow(once(batch)):
                name = (result.key, result.replicate)
                causes[name].append(result.error)
                if result.status == LOST and number < TRIES:
                    waiting.append(by_name[name])
                else:
                    yield replace(result, error=_in_words(result, causes[name])) if number > 1 else result
        if not waiting:
            return


def stream_with_retries(flow: Flow, source: Source) -> Iterator[StoredAccuracy]:
    """Results of what a source gives as they become ready; what was lost is tried again before anything new."""
    running: dict[tuple[str, int], AccuracyTask] = {}
    causes: dict[tuple[str, int], list[str | None]] = {}
    again: list[AccuracyTask] = []

    def next_tasks(free: int) -> list[AccuracyTask]:
        tasks, again[:free] = again[:free], []
        if len(tasks) < free:
            tasks += source(free - len(tasks))
        running.update({(task.key, task.replicate): task for task in tasks})
        return tasks

    for result in flow(next_tasks):
        name = (result.key, result.replicate)
        tried = causes.setdefault(name, [])
        if result.error:
            tried.append(result.error)
        if result.status == LOST and len(tried) < TRIES:
            again.append(running[name])
            continue
        del causes[name]
        yield replace(result, error=_in_words(result, tried) or None)


def once(tasks: Sequence[AccuracyTask]) -> Source:
    """A source of given tasks, as many at a time as are asked for."""
    left = list(tasks)

    def give(free: int) -> list[AccuracyTask]:
        given, left[:free] = left[:free], []
        return given

    return give


def _in_words(result: StoredAccuracy, causes: list[str | None]) -> str:
    distinct = "; ".join(dict.fromkeys(filter(None, causes)))
    if result.status == LOST:
        return f"lost {TRIES} times: {distinct}"
    return f"tried again after: {distinct}" if result.ok and distinct else distinct
