"""What hears how images are read: lines for a reader, and how many of many are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

from xpert_evo.data.locations import Say

LINE_EVERY_SECONDS = 20.0  # of `Lines`


class ImageListener(Protocol):
    """Hears what is done with images."""

    def say(self, text: str) -> None:
        """A line for the reader."""
        ...

    def begin(self, what: str, total: int) -> None:
        """So many images are to come; `what` is done with them."""
        ...

    def add(self, images: int) -> None:
        """So many more are done."""
        ...

    def end(self) -> None:
        """They are done, or one of them is at fault; others may follow."""
        ...


class Nobody:
    """Hears nothing."""

    def say(self, text: str) -> None:
        return

    def begin(self, what: str, total: int) -> None:
        return

    def add(self, images: int) -> None:
        return

    def end(self) -> None:
        return


class Lines(Nobody):
    """Says all in lines, of images a line now and then with the time left."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._what, self._total, self._done = "", 0, 0
        self._began = self._last_line = 0.0

    def say(self, text: str) -> None:
        self._say(text)

    def begin(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._began = self._last_line = time.monotonic()

    def add(self, images: int) -> None:
        self._done += images
        now = time.monotonic()
        if now - self._last_line > LINE_EVERY_SECONDS:
            self._last_line = now
            left = timedelta(seconds=round((now - self._began) / self._done * (self._total - self._done)))
            self._say(f"{self._what}: {self._done} of {self._total} images, about {left} left")


NOBODY = Nobody()


@contextmanager
def counting(listener: ImageListener, what: str, total: int) -> Iterator[Callable[[], None]]:
    """Gives what is to be called after each of so many images."""
    listener.begin(what, total)
    try:
        yield lambda: listener.add(1)
    finally:
        listener.end()
