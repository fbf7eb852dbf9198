"""How long a training may take before it is taken for hung."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

LEAST_SECONDS = 600.0
TIMES_THE_LONGEST = 20.0


class Deadline:
    """Watches over trainings that run.

    Args:
        seconds: that one may take. Where None, many times what the longest took so far, and at least ten minutes; as
            long as none has ended there is no telling.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._given = seconds
        self._longest = 0.0
        self._since: dict[Future[Any], float] = {}

    @property
    def seconds(self) -> float | None:
        """That a training may take by now; None where nothing is known yet."""
        if self._given is not None:
            return self._given
        return max(LEAST_SECONDS, TIMES_THE_LONGEST * self._longest) if self._longest else None

    def ended(self, future: Future[Any]) -> None:
        """One has come to its end, whatever came of it."""
        since = self._since.pop(future, None)
        if since is not None and not future.cancelled():
            self._longest = max(self._longest, time.monotonic() - since)

    def exceeded(self, futures: Iterable[Future[Any]]) -> list[Future[Any]]:
        """Those of the given ones that run for longer than they may; each is to be asked for again and again."""
        now, limit = time.monotonic(), self.seconds
        running = {future: now - self._since.setdefault(future, now) for future in futures if future.running()}
        return [future for future, seconds in running.items() if limit is not None and seconds > limit]
