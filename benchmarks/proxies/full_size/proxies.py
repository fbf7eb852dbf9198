"""The estimates that are held against long trainings: the presets' own, and longer ones of the full-size preset."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.design.design import Design
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.problem import load_problem
from xpert_evo.workflows.resources import Resources

SEED = 11  # of all trainings here; the reference has another
PRESETS = ("quick", "standard", "full-size")


@dataclass(frozen=True)
class Task:
    """One estimate of one design."""

    preset: str
    design: Design

    @property
    def name(self) -> str:
        return f"{self.preset}/{self.design.id}"


def tasks(designs: list[Design]) -> list[Task]:
    """Cheapest first, so that a study that is stopped has whole columns."""
    return [Task(preset, design) for preset in PRESETS for design in designs]


def measure(task: Task) -> dict[str, Any]:
    """A score, and seconds of processor time: other work on the machine doesn't count."""
    estimator, began = _estimator(task.preset), time.process_time()
    accuracy = estimator.estimate(task.design, SEED).accuracy
    return {"score": accuracy, "seconds": round(time.process_time() - began, 2)}


@cache
def _estimator(preset: str) -> Estimator:
    return proxy_estimator(load_problem("problems/cifar10.toml", preset=preset), Resources())
