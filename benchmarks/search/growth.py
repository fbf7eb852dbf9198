"""How a run bears very many evaluations: its front, a generation's own time, and what a resume replays a second.

    TMPDIR=/dev/shm python -m benchmarks.search.growth --out results/published/run-growth [--largest 1000000]

Stores of 1,000 to 1,000,000 evaluations are written as a search on digits would have: sixteen designs a generation,
drawn as random search draws them, each with an accuracy of its own by a formula. Their front, page and pictures are
asked for by the command line; then the search is resumed, and goes on for a hundred generations. Own time is all but
the algorithm's and that for accuracies (writing them included). Processor seconds, so that other work on the machine
counts little; a temporary folder in memory spares waiting for the disk, which every accuracy is written to at once.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from benchmarks.record import as_published, parser, write_run
from xpert_evo.analysis.style import STYLE, foot, save
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import GENES
from xpert_evo.design.space import SearchSpace
from xpert_evo.design.texts import design_ids, design_texts
from xpert_evo.search.algorithms import ALGORITHMS, Task
from xpert_evo.search.candidates.sampling import modelled_baselines, smooth_genomes
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.keys import accuracy_keys
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.search.records.run_folder import STORE_FILE, existing_store, open_run
from xpert_evo.search.records.store import Store
from xpert_evo.search.workers.base import AccuracyTask
from xpert_evo.workflows.generations import search
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import resolved_toml

SEED = 1
BATCH = 16  # designs a generation, as many as a search's offspring by default
BLOCK = 500  # generations that are written at once
BEYOND = 100  # generations that are new after a resume
COLUMNS = {"evaluations": 6 + len(METRIC_COLUMNS), "accuracies": 8, "rounds": 2}  # of a store's tables
IMAGES, ERROR = 1_000, 0.01
COMMANDS = ("front", "report", "plot")
SEARCH = {"algorithm": "random", "constraints": "[]", "confirm_seeds": 0, "trainings": 10**7, "generations": 10**7}
REPORT = {  # as an algorithm with a predictor gives it
    "rank_correlation": 0.5,
    "rank_correlation_low": 0.4,
    "rank_correlation_high": 0.6,
    "unseen_designs": 48,
}


@dataclass
class Clock:
    """Processor seconds of generations, and of what isn't a search's own in them."""

    foreign: float = 0.0
    own: list[float] = field(default_factory=list)
    _began: float = 0.0
    _foreign_then: float = 0.0

    def generation(self) -> None:
        """One ends and the next begins."""
        now = time.process_time()
        self.own.append(now - self._began - (self.foreign - self._foreign_then))
        self._began, self._foreign_then = time.process_time(), self.foreign


def drawn(space: SearchSpace, generation: int) -> Designs:
    """The designs of a generation, as a batch."""
    return space.decode(smooth_genomes(space, BATCH, np.random.default_rng([SEED, generation])))


def accuracy(designs: Designs) -> np.ndarray:
    """Accuracies that rise with width and precision, with noise, float64 (P,)."""
    width = np.log2(designs.channels).mean(axis=1) / 9
    bits = designs.adc_bits.mean(axis=1) * designs.input_bits.mean(axis=1) / 64
    noise = np.sin(1e4 * width + 1e5 * bits)
    return 0.1 + 0.7 * width * bits**0.3 + 0.05 * noise


class Drawn:
    """An algorithm that knows its designs beforehand, for so many generations."""

    def __init__(self, space: SearchSpace, clock: Clock, generations: int) -> None:
        self._space, self._clock, self._generations = space, clock, generations
        self._generation = 0

    def ask(self) -> Designs | None:
        self._clock.generation()
        began = time.process_time()
        self._generation += 1
        designs = drawn(self._space, self._generation) if self._generation <= self._generations else None
        self._clock.foreign += time.process_time() - began
        return designs

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        return

    def report(self) -> dict[str, float]:
        return REPORT

    def remark(self) -> str:
        return ""


class ByFormula:
    """Accuracies of trainings that take no time."""

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        for task in tasks:
            yield StoredAccuracy(task.key, 0, "ok", float(accuracy(stack([task.design]))[0]), ERROR, IMAGES, 1.0)

    def close(self) -> None:
        return


class Timed(Evaluator):
    """An evaluator that says how long accuracies took."""

    clock: Clock

    def accuracies(self, *args: Any, **options: Any) -> Any:
        began = time.process_time()
        try:
            return super().accuracies(*args, **options)
        finally:
            self.clock.foreign += time.process_time() - began


def given_problem() -> Problem:
    return as_published(
        "problems/digits.toml", overrides=tuple(f"search.{key}={value}" for key, value in SEARCH.items())
    )


def begun(folder: Path, problem: Problem) -> Store:
    return open_run(folder, resolved_toml(problem), seed=SEED, resolve=lambda path: path.read_text())[0]


def filled(folder: Path, generations: int) -> int:
    """Writes a run of so many generations, and returns how many evaluations it has."""
    problem = given_problem()
    hardware, space = problem.hardware.load(), problem.search_space()
    begun(folder, problem).close()
    known: set[str] = set()
    kinds, references = modelled_baselines(space, hardware)
    blocks = chain(
        [[0]], (range(start, min(start + BLOCK, generations + 1)) for start in range(1, generations + 1, BLOCK))
    )
    with closing(sqlite3.connect(folder / STORE_FILE)) as connection:
        baselines = json.dumps(dict(zip(kinds, references.ids, strict=True)))
        connection.execute("INSERT INTO run VALUES ('baselines', ?)", (baselines,))
        for block in blocks:
            parts = [drawn(space, generation) if generation else references for generation in block]
            designs = joined(parts)
            ids, keys = designs.ids, accuracy_keys(designs)
            metrics = hardware_columns(hardware, designs)
            columns = zip(*(metrics[name].tolist() for name in METRIC_COLUMNS), strict=True)
            of = np.repeat(list(block), [len(part) for part in parts]).tolist()
            evaluations = []
            for row in zip(of, ids, keys, design_texts(designs), columns, strict=True):
                if row[1] not in known:
                    evaluations.append((len(known), row[0], row[1], row[2], 1, row[3], *row[4]))
                    known.add(row[1])
            trained = [
                (key, 0, "ok", value, ERROR, IMAGES, 1.0, None)
                for key, value in zip(keys, accuracy(designs).tolist(), strict=True)
            ]
            rounds = [
                (generation, json.dumps({"generation": generation, "trainings": len(known), **REPORT}))
                for generation in block
                if generation
            ]
            for table, rows in {"evaluations": evaluations, "accuracies": trained, "rounds": rounds}.items():
                marks = ", ".join("?" * COLUMNS[table])
                connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
        connection.commit()
    return len(known)


def joined(parts: list[Designs]) -> Designs:
    """Batches as one, with ids."""
    genes = {gene: np.concatenate([getattr(part, gene) for part in parts]) for gene in GENES}
    whole = replace(parts[0], ids=(), **genes)
    return replace(whole, ids=design_ids(whole))


def play(folder: Path, generations: int) -> np.ndarray:
    """Begins or resumes the search in a folder, and leaves it after so many generations.

    Returns:
        A search's own processor seconds, a generation, float64 (generations,).
    """
    problem, clock = given_problem(), Clock()

    def algorithm(task: Task) -> Drawn:
        return Drawn(task.space, clock, generations)

    store = begun(folder, problem)
    evaluator = Timed(problem.hardware.load(), problem.search, store, ByFormula(), Silent(), SEED)
    evaluator.clock = clock
    with patch.dict(ALGORITHMS, {problem.search.algorithm: algorithm}):
        search(evaluator, problem.search_space())
    store.close()
    return np.array(clock.own[1:])  # before the first one stands what a search does at its beginning


def opened(folder: Path) -> float:
    """Seconds until a store is open and has said what the run's seed is."""
    began = time.perf_counter()
    store = existing_store(folder)
    store.seed()
    store.close()
    return time.perf_counter() - began


# Started between us and a command: memory is counted from where a process was split off.
LAUNCHER = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""


# What `front` computes, without the files that it brings up to date.
FRONT_ALONE = """
import sys
from pathlib import Path
from xpert_evo.workflows.results import load_run, run_front
run_front(load_run(Path(sys.argv[1])))
"""


def taken(*arguments: str) -> tuple[float, float]:
    """Processor seconds and most memory (MiB) of Python with some arguments, its start included."""
    told = subprocess.run([sys.executable, "-c", LAUNCHER, *arguments], check=True, capture_output=True, text=True)
    seconds, mib = map(float, told.stdout.split())
    return seconds, mib


def measure(size: int, folder: Path) -> dict[str, float]:
    """What a run of so many evaluations takes."""
    generations = size // BATCH
    evaluations = filled(folder, generations)
    row = {
        "evaluations": evaluations,
        "store_mib": (folder / STORE_FILE).stat().st_size / 2**20,
        "open_seconds": opened(folder),
    }
    for name in COMMANDS:
        row[f"{name}_seconds"], row[f"{name}_mib"] = taken("-m", "xpert_evo", name, str(folder))
    row["front_alone_seconds"], row["front_alone_mib"] = taken("-c", FRONT_ALONE, str(folder))
    own = play(folder, generations + BEYOND)
    replay, fresh = own[:generations], own[generations:]
    row |= {"generation_ms": 1e3 * float(np.median(fresh)), "generation_slow_ms": 1e3 * float(np.quantile(fresh, 0.9))}
    return row | {"replay_seconds": float(replay.sum()), "replayed_a_second": evaluations / float(replay.sum())}


def draw(table: pd.DataFrame, path: Path) -> None:
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
        left.plot(table["evaluations"], table["generation_ms"], "o-", color="#d55e00")
        left.fill_between(
            table["evaluations"], table["generation_ms"], table["generation_slow_ms"], alpha=0.2, lw=0, color="#d55e00"
        )
        left.set(xscale="log", ylim=(0, None), xlabel="evaluations before it", ylabel="a generation's own time (ms)")
        for name, colour in zip(COMMANDS, ("#0072b2", "#009e73", "#cc79a7"), strict=True):
            right.plot(table["evaluations"], table[f"{name}_seconds"], "o-", color=colour, label=f"xpert-evo {name}")
        right.plot(
            table["evaluations"], table["replay_seconds"], "s--", color="#666666", label="resume, without algorithm"
        )
        right.set(xscale="log", yscale="log", xlabel="evaluations in the store", ylabel="processor seconds")
        right.legend(frameon=False)
        foot(
            figure, f"{BATCH} designs a generation · left: median of {BEYOND}, band up to the slowest tenth · one core"
        )
        save(figure, path)


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--largest", type=int, default=1_000_000, help="evaluations in the largest store")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for size in (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000):
        if size <= given.largest:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(measure(size, Path(folder) / "run"))
            print({key: float(f"{value:.4g}") for key, value in rows[-1].items()}, flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(given.out / "growth.csv", index=False, float_format="%.4g")
    draw(table, given.out / "growth.png")
    write_run(given.out, "benchmarks.search.growth", seed=SEED)


if __name__ == "__main__":
    main()
