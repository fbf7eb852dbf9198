"""One process a folder: whatever writes into a run's folder, or a training's, holds it alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from xpert_evo.errors import InputError

LOCK_FILE = ".lock"
HOLDER_FILE = ".holder"  # names who holds it; the lock itself may be emptied by whoever tries


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds a folder until the block ends or the process does, however it ends.

    A folder that isn't there yet is made, and taken away again where nothing came to be in it.

    Raises:
        InputError: another process holds it; the message names its pid. Or nothing can be written there.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_FILE)
        lock.acquire(timeout=0)
        (folder / HOLDER_FILE).write_text(f"{os.getpid()}\n")
    except Timeout:
        raise InputError(
            f"{folder}: in use by another xpert-evo{_holder(folder)}; wait for its end, stop it, or name a new folder"
        ) from None
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or error}; a folder that can be written is wanted") from error
    try:
        yield
    finally:
        if folder.is_dir():
            (folder / HOLDER_FILE).unlink(missing_ok=True)
        lock.release()
        # A lock file that is taken away while another process opens it would let two of them in: it stays.
        if made and folder.is_dir() and {path.name for path in folder.iterdir()} == {LOCK_FILE}:
            (folder / LOCK_FILE).unlink()
            folder.rmdir()


def _holder(folder: Path) -> str:
    try:
        pid = (folder / HOLDER_FILE).read_text()[:20].strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {pid})" if pid.isdigit() else ""
