"""One method on one problem with one seed: what it had reached after every distinct accuracy that it asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.search.full_size import LENGTHS
from benchmarks.search.outside import BoTorch, optuna_nsga2, optuna_tpe
from xpert_evo.analysis.indicators import hypervolume, unit_square
from xpert_evo.data import dataset_info
from xpert_evo.search.algorithms import ALGORITHMS, Algorithm, Task
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.budget import Budget
from xpert_evo.search.records.store import Store
from xpert_evo.search.workers.base import Workers
from xpert_evo.workflows.problem import Problem


def _botorch(task: Task) -> Algorithm:
    worst = [1 - constraint.bound for constraint in task.settings.parsed_constraints() if constraint.needs_training]
    return BoTorch(task, (worst[0], float(np.log10(baseline_edap(task)))))


def baseline_edap(task: Task) -> float:
    """EDAP of the homogeneous VGG16 with flash ADCs: one coordinate of the reference point, pJ ns um2."""
    _, references = modelled_baselines(task.space, task.hardware)
    return float(task.hardware.evaluate(references).edap_pj_ns_um2[0])


HALVING = "halving"  # ours with trainings of two lengths, on problems that have them
METHODS: dict[str, Callable[[Task], Algorithm]] = {
    **ALGORITHMS,
    HALVING: ALGORITHMS["surrogate"],
    "optuna-nsga2": optuna_nsga2,
    "optuna-tpe": optuna_tpe,
    "botorch": _botorch,
}


def play(method: str, problem: Problem, workers: Workers, seed: int) -> pd.DataFrame:
    """Hypervolume and seconds after every distinct accuracy, up to the problem's budget.

    Seconds are those of the trainings, one after the other on one thread whoever trained them first, and of all that
    the method itself did. A training of fewer epochs counts as their share of a whole one, before all whole ones of its
    generation.

    Returns:
        Columns evaluations, hypervolume, seconds, overhead_seconds (of the seconds, the method's own).
    """
    store = Store(Path(":memory:"))
    hardware, space = problem.hardware.load(), problem.search_space()
    fidelities = LENGTHS if method == HALVING else ()
    settings = problem.search.model_copy(update={"fidelities": fidelities})
    evaluator = Evaluator(hardware, settings, store, workers, Silent(), seed)
    allowed, budget = evaluator.allowed, Budget.of(settings)
    task = Task(space, hardware, settings, allowed, seed, budget, shorter=evaluator.shorter)
    began = time.perf_counter()
    algorithm = METHODS[method](task)
    own_seconds: dict[int, float] = {}
    shorter: dict[int, tuple[float, float]] = {}
    generation, spent = 0, 0.0
    while generation < settings.generations and spent < settings.trainings:
        designs = algorithm.ask()
        if designs is None:
            break
        generation += 1
        short = store.shorter()
        shorter[generation] = float(short["epochs"].sum()) / LENGTHS[-1], float(short["seconds"].sum())
        answers = evaluator.evaluate(designs, generation)
        own_seconds[generation] = time.perf_counter() - began - evaluator.waited_seconds
        algorithm.tell(*answers)
        spent = len(evaluator.trainings) + shorter[generation][0]
    history = trajectory(
        store.evaluations(),
        store.accuracies().set_index("key")["seconds"],
        own_seconds,
        shorter,
        budget=settings.trainings,
        score=partial(_score, classes=dataset_info(problem.dataset).classes, baseline=baseline_edap(task)),
    )
    store.close()
    return history


def _score(designs: pd.DataFrame, classes: int, baseline: float) -> float:
    error, edap = 1 - designs["accuracy"].to_numpy(), designs["edap_pj_ns_um2"].to_numpy()
    return hypervolume(unit_square(error, edap, classes=classes, baseline_edap=baseline))


def trajectory(
    evaluations: pd.DataFrame,
    seconds: pd.Series,
    own_seconds: dict[int, float],
    shorter: dict[int, tuple[float, float]],
    *,
    budget: int,
    score: Callable[[pd.DataFrame], float],
) -> pd.DataFrame:
    """What `play` returns, from a store's evaluations.

    Args:
        evaluations: in their order; those without an accuracy cost nothing.
        seconds: of trainings, by accuracy key.
        own_seconds: generation -> seconds that the method itself had taken by then.
        shorter: generation -> what shorter trainings had cost before its own whole ones, in whole ones and in seconds.
        budget: whole trainings that count.
        score: feasible designs -> a figure.
    """
    trained = evaluations[evaluations["accuracy"].notna()]
    number = trained["accuracy_key"].map({key: n for n, key in enumerate(trained["accuracy_key"].unique(), start=1)})
    rows, spent = [], 0.0
    for count in range(1, int(number.max()) + 1):
        so_far = trained[number <= count]
        newest = trained[number == count].iloc[0]
        spent += float(seconds[newest["accuracy_key"]])
        generation = int(newest["generation"])
        own, (before, before_seconds) = own_seconds[generation], shorter[generation]
        if count + before > budget:
            break
        rows.append(
            {
                "evaluations": count + before,
                "hypervolume": score(so_far[so_far["feasible"].astype(bool)]),
                "seconds": spent + before_seconds + own,
                "overhead_seconds": own,
            }
        )
    return pd.DataFrame(rows)
