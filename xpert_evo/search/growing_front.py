"""The front of two objectives as a search goes on: batches are merged into it, and nothing is read again."""

from __future__ import annotations

import moocore
import numpy as np


class GrowingFront:
    """Designs that none so far beats in either objective; of equal ones the first counts.

    Attributes:
        points: float64 (F, 2), to be minimised, by rising first and falling second objective.
        rows: int64 (F,), which of all designs that were taken in they are, by their order.
    """

    def __init__(self) -> None:
        self.points = np.empty((0, 2))
        self.rows = np.empty(0, dtype=np.int64)
        self._taken = 0
        self._first, self._least = self.points[:, 0], np.array([np.inf])

    def __len__(self) -> int:
        return len(self.points)

    def add(self, points: np.ndarray) -> bool:
        """Takes in more designs (N, 2), and says whether the front has changed."""
        new = self._beyond(points).nonzero()[0]
        self._taken, before = self._taken + len(points), self._taken
        if not len(new):
            return False
        together = np.concatenate([self.points, points[new]])
        rows = np.concatenate([self.rows, before + new])
        kept = np.flatnonzero(moocore.is_nondominated(together))
        kept = kept[np.argsort(together[kept, 0])]
        self.points, self.rows = together[kept], rows[kept]
        self._first, self._least = self.points[:, 0].copy(), np.append(np.inf, self.points[:, 1])
        return True

    def _beyond(self, points: np.ndarray) -> np.ndarray:
        """Whether no design of the front is as good as each point in both, bool (N,)."""
        # Of designs as good in the first the last one is best in the second; where there is none, nothing is as good.
        return points[:, 1] < self._least[self._first.searchsorted(points[:, 0], side="right")]
