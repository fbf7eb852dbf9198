"""What a person sees while images are read, or a network is trained or audited on them: images done, time left, a line
now and then."""

from __future__ import annotations

import time
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column

from xpert_evo.cli.consoles import is_animated

BESIDE_A_BAR = 72  # characters of what is done, how much of it, and for how long still
LINE_EVERY_SECONDS = 60.0  # where no bar can be drawn, such as in a log file


class ImageProgress:
    """A bar of images with the time left on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._animated = is_animated(console)
        what = TextColumn("{task.description}", table_column=Column())  # is broken before a number is
        count = MofNCompleteColumn(table_column=Column(no_wrap=True))
        left = TextColumn("{task.fields[left]}")
        bar = BarColumn(max(4, min(40, console.width - BESIDE_A_BAR)))
        self._bar = Progress(what, bar, count, left, console=console, transient=True)
        self._task = self._bar.add_task("", total=None, left="", visible=False)
        self._what, self._total, self._done = "", 0, 0
        self._began = self._last_line = 0.0

    def begin(self, what: str, total: int, seconds: float | None = None) -> None:
        """So many images are to come, which is thought to take so long; `what` ends in what is done with them."""
        self._what, self._total, self._done = what, total, 0
        self._began = self._last_line = time.monotonic()
        left = "" if seconds is None else _left(seconds)
        self._bar.reset(self._task, description=what, total=total, left=left, visible=True)
        if self._animated:
            self._bar.start()

    def add(self, images: int) -> None:
        """So many images more are done."""
        self._done += images
        now = time.monotonic()
        left = _left((now - self._began) / self._done * (self._total - self._done)) if self._done else ""
        self._bar.update(self._task, completed=self._done, left=left)
        if not self._animated and now - self._last_line > LINE_EVERY_SECONDS:
            self._last_line = now
            self.say(f"{self._what}: {self._done} of {self._total} images, {left}")

    def end(self) -> None:
        """These images are done; others may follow."""
        self.close()

    def say(self, text: str) -> None:
        """A line for the reader."""
        self.console.print(text, highlight=False, soft_wrap=not self.console.is_terminal, markup=False)

    def close(self) -> None:
        """Nothing follows."""
        if self._bar.live.is_started:
            self._bar.stop()


def _left(seconds: float) -> str:
    return f"about {timedelta(seconds=round(seconds))} left"
