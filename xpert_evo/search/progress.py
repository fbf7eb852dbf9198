"""What a person sees while a search runs: trainings done, time left, a line a generation."""

from __future__ import annotations

import importlib.util
import time
from datetime import timedelta
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Column

from xpert_evo.search.records.accuracies import FAILED, LOST, StoredAccuracy

BESIDE_A_BAR = 72  # characters of what is done, how much of it, and for how long still
LINE_EVERY_SECONDS = 20.0  # where no bar can be drawn, such as in a log file


class Progress(Protocol):
    """Hears what a search does."""

    def begin(self, what: str, total: int, done: int = 0, of: str = "trainings") -> None:
        """A phase of `total` trainings, or of something else, begins; `done` of them were done before."""
        ...

    def advance(self, count: int) -> None:
        """So many more are done."""
        ...

    def trained(self, result: StoredAccuracy, counts: int = 1) -> None:
        """One training is done, which counts for so many of what the phase is counted in."""
        ...

    def say(self, text: str) -> None:
        """A line for the reader."""
        ...

    def close(self) -> None:
        """Nothing follows."""
        ...


class Silent:
    """Shows nothing."""

    def begin(self, what: str, total: int, done: int = 0, of: str = "trainings") -> None:
        return

    def advance(self, count: int) -> None:
        return

    def trained(self, result: StoredAccuracy, counts: int = 1) -> None:
        return

    def say(self, text: str) -> None:
        return

    def close(self) -> None:
        return


class ConsoleProgress:
    """A bar with the time left on a terminal and in a notebook that can draw one, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._animated = _can_animate(console)
        self._bar = Bar(
            TextColumn("{task.description}", table_column=Column()),  # is broken before a number is
            BarColumn(max(4, min(40, console.width - BESIDE_A_BAR))),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[of]}"),
            TimeElapsedColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, left="", of="", visible=False)
        self._started = self._last_line = time.monotonic()
        self._total = self._done = self._now = 0
        self._of = ""

    def begin(self, what: str, total: int, done: int = 0, of: str = "trainings") -> None:
        self._started = self._last_line = time.monotonic()
        self._total, self._done, self._now, self._of = total, done, 0, of
        self._bar.reset(self._task, description=what, total=total, completed=done, left="", of=of, visible=True)
        if self._animated:
            self._bar.start()

    def advance(self, count: int) -> None:
        self._now += count
        left = f"about {self._time_left()} left"
        self._bar.update(self._task, completed=self._done + self._now, left=left)
        quiet = time.monotonic() - self._last_line
        if not self._animated and quiet > LINE_EVERY_SECONDS:
            self._last_line = time.monotonic()
            self.say(f"{self._done + self._now} of about {self._total} {self._of}, {left}")

    def trained(self, result: StoredAccuracy, counts: int = 1) -> None:
        self.advance(counts)
        if result.status == FAILED:
            self.say(f"a training failed and is recorded as such: {result.error}")
        elif result.status == LOST:
            self.say(f"the machine gave no answer to a training, --resume asks again: {result.error}")
        elif result.error:
            self.say(f"a training was {result.error}")

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=not self.console.is_terminal, markup=False)

    def close(self) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def _time_left(self) -> timedelta:
        each = (time.monotonic() - self._started) / self._now
        remaining = max(0, self._total - self._done - self._now)
        return timedelta(seconds=round(each * remaining))


def shown_progress(progress: Progress | bool) -> Progress:
    """What is given; for True one that shows what happens on error output, for False none that does."""
    if progress is True:
        return ConsoleProgress(Console(stderr=True))
    return Silent() if progress is False else progress


def _can_animate(console: Console) -> bool:
    if console.is_jupyter:
        return importlib.util.find_spec("ipywidgets") is not None
    return console.is_terminal and not console.is_dumb_terminal
