"""A training that the machine lost is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from xpert_evo.search.store import LOST, StoredAccuracy
from xpert_evo.search.tasks import AccuracyTask

TRIES = 3

Run = Callable[[Sequence[AccuracyTask]], Iterator[StoredAccuracy]]


def with_retries(run: Run, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
    """Results of `run` as they become ready; those that it lost last, each after further tries with nothing beside it.

    Alone, since most of what machines fail for is memory that several trainings want at a time. Why the first tries
    were lost stands with the result.
    """
    by_name = {(task.key, task.replicate): task for task in tasks}
    lost = []
    for result in run(tasks):
        if result.status == LOST:
            lost.append(result)
        else:
            yield result
    for result in lost:
        causes = [result.error]
        while result.status == LOST and len(causes) < TRIES:
            (result,) = run([by_name[result.key, result.replicate]])
            if result.error:
                causes.append(result.error)
        yield replace(result, error=_in_words(result, causes))


def _in_words(result: StoredAccuracy, causes: list[str | None]) -> str:
    distinct = "; ".join(dict.fromkeys(filter(None, causes)))
    if result.status == LOST:
        return f"lost {TRIES} times: {distinct}"
    return f"tried again after: {distinct}" if result.ok else distinct
