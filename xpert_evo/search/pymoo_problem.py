"""The search as pymoo sees it: integer variables, objectives, inequality constraints."""

from collections.abc import Callable

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.evaluator import Evaluator as PymooEvaluator
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.problems.static import StaticProblem

from xpert_evo.design.space import SearchSpace
from xpert_evo.search.operators import LayerCrossover, StepMutation
from xpert_evo.search.settings import SearchSettings

# Genomes (P, genes) and the generation's number -> for the N >= P designs that they stand for: which genome (N,),
# objectives (N, M) to be minimised, constraint values (N, C + 1), violated above zero.
Evaluate = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray, np.ndarray]]


def evolve(
    space: SearchSpace,
    settings: SearchSettings,
    first: np.ndarray,
    evaluate: Evaluate,
    go_on: Callable[[int], bool],
    *,
    seed: int,
) -> int:
    """NSGA-II (Deb et al., 2002) by ask and tell.

    Everything random comes from `seed`, so the same answers of `evaluate` lead the same way: a stopped run
    is continued by running it again with the answers it already has.

    Args:
        space: genes and their choices.
        settings: population, offspring, objectives, constraints.
        first: genomes of the first generation, (P, genes).
        evaluate: see `Evaluate`.
        go_on: the number of finished generations -> whether another one begins.
        seed: of selection, crossover and mutation.

    Returns:
        Number of generations done.
    """
    problem = Problem(
        n_var=space.genes,
        n_obj=len(settings.objectives),
        n_ieq_constr=len(settings.constraints) + 1,
        xl=0,
        xu=space.all_counts - 1,
        vtype=int,
    )
    algorithm = NSGA2(
        pop_size=settings.population,
        n_offsprings=settings.offspring,
        sampling=first.astype(int),
        crossover=LayerCrossover(space),
        mutation=StepMutation(space),
        eliminate_duplicates=True,
    )
    algorithm.setup(problem, termination=NoTermination(), seed=seed, verbose=False)
    generation = 0
    while go_on(generation):
        asked = algorithm.ask()
        if asked is None:  # every neighbour of the population has been seen
            break
        generation += 1
        which, objectives, violations = evaluate(asked.get("X"), generation)
        answered = Population.new("X", asked.get("X")[which])
        PymooEvaluator().eval(StaticProblem(problem, F=objectives, G=violations), answered)
        algorithm.tell(infills=answered)
    return generation
