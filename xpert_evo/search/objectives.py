"""From metrics to what pymoo minimises: objectives, and constraint values of which above zero is violated."""

from collections.abc import Mapping, Sequence

import numpy as np

from xpert_evo.search.settings import MAXIMISED, Constraint


def objective_matrix(columns: Mapping[str, np.ndarray], objectives: Sequence[str]) -> np.ndarray:
    """Objectives to be minimised, float64 (P, M).

    Hardware metrics span orders of magnitude: their base-10 logarithm is taken, which leaves dominance as
    it is and lets the crowding distance see every decade alike. What is maximised changes its sign.

    Args:
        columns: metric arrays (P,), all positive but `error`.
        objectives: names of the columns, M of them.
    """
    matrix = []
    for name in objectives:
        values = np.asarray(columns[name], dtype=float)
        if name != "error":
            values = np.log10(values)
        matrix.append(-values if MAXIMISED[name] else values)
    return np.stack(matrix, axis=1)


def violations(columns: Mapping[str, np.ndarray], constraints: Sequence[Constraint]) -> np.ndarray:
    """Relative violation of each constraint, float64 (P, C): at most zero where it holds."""
    count = len(next(iter(columns.values())))
    result = np.zeros((count, len(constraints)))
    for index, constraint in enumerate(constraints):
        excess = np.asarray(columns[constraint.metric], dtype=float) / constraint.bound - 1
        result[:, index] = excess if constraint.at_most else -excess
    return result
