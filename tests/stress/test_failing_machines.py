"""Whole searches on machines that fail: what hangs, dies or has no room left changes nothing of what is found."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.stress.runs import assert_all_end, assert_same, command, finish, start
from tests.workflows.test_search import changed, found
from xpert_evo.accuracy.training.loop import Diverged
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, run_front, run_sentences

DEADLINE_S = 3.0
DISK_BYTES = 400_000


@dataclass
class Troubled(FormulaEstimator):
    """One training in eight hangs, another's process is killed twice, and so on: told by the seed; one diverges always.

    Attributes:
        notes: a folder where every try leaves a file; None where nothing but the divergence happens.
    """

    notes: Path | None = None

    def estimate(self, design, seed):
        trouble = seed % 8
        if trouble == 0:
            raise Diverged("the loss is nan in epoch 1")
        if self.notes is not None:
            tries = len(list(self.notes.glob(f"{seed}-*")))
            (self.notes / f"{seed}-{tries}").touch()
            if trouble == 1 and tries < 1:
                os.kill(os.getpid(), signal.SIGSTOP)
            if trouble == 2 and tries < 2:
                os.kill(os.getpid(), signal.SIGKILL)
            if trouble == 3 and tries < 1:
                raise MemoryError("no room for the activations")
            if trouble == 4 and tries < 1:
                raise OSError(28, "No space left on device")
        return super().estimate(design, seed)


def test_a_machine_with_every_trouble_finds_what_one_without_does(tmp_path, plain):
    problem = changed(plain, deadline_s=DEADLINE_S)
    notes = tmp_path / "notes"
    notes.mkdir()
    two = Resources(workers=2)
    front = found(problem, tmp_path / "run", estimator=Troubled(notes=notes), resources=two)
    undisturbed = found(problem, tmp_path / "whole", estimator=Troubled(), resources=two)
    pd.testing.assert_frame_equal(front, undisturbed)
    accuracies = existing_store(tmp_path / "run").accuracies()
    reasons = " ".join(accuracies["error"].dropna())
    for trouble in ("not ended after 3 s", "signal SIGKILL", "MemoryError", "No space left", "Diverged"):
        assert trouble in reasons
    assert set(accuracies.loc[accuracies["status"] == "failed", "error"]) == {"Diverged: the loss is nan in epoch 1"}
    assert "lost" not in set(accuracies["status"])
    run = load_run(tmp_path / "run")
    told = run_sentences(run, run_front(run))
    assert any("can't be trained" in line and "Diverged" in line for line in told)
    assert any("after the machine had failed" in line for line in told)


@pytest.fixture
def disk(tmp_path):
    """A file system with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def told(arguments: list[str]) -> tuple[int, str]:
    """A command's exit code and the last line that it said."""
    process = start(arguments)
    _, said = process.communicate()
    assert_all_end(process.pid)
    assert "Traceback" not in said
    return process.returncode, said.strip().splitlines()[-1]


@pytest.mark.parametrize("free_bytes", [0, 8_192, 40_960, 100_000])
def test_a_full_disk_is_a_line_and_the_run_goes_on_when_there_is_room(tmp_path, disk, free_bytes):
    (disk / "filling").write_bytes(bytes(DISK_BYTES - 4096 * 10 - free_bytes))
    filling = (disk / "filling").open("ab")
    while shutil.disk_usage(disk).free > free_bytes:
        filling.write(bytes(4096))
        filling.flush()
    filling.close()
    code, line = told(command(disk / "run"))
    assert code in (1, 2) and line.startswith("xpert-evo: ") and ("No space" in line or "full" in line), line
    (disk / "filling").unlink()
    subprocess.run(["mount", "-o", "remount,size=50M", str(disk)], check=True)
    finish(command(disk / "run"))
    finish(command(tmp_path / "whole"))
    assert_same(disk / "run", tmp_path / "whole")


def test_a_folder_that_is_deleted_during_the_run_is_a_line(tmp_path):
    out = tmp_path / "run"
    process = start(command(out))
    until = time.monotonic() + 120
    while not (out / "store.sqlite").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)
    shutil.rmtree(out)
    _, said = process.communicate()
    assert_all_end(process.pid)
    assert process.returncode in (1, 2) and "Traceback" not in said
    assert said.strip().splitlines()[-1].startswith("xpert-evo: ") and str(out) in said


def test_a_folder_that_can_not_be_written_is_a_line(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    code, line = told(command(place / "run"))
    subprocess.run(["umount", "-l", str(place)], check=True)
    assert code == 2 and str(place) in line, line
