from collections.abc import Iterator

from xpert_evo.design.design import homogeneous
from xpert_evo.search.records.accuracies import OK, StoredAccuracy
from xpert_evo.search.workers.retries import TRIES, Source, with_retries
from xpert_evo.search.workers.tasks import AccuracyTask, lost

TASKS = [AccuracyTask(str(bits), 0, homogeneous(adc_bits=bits), seed=bits) for bits in (3, 4, 5, 6)]


class Losing:
    """Loses 4 and 5 bits so many times; notes what was run side by side."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.batches: list[str] = []

    def run(self, source: Source) -> Iterator[StoredAccuracy]:
        tasks = source(len(TASKS))
        self.batches.append("".join(task.key for task in tasks))
        for task in tasks:
            tried = sum(task.key in batch for batch in self.batches)
            if task.key in "45" and tried <= self.times:
                yield lost(task, f"for the time {tried}")
            else:
                yield StoredAccuracy(task.key, 0, OK, 0.5)


def tried(times: int, **options: int) -> tuple[list[str], list[StoredAccuracy]]:
    losing = Losing(times)
    results = list(with_retries(losing.run, TASKS, **options))
    return losing.batches, results


def test_each_is_tried_again_alone():
    batches, results = tried(1)
    assert batches == ["3456", "4", "5"]
    assert [(result.key, result.error) for result in results] == [
        ("3", None),
        ("6", None),
        ("4", "tried again after: for the time 1"),
        ("5", "tried again after: for the time 1"),
    ]


def test_or_first_together_where_that_is_asked_for():
    assert tried(1, together=2)[0] == ["3456", "45"]
    batches, results = tried(99, together=2)
    assert batches == ["3456", "45", "4", "5"] and TRIES == 3
    assert results[-1].error == "lost 3 times: for the time 1; for the time 2; for the time 3"


def test_nothing_lost_is_nothing_tried_again():
    assert tried(0)[0] == ["3456"]
