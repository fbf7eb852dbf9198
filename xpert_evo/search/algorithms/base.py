"""What every search algorithm is: made from a task, asked for designs, told what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.candidates.evolved import Allowed, Evolved
from xpert_evo.search.candidates.sampling import first_population
from xpert_evo.search.figures import Extra, hardware_columns
from xpert_evo.search.records.budget import Budget
from xpert_evo.search.settings import SearchSettings

NEAREST_OF = 2000


@dataclass(frozen=True)
class Task:
    """What an algorithm is given.

    Attributes:
        allowed: designs -> bool (P,), whether the constraints that need no training hold.
        seed: of everything random.
        budget: what may be spent by now; may grow later.
        extra: figures that the settings name beside the store's metrics.
        shorter: designs, epochs, generation -> accuracies (P,) of trainings so short, nan where none came of it.
    """

    space: SearchSpace
    hardware: HardwareModel
    settings: SearchSettings
    allowed: Allowed
    seed: int
    budget: Budget
    extra: Extra = field(default_factory=dict)
    shorter: Callable[[Designs, int, int], np.ndarray] | None = None

    def affordable(self, size: int) -> int:
        """So many designs of a first generation, or fewer where the trainings don't suffice beside the baseline's."""
        return max(1, min(size, self.budget.trainings - 1))

    def first(self, evolved: Evolved, size: int) -> np.ndarray:
        """A first population, see `sampling.first_population`; the same for equal seeds.

        Raises:
            InputError: no design that the constraints allow was found.
        """
        found = first_population(
            evolved.genomes,
            size,
            np.random.default_rng(self.seed),
            evolved.log_edap,
            lambda genomes: evolved.allowed(self.allowed, genomes),
        )
        if not len(found):
            wanted = list(self.settings.constraints)
            raise InputError(f"search.constraints: no design that fulfils {wanted} was found; {self._nearest()}")
        return found

    def _nearest(self) -> str:
        """What designs drawn at random come to in the metrics that are constrained, in words."""
        genomes = self.space.sample(NEAREST_OF, np.random.default_rng(self.seed))
        columns = hardware_columns(self.hardware, self.space.decode(genomes), self.extra)
        parts = []
        for constraint in self.settings.parsed_constraints():
            if not constraint.needs_training:
                values = columns[constraint.metric]
                kind, found = ("least", values.min()) if constraint.at_most else ("most", values.max())
                parts.append(f"the {kind} {constraint.metric} of {NEAREST_OF} designs was {found:.4g}")
        return "; ".join(parts)


class Algorithm(Protocol):
    """Asked and told in turn. The same task and the same answers lead to the same designs, bit for bit."""

    def ask(self) -> Designs | None:
        """Designs to be evaluated, at least one; None where there is nothing new to try."""
        ...

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        """What became of the designs that were asked for.

        Args:
            objectives: (N, M), see `objectives.objective_matrix`.
            violations: (N, C + 1), violated above zero; the last one by designs without an accuracy.
        """
        ...

    def report(self) -> dict[str, float]:
        """Figures of the last generation that are to be kept, by name."""
        ...

    def remark(self) -> str:
        """What a person is told of the last generation besides, to be added to a line."""
        ...


@runtime_checkable
class Foretells(Algorithm, Protocol):
    """An algorithm that predicts accuracies."""

    def foretold(self) -> np.ndarray:
        """Accuracies that were predicted of the designs asked for last, float64 (N,); nan where none was."""
        ...


MakeAlgorithm = Callable[[Task], Algorithm]


def accuracies(task: Task, objectives: np.ndarray, violations: np.ndarray) -> np.ndarray:
    """Accuracies of designs that were told, float64 (N,); nan where there is none."""
    error = objectives[:, task.settings.objectives.index("error")]
    return np.where(violations[:, -1] <= 0, 1 - error, np.nan)
