"""The front of error and EDAP as a search goes on: batches are merged into it, and nothing is read again."""

from __future__ import annotations

import moocore
import numpy as np

PLANE = ("error", "edap_pj_ns_um2")  # in which a run's progress is told, and its front shown, counted and compared


class GrowingFront:
    """Designs that none so far beats in error and EDAP; of equal ones the first counts.

    Attributes:
        points: float64 (F, 2), errors and base-10 logarithms of EDAP, by rising error and falling EDAP.
        rows: int64 (F,), which of all designs that were taken in they are, by their order.
    """

    def __init__(self) -> None:
        self.points = np.empty((0, len(PLANE)))
        self.rows = np.empty(0, dtype=np.int64)
        self._taken = 0
        self._errors, self._least = self.points[:, 0], np.array([np.inf])

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
        self._errors, self._least = self.points[:, 0].copy(), np.append(np.inf, self.points[:, 1])
        return True

    def _beyond(self, points: np.ndarray) -> np.ndarray:
        """Whether no design of the front is as good as each point in both, bool (N,)."""
        # Of the designs with no more error the last one has the least EDAP; where there is none, nothing is as good.
        return points[:, 1] < self._least[self._errors.searchsorted(points[:, 0], side="right")]
