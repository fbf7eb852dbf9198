"""What Ctrl-C does while a command runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

STILL_STOPPING = "\nxpert-evo: stopping; what was done is being kept. Ctrl-C once more ends it here and now\n"


@contextmanager
def interruptible(exit_code: int) -> Iterator[None]:
    """The first Ctrl-C stops, and what follows it mustn't disturb the tidying up: the second is told so, the third ends
    the process at once, for whoever doesn't want to wait.

    Args:
        exit_code: of a process that the third one ends.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # ignored, as in the background, or somebody else's
        yield
        return
    times = 0

    def stop(*_: Any) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise KeyboardInterrupt
        if times > 2:
            _end_children()
            os._exit(exit_code)
        with suppress(OSError):
            os.write(2, STILL_STOPPING.encode())

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        # Once stopped nothing but Python's own end follows, where an exception would be a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN if times else before)


def _end_children() -> None:
    multiprocessing = sys.modules.get("multiprocessing")
    for process in multiprocessing.active_children() if multiprocessing else ():
        process.kill()
