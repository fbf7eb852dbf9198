"""Searches started as a user starts them, to be disturbed from outside: real trainings on digits, in some seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from xpert_evo.search.records.run_folder import existing_store

SMALL = (
    "search.algorithm=nsga2",
    "search.population=6",
    "search.offspring=4",
    "search.trainings=14",
    "search.confirm_seeds=1",
    "search.constraints=[]",  # of which accuracies at chance level would leave no front
    "proxy.train_images=200",
    "proxy.validation_images=100",
    "proxy.epochs=1",
)
GONE_AFTER_SECONDS = 5.0


def command(out: Path, *, workers: int = 1, overrides: tuple[str, ...] = SMALL) -> list[str]:
    """`xpert-evo search`'s arguments; run again it goes on."""
    chosen = [part for override in overrides for part in ("--set", override)]
    return ["search", "problems/digits.toml", "--out", str(out), "--resume", "--workers", str(workers), *chosen]


def heed_signals() -> None:
    """In a process that is beginning: `nohup` ignores the end of a terminal, and a shell's background Ctrl-C."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def start(arguments: list[str], *, before: str = "", **options) -> subprocess.Popen:
    """A command in a session of its own, as a terminal has it.

    Args:
        before: Python that runs first.
    """
    code = f"import sys\n{before}\nfrom xpert_evo.cli.main import main\nmain()"
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, **options}
    options["preexec_fn"] = heed_signals
    return subprocess.Popen([sys.executable, "-c", code, *arguments], start_new_session=True, **options)


def finish(arguments: list[str]) -> None:
    """Runs a command to its end."""
    process = start(arguments)
    _, said = process.communicate()
    assert process.returncode == 0, said


def members(session: int) -> list[int]:
    """Processes of a session that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def assert_all_end(session: int) -> None:
    """Nothing of a session runs for longer than it takes to tidy up."""
    until = time.monotonic() + GONE_AFTER_SECONDS
    while members(session) and time.monotonic() < until:
        time.sleep(0.05)
    left = members(session)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def assert_ended_by(process: subprocess.Popen, number: int, *, everybody: bool) -> None:
    """Sends a process a signal, or all of its session, and asks for an end as it should be."""
    if everybody:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, said = process.communicate()
    assert_all_end(process.pid)
    if number == signal.SIGKILL:
        assert process.returncode in (-number, 0)
    else:
        # Before Python has begun, a signal ends it as the system does.
        assert process.returncode in (128 + number, 0, -number), said
        assert "Traceback" not in said


def contents(out: Path) -> dict[str, pd.DataFrame]:
    """What a run found, without what hangs on the clock."""
    store = existing_store(out)
    found = {
        "evaluations": store.evaluations(),
        "accuracies": store.accuracies()
        .drop(columns=["seconds", "error"])
        .sort_values(["key", "replicate"], ignore_index=True),
        "front": pd.read_csv(out / "front.csv"),
    }
    store.close()
    return found


def assert_same(out: Path, whole: Path) -> None:
    """Two runs found the same."""
    for (name, one), other in zip(contents(out).items(), contents(whole).values(), strict=True):
        pd.testing.assert_frame_equal(one, other, obj=name)
