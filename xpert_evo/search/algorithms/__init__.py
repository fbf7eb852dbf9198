"""Search algorithms by the name that `search.algorithm` has. To add one, add a file and its line here."""

from xpert_evo.search.algorithms.base import Algorithm, MakeAlgorithm, Task
from xpert_evo.search.algorithms.genetic import all_genes, factored
from xpert_evo.search.algorithms.halving import Halving
from xpert_evo.search.algorithms.random_search import RandomSearch
from xpert_evo.search.algorithms.surrogate import Surrogate
from xpert_evo.search.algorithms.two_phase import TwoPhase


def screened(task: Task) -> Algorithm:
    """The surrogate, with trainings of several lengths where the settings say so."""
    return Halving(task) if task.settings.fidelities else Surrogate(task)


ALGORITHMS: dict[str, MakeAlgorithm] = {
    "surrogate": screened,
    "factored": factored,
    "nsga2": all_genes,
    "random": RandomSearch,
    "two-phase": TwoPhase,
}

__all__ = ["ALGORITHMS", "Algorithm", "MakeAlgorithm", "Task"]
