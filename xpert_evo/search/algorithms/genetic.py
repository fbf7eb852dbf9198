"""Plain NSGA-II: over all genes, or over those that accuracy depends on, the others solved (`factored`)."""

from __future__ import annotations

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms.base import Task
from xpert_evo.search.candidates.evolved import AccuracyGenes, AllGenes, Evolved
from xpert_evo.search.candidates.nsga2 import Nsga2


class Genetic:
    """NSGA-II over genomes that may each stand for several designs."""

    def __init__(self, task: Task, evolved: Evolved) -> None:
        settings = task.settings
        self._evolved = evolved
        self._nsga2 = Nsga2(
            evolved.genomes,
            task.first(evolved, task.affordable(settings.population)),
            objectives=len(settings.objectives),
            constraints=len(settings.constraints) + 1,
            population=settings.population,
            offspring=settings.offspring,
            seed=task.seed,
        )
        self._asked = np.empty(0)

    def ask(self) -> Designs | None:
        genomes = self._nsga2.ask()
        if genomes is None:
            return None
        which, designs = self._evolved.designs(genomes)
        self._asked = genomes[which]
        return designs

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        self._nsga2.tell(self._asked, objectives, violations)

    def report(self) -> dict[str, float]:
        return {}

    def remark(self) -> str:
        return ""


def all_genes(task: Task) -> Genetic:
    """NSGA-II over all genes."""
    return Genetic(task, AllGenes(task.space, task.hardware, task.settings))


def factored(task: Task) -> Genetic:
    """NSGA-II over what accuracy depends on."""
    return Genetic(task, AccuracyGenes(task.space, task.hardware, task.settings, task.extra))
