"""What a person sees while a network is trained or audited: images done, time left, a line now and then."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 60.0  # where no bar can be drawn, such as in a log file


class ImageProgress:
    """A bar of images with the time left on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("", total=None, visible=False)
        self._what, self._total, self._done, self._last_line = "", 0, 0, 0.0

    def begin(self, what: str, total: int) -> None:
        """So many images are to come; `what` ends in what is done with them."""
        self._what, self._total, self._done, self._last_line = what, total, 0, time.monotonic()
        self._bar.reset(self._task, description=what, total=total, visible=True)
        if self.console.is_terminal:
            self._bar.start()

    def add(self, images: int) -> None:
        """So many images more are done."""
        self._done += images
        self._bar.update(self._task, completed=self._done)
        if not self.console.is_terminal and time.monotonic() - self._last_line > LINE_EVERY_SECONDS:
            self._last_line = time.monotonic()
            self.say(f"{self._what}: {self._done} of {self._total} images")

    def say(self, text: str) -> None:
        """A line for the reader."""
        self.console.print(text, highlight=False, soft_wrap=True, markup=False)

    def close(self) -> None:
        """Nothing follows."""
        if self._bar.live.is_started:
            self._bar.stop()
