"""Searches that are killed at any moment, in any way, and go on as if nothing had been."""

from __future__ import annotations

import random
import signal
import time

import pytest

from tests.stress.runs import assert_all_end, assert_ended_by, assert_same, command, finish, start

MOMENTS = 5  # for each number of workers and way to end
WAYS = {
    "SIGKILL": (signal.SIGKILL, False),
    "SIGKILL of all": (signal.SIGKILL, True),
    "SIGTERM": (signal.SIGTERM, False),
    "SIGTERM of all": (signal.SIGTERM, True),
    "SIGHUP of all": (signal.SIGHUP, True),
}

# Kills the process when it opens or renames a file of the run for the n-th time, which an audit hook hears of.
KILLS_AT = """
import os, signal, sys
def hook(event, arguments):
    if event in ("open", "os.rename", "sqlite3.connect", "os.remove", "os.mkdir") and {out!r} in str(arguments[0]):
        point = event + " " + os.path.basename(str(arguments[0])).replace(str(os.getpid()), "PID")
        with lock:
            counts[point] = counts.get(point, 0) + 1
            if {kill!r} == [point, counts[point]]:
                os.kill(os.getpid(), signal.SIGKILL)
import threading
lock, counts = threading.RLock(), {{}}
sys.addaudithook(hook)
import atexit
atexit.register(lambda: print(repr(counts)))
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nobody disturbed, and the seconds that it took."""
    out = tmp_path_factory.mktemp("whole") / "run"
    began = time.monotonic()
    finish(command(out))
    return out, time.monotonic() - began


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_killed_goes_on(tmp_path, whole, workers, way, moment):
    undisturbed, seconds = whole
    number, everybody = WAYS[way]
    generator = random.Random(f"{workers} {way} {moment}")
    process = start(command(tmp_path / "run", workers=workers))
    time.sleep(seconds * (moment + generator.random()) / MOMENTS)
    assert_ended_by(process, number, everybody=everybody)
    finish(command(tmp_path / "run", workers=workers))
    assert_same(tmp_path / "run", undisturbed)


def test_a_run_that_is_killed_whenever_it_opens_or_renames_a_file_goes_on(tmp_path, whole):
    """Once for every file's first time and its last."""
    undisturbed, _ = whole
    out = tmp_path / "counted" / "run"
    process = start(command(out), before=KILLS_AT.format(out=str(out), kill=None), stdout=-1)
    counts = eval(process.communicate()[0].splitlines()[-1])
    points = sorted({(point, time) for point, count in counts.items() for time in (1, count)})
    assert len(points) > 10
    for number, point in enumerate(points):
        out = tmp_path / str(number) / "run"
        process = start(command(out), before=KILLS_AT.format(out=str(out), kill=list(point)))
        process.communicate()
        assert process.returncode == -signal.SIGKILL, point
        assert_all_end(process.pid)
        finish(command(out))
        assert_same(out, undisturbed)
