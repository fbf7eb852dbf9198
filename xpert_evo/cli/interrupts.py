"""What Ctrl-C does while a command runs, and what a scheduler's or a closed terminal's signal does: the same."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

AGAIN_SECONDS = 0.05
STILL_STOPPING = "\nxpert-evo: stopping; what was done is being kept. Once more ends it here and now\n"
# What each does where nobody has changed it; changed, it is ignored, as under nohup, or somebody else's.
UNCHANGED = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,  # of Slurm and other schedulers, before they kill
    signal.SIGHUP: signal.SIG_DFL,  # of a terminal that is closed
}


@dataclass
class Interrupted:
    """Which signal stopped a command, and how many came."""

    number: int | None = None
    times: int = 0

    @property
    def exit_code(self) -> int | None:
        """As shells have it: 128 and the signal's number; None where none came."""
        return None if self.number is None else 128 + self.number


@contextmanager
def interruptible() -> Iterator[Interrupted]:
    """The first signal stops, as `KeyboardInterrupt`, and what follows it mustn't disturb the tidying up: the second is
    told so, the third ends the process at once, for whoever doesn't want to wait.
    """
    ours = {number: before for number, before in UNCHANGED.items() if signal.getsignal(number) is before}
    interrupted = Interrupted()

    def stop(number: int, _: Any) -> None:
        interrupted.times += 1
        if interrupted.times == 1:
            interrupted.number = number
            raise KeyboardInterrupt
        if interrupted.times > 2:
            _end_children()
            os._exit(128 + number)
        with suppress(OSError):
            os.write(2, STILL_STOPPING.encode())

    def unraisable(ignored: Any) -> None:
        """Where an object goes, no exception can be raised: a signal that comes just then is sent once more."""
        if interrupted.number is None or ignored.exc_type is not KeyboardInterrupt:
            shown(ignored)
            return
        again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), interrupted.number))
        interrupted.number, interrupted.times, again.daemon = None, 0, True
        again.start()

    shown = sys.unraisablehook
    for number in ours:
        signal.signal(number, stop)
    sys.unraisablehook = unraisable
    try:
        yield interrupted
    finally:
        sys.unraisablehook = shown
        # Once stopped nothing but Python's own end follows, where an exception would be a traceback.
        for number, before in ours.items():
            signal.signal(number, signal.SIG_IGN if interrupted.times else before)


def _end_children() -> None:
    multiprocessing = sys.modules.get("multiprocessing")
    for process in multiprocessing.active_children() if multiprocessing else ():
        process.kill()
