"""How long a training may take before it is taken for hung."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

LEAST_SECONDS = 600.0
TIMES_THE_LONGEST = 20.0

Training = TypeVar("Training", bound=Hashable)  # whatever stands for one where it runs


class Deadline(Generic[Training]):
    """Watches over trainings that run.

    Args:
        seconds: that one may take. Where None, many times what the longest took so far, and at least ten minutes; as
            long as none has ended there is no telling.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._given = seconds
        self._longest = 0.0
        self._since: dict[Training, float] = {}

    @property
    def seconds(self) -> float | None:
        """That a training may take by now; None where nothing is known yet."""
        if self._given is not None:
            return self._given
        return max(LEAST_SECONDS, TIMES_THE_LONGEST * self._longest) if self._longest else None

    def ended(self, training: Training, *, cancelled: bool = False) -> None:
        """One has come to its end, whatever came of it; how long it took tells nothing where it was cancelled."""
        since = self._since.pop(training, None)
        if since is not None and not cancelled:
            self._longest = max(self._longest, time.monotonic() - since)

    def exceeded(self, running: Iterable[Training]) -> list[Training]:
        """Those of the given ones, which run, that do for longer than they may; to be asked again and again."""
        now, limit = time.monotonic(), self.seconds
        ran = {training: now - self._since.setdefault(training, now) for training in running}
        return [training for training, seconds in ran.items() if limit is not None and seconds > limit]
