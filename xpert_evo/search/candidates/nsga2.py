"""NSGA-II (Deb et al., 2002) by pymoo, asked and told: integer variables, objectives, inequality constraints."""

from __future__ import annotations

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.evaluator import Evaluator as PymooEvaluator
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.problems.static import StaticProblem

from xpert_evo.design.space import SearchSpace
from xpert_evo.search.candidates.operators import LayerCrossover, StepMutation


class Nsga2:
    """Genomes of a space under selection.

    Everything random comes from `seed`, so the same answers lead the same way: a stopped run is continued by
    running it again with the answers it already has.

    Args:
        space: genes and their choices.
        first: genomes of the first generation, (P, genes).
        objectives, constraints: how many there are.
        population: genomes that survive a generation.
        offspring: new genomes a generation.
        seed: of selection, crossover and mutation.
    """

    def __init__(
        self,
        space: SearchSpace,
        first: np.ndarray,
        *,
        objectives: int,
        constraints: int,
        population: int,
        offspring: int,
        seed: int,
    ) -> None:
        self._problem = Problem(
            n_var=space.genes, n_obj=objectives, n_ieq_constr=constraints, xl=0, xu=space.all_counts - 1, vtype=int
        )
        self._algorithm = NSGA2(
            pop_size=population,
            n_offsprings=offspring,
            sampling=first.astype(int),
            crossover=LayerCrossover(space),
            mutation=StepMutation(space),
            eliminate_duplicates=True,
        )
        self._algorithm.setup(self._problem, termination=NoTermination(), seed=seed, verbose=False)

    def ask(self) -> np.ndarray | None:
        """The first generation, later offspring, (N, genes); None where every neighbour has been seen."""
        asked = self._algorithm.ask()
        return None if asked is None else asked.get("X")

    def tell(self, genomes: np.ndarray, objectives: np.ndarray, violations: np.ndarray) -> None:
        """What has become of genomes, asked for or not; one may stand several times, for different designs.

        Args:
            genomes: (N, genes).
            objectives: (N, M), to be minimised.
            violations: (N, C), violated above zero.
        """
        answered = Population.new("X", genomes)
        PymooEvaluator().eval(StaticProblem(self._problem, F=objectives, G=violations), answered)
        self._algorithm.tell(infills=answered)

    def survivors(self) -> np.ndarray:
        """Different genomes of the population, (N, genes)."""
        return np.unique(self._algorithm.pop.get("X"), axis=0)
