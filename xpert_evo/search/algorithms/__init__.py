"""Search algorithms by the name that `search.algorithm` has. To add one, add a file and its line here."""

from xpert_evo.search.algorithms.base import Algorithm, MakeAlgorithm, Task
from xpert_evo.search.algorithms.genetic import all_genes, factored
from xpert_evo.search.algorithms.random_search import RandomSearch

ALGORITHMS: dict[str, MakeAlgorithm] = {
    "factored": factored,
    "nsga2": all_genes,
    "random": RandomSearch,
}

__all__ = ["ALGORITHMS", "Algorithm", "MakeAlgorithm", "Task"]
