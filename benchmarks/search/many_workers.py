"""How well 1 to 1,000 workers are used, in generations and steadily: searches in simulated time.

    python -m benchmarks.search.many_workers --out results/published/many-workers

Accuracies are the tabular problem's. A training takes as long as the recorded one whose network computes most nearly as
much; the slowest hundredth is left out, in which the machine did other things. The search's own computing, in processor
time, so that other work on the machine counts little, is added as it happens, since free workers wait for it. In
generations a batch is as large as there are workers, and at least 4, as the preset has it. Run again, it goes on where
it was.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from benchmarks import record
from benchmarks.search.problems import problem_of
from benchmarks.search.tabular import TabularEstimator
from benchmarks.search.trainings import TABLE
from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.analysis.front import evaluated
from xpert_evo.analysis.indicators import convergence
from xpert_evo.data import dataset_info
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import GENES
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.budget import Allowance, give
from xpert_evo.search.records.store import Store
from xpert_evo.search.workers.retries import Source, once
from xpert_evo.search.workers.tasks import AccuracyTask, estimate
from xpert_evo.workflows.generations import search
from xpert_evo.workflows.problem import Problem

WORKERS = (1, 4, 16, 64, 250, 1000)
LEAST_TRAININGS = 100
EACH = 4  # trainings of a worker, at least
MODES = ("generation", "steady")
SLEPT = 0.01
SHARE = 0.98  # of what one worker reaches: how much is asked for


def recorded_seconds() -> tuple[np.ndarray, np.ndarray]:
    """Multiply-accumulates of the recorded trainings and the seconds that they took, float64 (P,) each."""
    table = pd.read_csv(TABLE)
    channels = np.array([[int(depth) for depth in key.split("|")[0].split("-")] for key in table["key"]])
    networks = Designs(*([channels] * len(GENES)), image_size=32, image_channels=3, classes=10)
    macs, seconds = networks.macs().astype(float), table["seconds"].to_numpy()
    kept = seconds <= np.quantile(seconds, 1 - SLEPT)
    return macs[kept], seconds[kept]


@dataclass
class SimulatedWorkers:
    """Workers that are busy for as long as trainings were, and a search that takes as long as it takes.

    Attributes:
        now: seconds since the search began.
        busy: seconds that workers trained.
        ended: when each training ended, seconds, by its key.
    """

    estimator: Estimator
    workers: int
    macs: np.ndarray
    seconds: np.ndarray
    now: float = 0.0
    busy: float = 0.0
    ended: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.process_time)

    def start(self) -> None:
        return

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        return self.stream(once(tasks))

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        running: list[tuple[float, int, AccuracyTask]] = []
        count = 0
        while True:
            self._computed()
            given = source(self.workers - len(running))
            self._computed()
            for task in given:
                seconds = self._seconds(task)
                self.busy += seconds
                count += 1
                heapq.heappush(running, (self.now + seconds, count, task))
            if not running:
                return
            self.now = max(self.now, running[0][0])
            while running and running[0][0] <= self.now:
                end, _, task = heapq.heappop(running)
                self.ended[task.key] = end
                result = estimate(self.estimator, task)
                self._since = time.process_time()  # what an accuracy costs here is no part of a search
                yield result
                self._computed()

    def close(self) -> None:
        return

    def _computed(self) -> None:
        """The search's own computing since the last time."""
        now = time.process_time()
        self.now += now - self._since
        self._since = now

    def _seconds(self, task: AccuracyTask) -> float:
        macs = stack([task.design]).macs()[0]
        return float(self.seconds[np.abs(self.macs - macs).argmin()])


def problem_for(workers: int, mode: str) -> Problem:
    """The tabular problem with a budget, and in generations a batch, for so many workers."""
    content = problem_of("cifar10", max(LEAST_TRAININGS, EACH * workers)).model_dump(mode="json", exclude_none=True)
    content["search"] |= {"mode": mode, "confirm_seeds": 0}
    if mode == "generation":
        surrogate = content["search"]["surrogate"]
        surrogate |= {key: max(surrogate[key], workers) for key in ("first", "batch")}
    return Problem.model_validate(content)


def played(workers: int, mode: str, seed: int, estimator: Estimator) -> pd.DataFrame:
    """One search.

    Returns:
        A row a generation, or a design of a steady search: trainings so far, seconds, hypervolume; and of the whole
        search `utilisation`, the share of the workers' time in which they trained.
    """
    problem = problem_for(workers, mode)
    simulated = SimulatedWorkers(estimator, workers, *recorded_seconds())
    store = Store(Path(":memory:"))
    give(store, *[Allowance(problem.search.trainings, problem.search.generations)] * 2)
    evaluator = Evaluator(problem.hardware.load(), problem.search, store, simulated, Silent(), seed)
    space = problem.search_space()
    search(evaluator, space)
    table = evaluated(store.evaluations(), store.repeated_accuracies())
    _, references = modelled_baselines(space, evaluator.hardware)
    baseline = float(evaluator.hardware.evaluate(references).edap_pj_ns_um2[0])
    history = convergence(table, classes=dataset_info(problem.dataset).classes, baseline={"edap_pj_ns_um2": baseline})
    ends = table["accuracy_key"].map(simulated.ended).groupby(table["generation"]).max().cummax()
    return pd.DataFrame(
        {
            "workers": workers,
            "mode": mode,
            "seed": seed,
            "trainings": history["trainings"],
            "seconds": history["generation"].map(ends),
            "hypervolume": history["hypervolume"],
            "utilisation": simulated.busy / (workers * simulated.now),
        }
    )


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """A row a number of workers and mode: utilisation, and the time to what one worker reaches in generations."""
    one = table[(table["workers"] == 1) & (table["mode"] == "generation")]
    wanted = SHARE * float(one.groupby("seed")["hypervolume"].max().mean())
    rows = []
    for (workers, mode), games in table.groupby(["workers", "mode"]):
        times, reached = [], games.groupby("seed")["hypervolume"].max()
        for _, game in games.groupby("seed"):
            enough = game[game["hypervolume"] >= wanted]
            times.append(float(enough["seconds"].iloc[0]) if len(enough) else np.nan)
        rows.append(
            {
                "workers": workers,
                "mode": mode,
                "utilisation": games.groupby("seed")["utilisation"].first().mean(),
                "trainings": int(games["trainings"].max()),
                "wanted_hypervolume": wanted,
                "seconds_to_it": np.mean(times),
                "hypervolume": float(reached.mean()),
            }
        )
    return pd.DataFrame(rows)


def draw(rows: pd.DataFrame, path: Path) -> None:
    """Utilisation and time over the number of workers."""
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), layout="constrained")
    marks = {"generation": ("o", "#0072b2"), "steady": ("s", "#d55e00")}
    for axis, column, name in zip(
        axes, ("utilisation", "seconds_to_it"), ("workers' time in training", "seconds"), strict=True
    ):
        for mode, of_mode in rows.groupby("mode"):
            mark, colour = marks[str(mode)]
            axis.plot(of_mode["workers"], of_mode[column], marker=mark, color=colour, label=str(mode))
        axis.set_xscale("log")
        axis.set_xticks(sorted(rows["workers"].unique()), [f"{count:,}" for count in sorted(rows["workers"].unique())])
        axis.minorticks_off()
        axis.set_xlabel("workers")
        axis.set_ylabel(name)
        axis.grid(alpha=0.3)
    axes[0].set_ylim(0, 1.02)
    axes[1].set_yscale("log")
    axes[1].set_title(f"time to a hypervolume of {rows['wanted_hypervolume'].iloc[0]:.3f}", fontsize=9)
    axes[0].legend()
    figure.savefig(path, dpi=200)


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    estimator, path = TabularEstimator.fitted(), arguments.out / "many_workers.csv"
    done = set() if not path.exists() else {(row.workers, row.mode, row.seed) for row in pd.read_csv(path).itertuples()}
    for workers, mode, seed in product(arguments.workers, arguments.modes, arguments.seeds):
        if (workers, mode, seed) in done:
            continue
        began = time.monotonic()
        rows = played(workers, mode, seed, estimator)
        rows.to_csv(path, mode="a", header=not path.exists(), index=False, float_format="%.5g")
        last = rows.iloc[-1]
        print(
            f"{workers} workers, {mode}, seed {seed}: {last['utilisation']:.3f} used, {last['seconds']:.0f} s, "
            f"hypervolume {last['hypervolume']:.4f}; computed in {time.monotonic() - began:.0f} s",
            flush=True,
        )
    table = summary(pd.read_csv(path))
    table.to_csv(arguments.out / "summary.csv", index=False, float_format="%.4g")
    draw(table, arguments.out / "many_workers.png")
    record.write_run(arguments.out, "benchmarks.search.many_workers", seeds=arguments.seeds)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
