"""A cluster of two nodes on one machine: whole searches, nodes and processes that die, signals, other users.

Needs Ray (`pip install "xpert-evo[ray]"`); skipped where it isn't.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.search.workers.test_processes import TASKS, Deadly
from tests.stress.nodes import NODE, ROOT, free_port
from tests.stress.runs import heed_signals
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.errors import InputError, MachineError
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.search.workers.ray_cluster import joined
from xpert_evo.search.workers.ray_workers import RayWorkers
from xpert_evo.search.workers.retries import TRIES
from xpert_evo.search.workers.tasks import AccuracyTask, estimate
from xpert_evo.workflows.estimator import make_workers, proxy_estimator
from xpert_evo.workflows.promotion import promote_designs
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import write_tables
from xpert_evo.workflows.search import evolve

ray = pytest.importorskip("ray", reason="Ray isn't installed")


@pytest.fixture
def second_node(cluster):
    """A node that may die: another takes its place."""
    (node,) = cluster.worker_nodes
    yield node
    cluster.remove_node(node, allow_graceful=False)
    cluster.add_node(**NODE)


@pytest.fixture
def start(cluster):
    """Workers on the cluster; after them nothing of theirs takes part in it any more."""
    started: list[RayWorkers] = []

    def _start(estimator, **options) -> RayWorkers:
        started.append(RayWorkers(estimator, threads=1, **options))
        return started[-1]

    with joined(cluster.address, lambda text: None):
        yield _start
        for workers in started:
            workers.close()
    assert not ray.is_initialized()
    idle(cluster)


def idle(cluster, cpus: float = 2) -> None:
    """Waits until so many CPUs are free, as seen by somebody else."""
    with joined(cluster.address, lambda text: None):
        deadline = time.monotonic() + 30
        while ray.available_resources().get("CPU", 0) < cpus:
            assert time.monotonic() < deadline, ray.available_resources()
            time.sleep(0.2)


def results_of(workers: RayWorkers) -> dict[str, StoredAccuracy]:
    return {result.key: result for result in workers.run(TASKS)}


@dataclass
class EndsItsNode(FormulaEstimator):
    """On one node the fifth training kills the process that is the node and its own, as when a machine goes."""

    raylet: int = 0
    node: str = ""
    notes: Path = Path()

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        time.sleep(0.1)
        if ray.get_runtime_context().get_node_id() == self.node:
            (self.notes / str(seed)).touch()
            if len(list(self.notes.iterdir())) == 5:
                os.kill(self.raylet, signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)
        return super().estimate(design, seed)


@dataclass
class Heard(Silent):
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)


def tables(out: Path) -> list[pd.DataFrame]:
    """What a store holds, in an order of its own, without why trainings were tried again."""
    store = existing_store(out)
    try:
        accuracies = store.accuracies().sort_values(["key", "replicate"], ignore_index=True)
        return [accuracies.drop(columns="error"), store.evaluations()]
    finally:
        store.close()


def same(one: Path, other: Path) -> None:
    fronts = [pd.read_csv(out / "front.csv").drop(columns="estimator") for out in (one, other)]
    pd.testing.assert_frame_equal(*fronts, check_exact=True)
    for left, right in zip(tables(one), tables(other), strict=True):
        pd.testing.assert_frame_equal(left, right, check_exact=True)


@pytest.mark.parametrize("resources", ["ray", "client", "processes"])
def test_a_search_finds_the_same_wherever_it_runs(cluster, client_port, resources, finished_run, problem, tmp_path):
    chosen = {
        "ray": Resources(ray=cluster.address),
        "client": Resources(ray=f"ray://127.0.0.1:{client_port}"),
        "processes": Resources(workers=2),
    }
    evolve(problem, tmp_path, estimator=FormulaEstimator(), resources=chosen[resources])
    write_tables(tmp_path)
    same(tmp_path, finished_run)
    assert not ray.is_initialized()


def test_so_does_a_promotion(cluster, plain, estimator, tmp_path):
    for name, resources in (("here", Resources()), ("there", Resources(ray=cluster.address))):
        evolve(plain, tmp_path / name, estimator=estimator)
        promote_designs(tmp_path / name, designs=2, estimator=estimator, resources=resources)
        write_tables(tmp_path / name)
    here, there = (existing_store(tmp_path / name).promotions() for name in ("here", "there"))
    assert len(here) >= 3
    pd.testing.assert_frame_equal(
        *(table.sort_values("key", ignore_index=True) for table in (here, there)), check_exact=True
    )


def test_a_node_that_dies_in_the_middle_costs_its_trainings_a_try(
    cluster, second_node, finished_run, problem, tmp_path
):
    notes, out, heard = tmp_path / "notes", tmp_path / "run", Heard()
    notes.mkdir()
    raylet = second_node.all_processes["raylet"][0].process.pid
    estimator = EndsItsNode(raylet=raylet, node=second_node.node_id, notes=notes)
    evolve(problem, out, estimator=estimator, resources=Resources(ray=cluster.address), progress=heard)
    write_tables(out)
    assert "2 nodes, 2 CPUs, 0 GPUs" in heard.said[1] and len(list(notes.iterdir())) == 5
    same(out, finished_run)
    errors = existing_store(out).accuracies()["error"].dropna()
    assert len(errors) == 1 and errors.iloc[0].startswith("tried again after: its node died"), list(errors)
    assert not ray.is_initialized()


def test_a_process_that_is_killed_costs_its_own_task_a_try(start, tmp_path):
    results = results_of(start(Deadly(tmp_path, often=1)))
    assert {key: result.accuracy for key, result in results.items()} == {"3": 0.3, "4": None, "5": 0.5, "6": 0.6}
    assert results["4"].error == "ValueError: too few"
    assert results["5"].error == "tried again after: its process died"
    assert results["3"].error is results["6"].error is None


def test_a_stream_keeps_every_node_busy_and_survives_a_process_that_is_killed(start, tmp_path):
    left, given = list(TASKS), []

    def source(free: int) -> list[AccuracyTask]:
        given.append(free)
        tasks, left[:free] = left[:free], []
        return tasks

    results = {result.key: result for result in start(Deadly(tmp_path, often=1)).stream(source)}
    assert given[0] == 2 and max(given) == 2
    assert {key: result.accuracy for key, result in results.items()} == {"3": 0.3, "4": None, "5": 0.5, "6": 0.6}
    assert results["5"].error.startswith("tried again after: its process died")


def test_a_task_that_always_kills_its_process_is_lost(start, tmp_path):
    results = results_of(start(Deadly(tmp_path, often=99)))
    assert results["5"].error == f"lost {TRIES} times: its process died" and results["6"].accuracy == 0.6


def test_a_task_that_hangs_is_ended_at_the_deadline_and_one_that_waits_is_not(start, tmp_path):
    @dataclass
    class Hanging(Deadly):
        """At 5 bits for long at first; at others for long enough that the last waits for more than the deadline."""

        def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
            bits = design.layers[0].adc_bits
            first = not list(self.notes.glob(f"{bits}-*"))
            (self.notes / f"{bits}-{os.getpid()}").touch()
            time.sleep(60 if bits == 5 and first else 2.5)
            return AccuracyEstimate(bits / 10, 0.01, 100, 0.0)

    workers = start(Hanging(tmp_path, often=0), deadline_seconds=4.0)
    tasks = [AccuracyTask(str(bits), 0, homogeneous(adc_bits=bits), bits) for bits in (5, 3, 4, 6, 7, 8)]
    results = {result.key: result for result in workers.run(tasks)}
    assert results["5"].accuracy == 0.5 and results["5"].error == "tried again after: not ended after 4 s"
    assert [results[key].error for key in "34678"] == [None] * 5


@dataclass
class Placed:
    """Says in the place of an accuracy's error which process and what environment it got."""

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        seen = f"{os.getpid()} gpu {os.environ.get('CUDA_VISIBLE_DEVICES')} threads {os.environ['OMP_NUM_THREADS']}"
        raise ValueError(seen)


def test_a_gpu_is_shared_and_a_process_is_used_again(cluster):
    node = cluster.add_node(**{**NODE, "num_cpus": 2, "num_gpus": 1, "env_vars": {"OMP_NUM_THREADS": "7"}})
    try:
        with joined(cluster.address, lambda text: None):
            resources = Resources("cuda", workers=2, ray=cluster.address)
            workers = make_workers(Placed(), resources)
            many = [AccuracyTask(str(number), 0, homogeneous(), number) for number in range(12)]
            said = [result.error.removeprefix("ValueError: ").split(" ", 1) for result in workers.run(many)]
            workers.close()
    finally:
        cluster.remove_node(node)
    assert {environment for _, environment in said} == {"gpu 0 threads 1"}
    assert 1 <= len({pid for pid, _ in said}) <= 2


def test_trainings_of_images_give_the_same_on_a_node(start, problem):
    small = problem.with_proxy(epochs=1, train_images=200, validation_images=100, calibration_images=50)
    estimator = proxy_estimator(small, Resources())
    design = homogeneous(image_channels=1, width=0.25)
    task = AccuracyTask("one", 0, design, 7)
    (there,) = start(estimator).run([task])
    here = estimate(estimator, task)
    assert here.ok and (there.status, there.accuracy, there.error) == (here.status, here.accuracy, None)


def test_what_no_node_has_is_refused_and_nothing_is_written(cluster, problem, tmp_path):
    for resources, message in (
        (Resources(threads=2, ray=cluster.address), "--threads 2: .* valid is 1 to 1"),
        (Resources("cuda", ray=cluster.address), "--device cuda: no node"),
    ):
        with pytest.raises(InputError, match=message):
            evolve(problem, tmp_path / "run", estimator=FormulaEstimator(), resources=resources)
        assert not (tmp_path / "run").exists() and not ray.is_initialized()


def test_a_cluster_that_is_not_there_is_told_at_once_and_nothing_is_written(problem, tmp_path):
    began = time.monotonic()
    with pytest.raises(MachineError, match="no answer"):
        evolve(problem, tmp_path / "run", resources=Resources(ray=f"127.0.0.1:{free_port()}"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(MachineError, match="no Ray cluster"):
            evolve(problem, tmp_path / "run", resources=Resources(ray=f"127.0.0.1:{other.getsockname()[1]}"))
    assert time.monotonic() - began < 30 and not (tmp_path / "run").exists()


def test_who_is_connected_already_stays_so(cluster, plain, estimator, tmp_path):
    ray.init(cluster.address, log_to_driver=False)
    try:
        evolve(plain, tmp_path, estimator=estimator, resources=Resources(ray="auto"))
        assert ray.is_initialized()
    finally:
        ray.shutdown()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_our_tasks_and_no_others(cluster, tmp_path, number):
    """The other user's task holds one of the two CPUs; ours run on the other until the signal comes."""
    ray.init(cluster.address, log_to_driver=False)
    try:
        other = ray.remote(lambda: time.sleep(3600)).remote()
        handlers = signal.getsignal(signal.SIGTERM)
        command = [sys.executable, "-m", "xpert_evo", "search", str(ROOT / "problems/digits.toml"), "--device", "cpu"]
        options = ["--out", str(tmp_path / "run"), "--ray", cluster.address, "--set", "search.trainings=200"]
        with (tmp_path / "said").open("w+") as said:
            running = subprocess.Popen(
                [*command, *options], stderr=said, stdout=said, cwd=ROOT, preexec_fn=heed_signals
            )
            try:
                wait_for(lambda: trainings(tmp_path / "run") > 0, running)
                running.send_signal(number)
                assert running.wait(30) == 128 + number
            finally:
                running.kill()
            said.seek(0)
            text = said.read()
        assert "2 nodes, 2 CPUs" in text and "--resume" in text.splitlines()[-1]
        assert "Traceback" not in text and "raylet" not in text and "INFO" not in text, text
        wait_for(lambda: ray.available_resources().get("CPU") == 1)
        assert ray.wait([other], timeout=0)[0] == []
        ray.cancel(other, force=True)
        signal.signal(signal.SIGTERM, handlers)
    finally:
        ray.shutdown()


def trainings(run: Path) -> int:
    try:
        store = existing_store(run)
    except InputError:
        return 0
    try:
        return len(store.accuracies())
    finally:
        store.close()


def wait_for(what: Callable[[], bool], process: subprocess.Popen | None = None, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until and (process is None or process.poll() is None)
        time.sleep(0.2)
