"""Real searches with real trainings on digits, as small as they can be."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.workflows.test_search import found
from xpert_evo.workflows.problem_file import load_problem

SMALL = (
    "space.array.crossbar_size=[64, 128]",
    "space.array.crossbars_per_tile=[64]",
    "proxy.train_images=64",
    "proxy.validation_images=128",
    "proxy.epochs=1",
    "proxy.batch_size=32",
    "proxy.calibration_images=16",
    "proxy.width_factor=0.125",
    "search.population=4",
    "search.offspring=3",
    "search.trainings=8",
    "search.confirm_seeds=1",
    "search.surrogate.candidates=1000",
    "search.constraints=['macs <= 3.2e8']",
)


@pytest.fixture(scope="module")
def digits(pytestconfig) -> Path:
    return pytestconfig.rootpath / "problems" / "digits.toml"


@pytest.fixture(scope="module")
def whole_run(digits, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "run"
    found(load_problem(digits, overrides=SMALL), out, seed=4)
    return out


def test_accuracies_are_of_the_validation_images(whole_run):
    front = pd.read_csv(whole_run / "front.csv")
    assert (front["images"] == 128).all()
    assert ((front["accuracy"] * 128).round(6) % 1 == 0).all()
    assert (front["standard_error"] > 0).all()


def trainings(store: Path) -> int:
    if not store.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM accuracies").fetchone()[0]
    except sqlite3.OperationalError:  # just being made
        return 0


def test_ctrl_c_and_resume_end_with_the_same_front(digits, whole_run, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "xpert_evo", "search", str(digits), "--out", str(out), "--seed", "4"]
    command += [part for text in SMALL for part in ("--set", text)]
    process = subprocess.Popen(
        [*command, "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )
    deadline = time.monotonic() + 120
    while trainings(out / "store.sqlite") < 3 and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # every process of the group hears it, as in a terminal
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "--resume" in said, said
    before = trainings(out / "store.sqlite")
    assert 3 <= before < trainings(whole_run / "store.sqlite")

    found(load_problem(digits, overrides=SMALL), out, seed=4, resume=True)
    assert (out / "front.csv").read_bytes() == (whole_run / "front.csv").read_bytes()
