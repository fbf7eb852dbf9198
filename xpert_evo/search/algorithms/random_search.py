"""Random search: designs drawn as those of a first population are, without looking at what became of them."""

from __future__ import annotations

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms.base import Task
from xpert_evo.search.candidates.evolved import AllGenes
from xpert_evo.search.candidates.sampling import HOMOGENEOUS_SHARE, homogeneous_genomes, smooth_genomes

DRAWS = 4  # for every design that is wanted
ATTEMPTS = 20  # draws without anything new and allowed before the search is over


class RandomSearch:
    """The first population, then more of its two kinds."""

    def __init__(self, task: Task) -> None:
        evolved = AllGenes(task.space, task.hardware, task.settings)
        self._task = task
        self._generator = np.random.default_rng([task.seed, 1])
        self._next = task.first(evolved, task.affordable(task.settings.population))
        self._seen: set[bytes] = set()

    def ask(self) -> Designs | None:
        genomes = self._next
        self._seen |= {genome.tobytes() for genome in genomes}
        return self._task.space.decode(genomes) if len(genomes) else None

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        space, left = self._task.space, self._task.budget.trainings - 1 - len(self._seen)
        wanted = max(1, min(self._task.settings.offspring, left))
        self._next = np.empty((0, space.genes), dtype=np.uint8)
        for _ in range(ATTEMPTS):
            homogeneous = round(HOMOGENEOUS_SHARE * DRAWS * wanted)
            drawn = np.concatenate(
                [
                    homogeneous_genomes(space, homogeneous, self._generator),
                    smooth_genomes(space, DRAWS * wanted - homogeneous, self._generator),
                ]
            )
            fresh = np.unique(drawn, axis=0)
            fresh = fresh[[genome.tobytes() not in self._seen for genome in fresh]]
            if len(fresh):
                fresh = self._generator.permutation(fresh[self._task.allowed(space.decode(fresh))])
            if len(fresh):
                self._next = fresh[:wanted]
                return

    def report(self) -> dict[str, float]:
        return {}

    def remark(self) -> str:
        return ""
