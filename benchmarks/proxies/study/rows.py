"""A table that grows by a row a measurement, so that a study that was stopped goes on where it was."""

import csv
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.record import one_thread
from xpert_evo.machine import usable_cores

Task = TypeVar("Task")


def grow(path: Path, tasks: Sequence[Task], name: Callable[[Task], str], measure: Callable[[Task], dict]) -> None:
    """Measures what has no row in the file yet, one thread a process, and says how long the rest will take.

    Args:
        name: of a task; the row's first column, `task`.
        measure: gives a row, always with the same columns.
    """
    missing = without_row(path, tasks, name)
    began = time.monotonic()
    with ProcessPoolExecutor(usable_cores(), mp_context=get_context("spawn"), initializer=one_thread) as pool:
        names = {pool.submit(measure, task): name(task) for task in missing}
        for count, future in enumerate(as_completed(names), start=1):
            _append(path, {"task": names[future], **future.result()})
            left = (time.monotonic() - began) / count * (len(missing) - count)
            print(f"{path.name}: {count} of {len(missing)}, about {left / 60:.0f} minutes left", flush=True)


def without_row(path: Path, tasks: Sequence[Task], name: Callable[[Task], str]) -> list[Task]:
    """The tasks that are still to be measured."""
    done = set()
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            done = {row["task"] for row in csv.DictReader(file)}
    return [task for task in tasks if name(task) not in done]


def _append(path: Path, row: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        if new:
            writer.writeheader()
        writer.writerow(row)
