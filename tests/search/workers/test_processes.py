import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError

import pytest

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.search.workers import processes
from xpert_evo.search.workers.processes import LocalProcesses
from xpert_evo.search.workers.retries import TRIES
from xpert_evo.search.workers.tasks import AccuracyTask

TASKS = [AccuracyTask(str(bits), 0, homogeneous(adc_bits=bits), seed=bits) for bits in (3, 4, 5, 6)]


@dataclass
class Deadly:
    """Fails at 4 bits; at 5 bits its process gets a signal, as often as told; notes every pid and try."""

    notes: Path
    often: int
    signal: int = signal.SIGKILL

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        bits = design.layers[0].adc_bits
        before = len(list(self.notes.glob(f"{bits}-*")))
        (self.notes / f"{bits}-{before}-{os.getpid()}").touch()
        if bits == 4:
            raise ValueError("too few")
        if bits == 5 and before < self.often:
            os.kill(os.getpid(), self.signal)
            time.sleep(60)
        return AccuracyEstimate(bits / 10, 0.01, 100, 0.0)


@pytest.fixture
def start(tmp_path):
    started = []

    def _start(*, deadline=None, **options):
        workers = LocalProcesses(Deadly(tmp_path, **options), workers=2, threads=1, deadline_seconds=deadline)
        started.append(workers)
        return workers

    yield _start
    for workers in started:
        workers.close()
    pids = {int(note.name.split("-")[2]) for note in tmp_path.iterdir()}
    assert pids and not any(Path(f"/proc/{pid}").exists() for pid in pids), "nothing runs any more"


def test_a_process_that_is_killed_costs_its_own_task_a_try(start):
    results = {result.key: result for result in start(often=2).run(TASKS)}
    assert {key: result.accuracy for key, result in results.items()} == {"3": 0.3, "4": None, "5": 0.5, "6": 0.6}
    assert results["4"].error == "ValueError: too few"
    assert results["5"].error == "tried again after: its process died (signal SIGKILL)"
    assert results["3"].error is results["6"].error is None


def test_a_task_that_always_kills_its_process_is_lost_and_the_rest_goes_on(start):
    workers = start(often=99)
    results = {result.key: result for result in workers.run(TASKS)}
    assert results["5"].status == "lost"
    assert results["5"].error == f"lost {TRIES} times: its process died (signal SIGKILL)"
    assert results["3"].accuracy == 0.3 and results["6"].accuracy == 0.6
    assert [result.accuracy for result in workers.run(TASKS[:1])] == [0.3]


def test_a_process_that_hangs_is_ended_at_the_deadline(start):
    began = time.monotonic()
    results = {result.key: result for result in start(often=1, signal=signal.SIGSTOP, deadline=1.0).run(TASKS)}
    assert results["5"].accuracy == 0.5 and results["5"].error == "tried again after: not ended after 1 s"
    assert time.monotonic() - began < 60


def test_a_stream_keeps_every_process_busy_and_survives_one_that_dies(start):
    left, given = list(TASKS), []

    def source(free):
        given.append(free)
        tasks, left[:free] = left[:free], []
        return tasks

    results = {result.key: result for result in start(often=1).stream(source)}
    assert given[0] == 2 and max(given) == 2
    assert {key: result.accuracy for key, result in results.items()} == {"3": 0.3, "4": None, "5": 0.5, "6": 0.6}
    assert results["5"].error == "tried again after: its process died (signal SIGKILL)"


def test_processes_that_were_started_before_there_was_a_task_end_too(tmp_path):
    workers = LocalProcesses(Deadly(tmp_path, often=0), workers=2, threads=1)
    workers.start()
    until = time.monotonic() + 30
    while not (begun := children()) and time.monotonic() < until:
        time.sleep(0.05)
    assert begun
    workers.close()
    assert not set(begun) & set(children())
    assert not list(tmp_path.iterdir())


def children() -> list[int]:
    """Workers of this process that run."""
    return [process.pid for process in multiprocessing.active_children()]


def test_a_worker_that_is_cut_off_while_it_begins_says_nothing_and_other_faults_are_told(capfd):
    for error in (UnpicklingError("pickle data was truncated"), EOFError("Ran out of input")):
        processes._unless_cut_off(type(error), error, None)
    assert capfd.readouterr().err == ""
    processes._unless_cut_off(ImportError, ImportError("no module named mine"), None)
    assert "no module named mine" in capfd.readouterr().err


def test_the_helper_that_processes_share_outlives_the_terminal(tmp_path):
    code = (
        "import os, signal, time\n"
        "from multiprocessing import resource_tracker\n"
        "from xpert_evo.search.workers.processes import LocalProcesses\n"
        "workers = LocalProcesses(None, workers=1, threads=1)\n"
        "os.kill(resource_tracker._resource_tracker._pid, signal.SIGHUP)\n"
        "time.sleep(0.3)\n"
        "print(resource_tracker._resource_tracker._check_alive(), signal.getsignal(signal.SIGHUP) == signal.SIG_DFL)\n"
        "workers.close()\n"
    )
    plain = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **plain)
    assert done.stdout.split() == ["True", "True"]
