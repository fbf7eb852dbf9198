"""What a search evolves: all genes, or those that accuracy depends on, the others solved for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.candidates.peripherals import PeripheralSearch, uniform_space, uniform_spaces
from xpert_evo.search.figures import Extra, hardware_columns
from xpert_evo.search.objectives import PLANE, objective_matrix, plane_of
from xpert_evo.search.settings import SearchSettings

Allowed = Callable[[Designs], np.ndarray]  # designs -> bool (P,): the constraints that need no training


class Evolved(Protocol):
    """Genomes that evolve and the designs that they stand for."""

    genomes: SearchSpace

    def designs(self, genomes: np.ndarray) -> tuple[np.ndarray, Designs]:
        """What genomes (P, genes) stand for: which genome, int64 (N,), and N >= P designs."""

    def log_edap(self, genomes: np.ndarray) -> np.ndarray:
        """Base-10 logarithm of EDAP, by which a first population is spread, float64 (P,)."""

    def allowed(self, allowed: Allowed, genomes: np.ndarray) -> np.ndarray:
        """Whether genomes may stand for a design that is allowed, bool (P,)."""


@dataclass
class AllGenes:
    """Every genome is one design."""

    genomes: SearchSpace
    hardware: HardwareModel
    settings: SearchSettings

    def designs(self, genomes: np.ndarray) -> tuple[np.ndarray, Designs]:
        return np.arange(len(genomes)), self.genomes.decode(genomes)

    def log_edap(self, genomes: np.ndarray) -> np.ndarray:
        return np.log10(self.hardware.evaluate(self.genomes.decode(genomes)).edap_pj_ns_um2)

    def allowed(self, allowed: Allowed, genomes: np.ndarray) -> np.ndarray:
        return allowed(self.genomes.decode(genomes))


@dataclass
class AccuracyGenes:
    """A genome holds what accuracy depends on, and stands for the designs that are best in each objective.

    A homogeneous one stands for the best homogeneous design as well.
    """

    space: SearchSpace
    hardware: HardwareModel
    settings: SearchSettings
    extra: Extra = field(default_factory=dict)
    genomes: SearchSpace = field(init=False)
    peripherals: PeripheralSearch = field(init=False)
    _uniform: list[SearchSpace] = field(init=False)

    def __post_init__(self) -> None:
        self.genomes = uniform_space(self.space)
        self.peripherals = PeripheralSearch(self.hardware, self.space, extra=self.extra)
        self._uniform = uniform_spaces(self.space)

    def designs(self, genomes: np.ndarray) -> tuple[np.ndarray, Designs]:
        plain = self.genomes.decode(genomes)
        constraints = self.settings.parsed_constraints()
        best = [
            self.peripherals.best(genome, self.settings.objectives, constraints) for genome in self.space.encode(plain)
        ]
        for row in np.flatnonzero(plain.homogeneous()):
            best[row] = np.unique(np.concatenate([best[row], self._best_uniform(genomes[row])]), axis=0)
        which = np.repeat(np.arange(len(genomes)), [len(found) for found in best])
        return which, self.space.decode(np.concatenate(best))

    def log_edap(self, genomes: np.ndarray) -> np.ndarray:
        """With the best of the peripherals that are the same in every layer."""
        return np.log10(self._uniform_edap(genomes).min(axis=0))

    def allowed(self, allowed: Allowed, genomes: np.ndarray) -> np.ndarray:
        """With any of the peripherals that are the same in every layer."""
        return np.any([allowed(space.decode(genomes)) for space in self._uniform], axis=0)

    def _uniform_edap(self, genomes: np.ndarray) -> np.ndarray:
        """float64 (choices of peripherals, P)."""
        return np.array([self.hardware.evaluate(space.decode(genomes)).edap_pj_ns_um2 for space in self._uniform])

    def _best_uniform(self, genome: np.ndarray) -> np.ndarray:
        """The homogeneous design that is best in what the front is held against, such as of least EDAP, (1, genes)."""
        cost = plane_of(self.settings.objectives)[1]
        if cost == PLANE[1]:
            values = self._uniform_edap(genome[None])[:, 0]
        else:
            designs = [space.decode(genome[None]) for space in self._uniform]
            columns = [hardware_columns(self.hardware, design, self.extra) for design in designs]
            values = objective_matrix({cost: np.array([float(each[cost][0]) for each in columns])}, (cost,))[:, 0]
        best = self._uniform[int(values.argmin())]
        return self.space.encode(best.decode(genome[None]))
