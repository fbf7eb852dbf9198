"""What a training on a Ray cluster takes beside the training itself.

    python -m benchmarks.search.ray_overhead --out FOLDER [--tasks 500]

Tasks that do nothing, of an estimator with as many images as the quick CIFAR-10 proxy trains on, on a cluster of two
nodes with a CPU each that it starts on this machine. `--out` gets README.md and ray_overhead.csv. Needs Ray:
pip install "xpert-evo[ray]".
"""

import os

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1"}

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.record import parser
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.machine import processor_name
from xpert_evo.search.workers.base import Workers
from xpert_evo.search.workers.processes import LocalProcesses
from xpert_evo.search.workers.ray_cluster import joined
from xpert_evo.search.workers.ray_workers import RayWorkers, task_options
from xpert_evo.search.workers.tasks import AccuracyTask, estimate

SEED = 1
IMAGES, SIDE, CHANNELS = 36_000, 16, 3
NODES = 2
REPETITIONS = 3
SENT_EACH_TIME = 20  # tasks, where each gets all images anew


@dataclass
class Idle:
    """Looks at one image and answers."""

    images: np.ndarray

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        pixel = float(self.images[seed % len(self.images)].mean()) / 255
        return AccuracyEstimate(pixel, 0.0, 1, 0.0)


def tasks(count: int) -> list[AccuracyTask]:
    design = homogeneous()
    return [AccuracyTask(str(number), 0, design, number) for number in range(count)]


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--tasks", type=int, default=500)
    given = arguments.parse_args()
    shape = (IMAGES, CHANNELS, SIDE, SIDE)
    estimator = Idle(np.random.default_rng(SEED).integers(0, 256, shape, dtype=np.uint8))
    rows = [*measured("processes of this machine", LocalProcesses(estimator, NODES, 1), given.tasks)]
    with cluster() as address, joined(address, print):
        rows += measured("Ray", RayWorkers(estimator, threads=1), given.tasks)
        rows += unpacked(estimator, given.tasks)
    write(given.out, pd.DataFrame(rows), given.tasks)


def measured(way: str, workers: Workers, count: int) -> Iterator[dict[str, Any]]:
    """Rows of tasks side by side and one after the other, processes having started."""

    def run(some: Sequence[AccuracyTask]) -> None:
        assert all(result.ok for result in workers.run(some))

    began = time.perf_counter()
    run(tasks(4 * NODES))
    yield row(way, "the first, with the start of processes", 4 * NODES, time.perf_counter() - began)
    yield row(way, "side by side", count, best_seconds(lambda: run(tasks(count))))
    single = tasks(count // 10)
    yield row(way, "one after the other", len(single), best_seconds(lambda: [run([task]) for task in single]))
    workers.close()


def unpacked(estimator: Idle, count: int) -> Iterator[dict[str, Any]]:
    """The same on Ray where a process doesn't keep the estimator, and nothing is noted for a deadline."""
    import ray

    remote = ray.remote(max_retries=0)(estimate).options(**task_options(threads=1, per_gpu=0))
    reference = ray.put(estimator)
    ray.get([remote.remote(reference, task) for task in tasks(4 * NODES)])
    for what, given, number in (
        ("side by side, unpacked from shared memory each time", reference, count),
        ("side by side, sent each time", estimator, SENT_EACH_TIME),
    ):
        some = tasks(number)
        seconds = best_seconds(lambda: ray.get([remote.remote(given, task) for task in some]))  # noqa: B023
        yield row("Ray", what, number, seconds)


def best_seconds(run: Callable[[], object]) -> float:
    times = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def row(way: str, what: str, count: int, seconds: float) -> dict[str, Any]:
    print(f"{way}, {what}: {count} tasks in {seconds:.2f} s, {1e3 * seconds / count:.2f} ms each", flush=True)
    return {"where": way, "how": what, "tasks": count, "seconds": seconds, "ms_a_task": 1e3 * seconds / count}


@contextmanager
def cluster() -> Iterator[str]:
    """The address of nodes with a CPU each, on this machine."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 200 * 2**20}
    here = str(Path(__file__).parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])
    there = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    try:
        for _ in range(NODES - 1):
            there.add_node(**node)
        yield there.address
    finally:
        there.shutdown()


def write(folder: Path, table: pd.DataFrame, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "ray_overhead.csv", index=False, float_format="%.4g")
    lines = ["| where | how | tasks | ms a task |", "| --- | --- | ---: | ---: |"]
    lines += [f"| {r['where']} | {r['how']} | {r['tasks']} | {r['ms_a_task']:.2f} |" for _, r in table.iterrows()]
    text = (
        "# What a training on a Ray cluster takes beside itself\n\n"
        f"`python -m benchmarks.search.ray_overhead --out results/published/ray-overhead --tasks {count}`, "
        f"seed {SEED}, {date.today().isoformat()}, {processor_name()}, {os.cpu_count()} cores ({platform.system()}, "
        f"Ray {version('ray')}, Python {platform.python_version()}).\n\n"
        f"Tasks that do nothing, of an estimator that holds {IMAGES:,} images of {SIDE} x {SIDE} x {CHANNELS} "
        f"({IMAGES * SIDE * SIDE * CHANNELS / 1e6:.1f} MB), on {NODES} nodes of a CPU each on one machine, beside as "
        f"many processes of `--workers`. Seconds by the clock, the best of {REPETITIONS} repetitions but for the first "
        "row of each. The last two rows are what isn't done: a process keeps the estimator. They lack what tells when "
        "a task begins, which a deadline needs.\n\n" + "\n".join(lines) + "\n"
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
