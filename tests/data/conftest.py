"""Shared by the tests of data sets: paths that can't be looked at, for root too."""

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def close(monkeypatch) -> Callable[[Path], None]:
    """A path closed with this can't be opened or listed, and nothing in it looked at."""
    closed: list[Path] = []

    def guarded(function):
        def call(path, *arguments, **options):
            place = Path(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else Path()
            inside = any(each in place.parents for each in closed)
            if inside or (place in closed and function is not stat):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
            return function(path, *arguments, **options)

        return call

    stat = os.stat
    for module, name in ((io, "open"), (builtins, "open"), (os, "scandir"), (os, "stat")):
        monkeypatch.setattr(module, name, guarded(getattr(module, name)))
    return closed.append
