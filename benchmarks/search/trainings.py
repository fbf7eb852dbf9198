"""The real trainings that the tabular problem is fitted to: what a search on CIFAR-10 meets.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.search.trainings --run results/cifar10-quick-1

A run's own trainings are taken over, its repeats as well: they say how large a training's noise is. Then come the
first populations of other seeds, and children of both, of which half of the parents are from the run's better half.
The table grows by a row a training; run again, it goes on where it was.
"""

import argparse
import csv
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pymoo.core.problem import Problem as PymooProblem
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from benchmarks.record import as_published
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import GENES
from xpert_evo.machine import usable_cores
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.operators import LayerCrossover, StepMutation
from xpert_evo.search.candidates.peripherals import HARDWARE_GENES
from xpert_evo.search.candidates.sampling import first_population
from xpert_evo.search.evaluation import accuracy_key, training_seed
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import objective_matrix, violations
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run

TABLE = Path(__file__).parent / "cifar10_trainings.csv"
# That the table was begun with; the quick preset has another one since.
PROXY = ("proxy.train_images=12000", "proxy.epochs=3", "proxy.least_channels=1")
COLUMNS = ("key", "replicate", "origin", "accuracy", "standard_error", "images", "seconds")
RUN_SEED = 1  # of the run that is taken over; every training's seed comes from it and from the key
POPULATION_SEEDS = (2, 3, 4, 5)
POPULATION = 24
CHILDREN = 400


def wanted(problem: Problem, run: Path) -> Iterator[tuple[str, Design]]:
    """Origin and design, in the order in which they are trained; a key may come again."""
    hardware, space = problem.hardware.load(), problem.search_space()
    evolved = AccuracyGenes(space, hardware, problem.search)
    constraints = [constraint for constraint in problem.search.parsed_constraints() if not constraint.needs_training]

    def allowed(designs: Designs) -> np.ndarray:
        return (violations(hardware_columns(hardware, designs), constraints) <= 0).all(axis=1)

    may_be = partial(evolved.allowed, allowed)
    populations = [
        first_population(evolved.genomes, POPULATION, np.random.default_rng(seed), evolved.log_edap, may_be)
        for seed in POPULATION_SEEDS
    ]
    first = np.concatenate(populations)
    children = offspring(evolved, first, better_half(evolved, run), np.random.default_rng(RUN_SEED))
    children = children[may_be(children)]
    # Alternating, so that a table that was stopped early holds both.
    for row in range(max(len(first), len(children))):
        for origin, genomes in (("first population", first), ("child", children)):
            if row < len(genomes):
                yield origin, evolved.genomes.decode(genomes[row : row + 1]).design(0)


def better_half(evolved: AccuracyGenes, run: Path) -> np.ndarray:
    """Genomes of a run's designs, by non-dominated rank in error and EDAP."""
    found = load_run(run)
    table = found.table
    table = table[table["feasible"].astype(bool) & (table["generation"] > 0)]
    objectives = ("error", "edap_pj_ns_um2")
    matrix = objective_matrix({name: table[name].to_numpy() for name in objectives}, objectives)
    ranks = NonDominatedSorting().do(matrix, return_rank=True)[1]
    best = table.iloc[np.argsort(ranks, kind="stable")[: len(table) // 2]]
    genomes = evolved.space.encode(stack(found.designs(best)))
    layers = genomes.reshape(len(genomes), *evolved.space.counts.shape)
    layers[:, :, [GENES.index(gene) for gene in HARDWARE_GENES]] = 0  # frozen where only the others evolve
    return np.unique(layers.reshape(len(genomes), -1), axis=0)


def offspring(
    evolved: AccuracyGenes, first: np.ndarray, better: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Crossed and mutated once to three times, uint8 (CHILDREN, genes)."""
    space = evolved.genomes
    nothing = PymooProblem(n_var=space.genes, n_obj=1, xl=0, xu=space.all_counts - 1)
    parents = np.stack(
        [
            better[generator.integers(0, len(better), CHILDREN)],
            np.concatenate([first, better])[generator.integers(0, len(first) + len(better), CHILDREN)],
        ]
    )
    children = LayerCrossover(space)._do(nothing, parents, random_state=generator)[0]
    times = generator.integers(1, 4, size=(CHILDREN, 1))
    for mutation in range(3):
        mutated = StepMutation(space)._do(nothing, children, random_state=generator)
        children = np.where(mutation < times, mutated, children)
    return children.astype(np.uint8)


def taken_over(run: Path) -> pd.DataFrame:
    """A run's trainings as rows."""
    store = existing_store(run)
    try:
        rows = store.accuracies()
        evaluations = store.evaluations()
    finally:
        store.close()
    rows = rows[rows["status"] == "ok"]
    order = {key: number for number, key in enumerate(evaluations["accuracy_key"].drop_duplicates())}
    rows = rows.assign(origin="run", order=rows["key"].map(order)).sort_values(["replicate", "order"])
    return rows[list(COLUMNS)]


def append(rows: list[dict[str, Any]]) -> None:
    new = not TABLE.exists()
    with TABLE.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if new:
            writer.writeheader()
        writer.writerows({**row, "seconds": f"{row['seconds']:.1f}"} for row in rows)


_estimator: Any  # of a worker process


def _start(problem: Problem) -> None:
    global _estimator
    _estimator = proxy_estimator(problem, Resources())


def _train(origin: str, design: Design) -> dict[str, Any]:
    key = accuracy_key(design)
    result = _estimator.estimate(design, training_seed(RUN_SEED, key, 0))
    facts = {name: value for name, value in vars(result).items() if name != "right"}
    return {"key": key, "replicate": 0, "origin": origin, **facts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="a finished quick run of cifar10 with PROXY, seed 1")
    parser.add_argument("--designs", type=int, default=320, help="different designs in the table")
    parser.add_argument("--workers", type=int, default=usable_cores())
    arguments = parser.parse_args()
    problem = as_published("problems/cifar10.toml", preset="quick", overrides=PROXY)
    if not TABLE.exists():
        append(taken_over(arguments.run).to_dict("records"))
    known = set(pd.read_csv(TABLE)["key"])
    tasks: dict[str, tuple[str, Design]] = {}
    for origin, design in wanted(problem, arguments.run):
        if len(known) + len(tasks) < arguments.designs and accuracy_key(design) not in known:
            tasks.setdefault(accuracy_key(design), (origin, design))
    began = time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(arguments.workers, context, initializer=_start, initargs=(problem,)) as pool:
        futures = [pool.submit(_train, *task) for task in tasks.values()]
        for count, future in enumerate(as_completed(futures), start=1):
            append([future.result()])
            left = (time.monotonic() - began) / count * (len(tasks) - count)
            print(f"{count} of {len(tasks)} trainings, about {left / 60:.0f} minutes left", flush=True)


if __name__ == "__main__":
    main()
