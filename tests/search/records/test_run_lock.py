import os
import signal
import subprocess
import sys

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.run_lock import LOCK_FILE, alone_in

HOLDING = "import sys, time, pathlib; from xpert_evo.search.records.run_lock import alone_in\n"
HOLDING += "with alone_in(pathlib.Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a folder."""
    command = [sys.executable, "-c", HOLDING, str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_the_second_is_refused_with_the_first_ones_pid_and_let_in_when_it_was_killed(holder, tmp_path):
    with (
        pytest.raises(InputError, match=rf"run: in use by another xpert-evo \(process {holder.pid}\)"),
        alone_in(tmp_path / "run"),
    ):
        raise AssertionError("two are in")
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with alone_in(tmp_path / "run"):
        pass


def test_a_folder_that_was_made_for_nothing_goes(tmp_path):
    with alone_in(tmp_path / "run"):
        pass
    assert not (tmp_path / "run").exists()
    with alone_in(tmp_path / "run"):
        (tmp_path / "run/store").touch()
    assert {path.name for path in (tmp_path / "run").iterdir()} == {LOCK_FILE, "store"}


def test_a_folder_that_is_taken_away_in_between_is_no_error_of_the_lock(tmp_path):
    with alone_in(tmp_path / "run"):
        for path in (tmp_path / "run").iterdir():
            path.unlink()
        (tmp_path / "run").rmdir()
