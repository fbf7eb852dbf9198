"""Parts of a large batch side by side in threads: while NumPy gathers and adds, Python lets others do the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

from xpert_evo.machine import usable_cores

LEAST = 8192  # fewer take less time than threads do to begin


def side_by_side(work: Callable[[list[slice]], None], count: int, largest: int, least: int = LEAST) -> None:
    """Cuts 0 to count into parts that are alike, and calls `work` with a share of them in every thread, one a core.

    Parts hold `largest` at most, a thread's share `least` at the least; parts are to write to places of their own.
    Products of matrices have one thread each meanwhile: cores are taken.

    Raises:
        Exception: the first that `work` raised.
    """
    threads = max(1, min(usable_cores(), count // least))
    each = max(1, -(-count // (threads * largest)))
    ends = np.linspace(0, count, threads * each + 1).astype(int).tolist()
    parts = [slice(*span) for span in pairwise(ends)]
    if threads == 1:
        work(parts)
        return
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, parts[first : first + each]) for first in range(0, len(parts), each)]:
            done.result()
