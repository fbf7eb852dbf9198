"""The estimates that are held against long trainings: the presets' proxies, and the quick one promoted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from xpert_evo.accuracy.estimators.base import CanTrainLonger, Estimator
from xpert_evo.design.design import Design
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.resources import Resources

SEED = 11  # of all trainings here; the reference has another
# A preset, and how many times as long its proxy trains; 10 is what `promote` does by default.
ESTIMATES = {
    "quick": ("quick", 1),
    "standard": ("standard", 1),
    "full-size": ("full-size", 1),
    "promoted": ("quick", 10),
}


@dataclass(frozen=True)
class Task:
    """One estimate of one design."""

    estimate: str
    design: Design

    @property
    def name(self) -> str:
        return f"{self.estimate}/{self.design.id}"


def tasks(designs: list[Design], estimates: Sequence[str] = tuple(ESTIMATES)) -> list[Task]:
    """One estimate of all designs after the other."""
    return [Task(estimate, design) for estimate in estimates for design in designs]


def measure(task: Task) -> dict[str, Any]:
    """A score, and seconds of processor time: other work on the machine doesn't count."""
    estimator, began = _estimator(task.estimate), time.process_time()
    accuracy = estimator.estimate(task.design, SEED).accuracy
    return {"score": accuracy, "seconds": round(time.process_time() - began, 2)}


@cache
def _estimator(name: str) -> Estimator:
    preset, factor = ESTIMATES[name]
    usual = proxy_estimator(load_problem("problems/cifar10.toml", preset=preset), Resources())
    return usual if factor == 1 else cast(CanTrainLonger, usual).longer(factor)
