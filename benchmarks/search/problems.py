"""The problems: real trainings on digits, shared by all methods, and tables fitted to trainings on CIFAR-10."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.record import as_published
from benchmarks.search.full_size import LENGTHS, FullSizeTable
from benchmarks.search.tabular import TabularEstimator
from xpert_evo.machine import usable_cores
from xpert_evo.search.evaluation import training_seed
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.store import Store
from xpert_evo.search.workers.base import InProcess, Workers
from xpert_evo.search.workers.processes import LocalProcesses
from xpert_evo.search.workers.tasks import AccuracyTask
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.resources import Resources

OBJECTIVES = ["error", "edap_pj_ns_um2"]
TRAINING_SEED = 1  # an accuracy is a function of its key, whichever method and seed ask for it


@dataclass
class SharedAccuracies:
    """Workers that train a key once for all methods and keep what came of it on disk."""

    workers: Workers
    cache: Store

    def run(self, tasks: Sequence[AccuracyTask]) -> Iterator[StoredAccuracy]:
        unknown = []
        for task in tasks:
            known = self.cache.accuracy(task.key, task.replicate)
            if known is None:
                unknown.append(replace(task, seed=training_seed(TRAINING_SEED, task.key, task.replicate)))
            else:
                yield known
        for result in self.workers.run(unknown):
            self.cache.add_accuracy(result)
            yield result

    def close(self) -> None:
        self.workers.close()
        self.cache.close()


def problem_of(name: str, trainings: int) -> Problem:
    """A data set's quick preset with two objectives and a budget, and nothing trained but what a method asks for."""
    problem = as_published(f"problems/{name}.toml", preset="quick")
    content = problem.model_dump(mode="json", exclude_none=True)
    content["search"] |= {"objectives": OBJECTIVES, "trainings": trainings, "rivals": 0}
    return Problem.model_validate(content)


def digits(cache: Path, trainings: int) -> tuple[Problem, Workers]:
    """Handwritten digits, trained for real."""
    problem = problem_of("digits", trainings)
    estimator = proxy_estimator(problem, Resources())
    cache.parent.mkdir(parents=True, exist_ok=True)
    return problem, SharedAccuracies(LocalProcesses(estimator, usable_cores(), 1), Store(cache))


def tabular(cache: Path, trainings: int) -> tuple[Problem, Workers]:
    """CIFAR-10, accuracies from a model of committed trainings."""
    return problem_of("cifar10", trainings), InProcess(TabularEstimator.fitted())


def full_size(cache: Path, trainings: int) -> tuple[Problem, Workers]:
    """CIFAR-10 at full size, weights' precision and arrays included, from a table of trainings of two lengths."""
    changes = (f"proxy.epochs={LENGTHS[-1]}", f"search.trainings={trainings}", "search.rivals=0")
    problem = load_problem("problems/cifar10.toml", preset="full-size", overrides=changes)
    return problem, InProcess(FullSizeTable.fitted())


PROBLEMS = {"digits": digits, "tabular": tabular, "full-size": full_size}
