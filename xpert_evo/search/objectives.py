"""From metrics to what pymoo minimises: objectives, and constraint values of which above zero is violated."""

from collections.abc import Mapping, Sequence

import numpy as np

from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.settings import Constraint

Plane = tuple[str, str]  # two metrics; in a run's it is told how far a search is, and its front shown and counted
PLANE: Plane = (ERROR, "edap_pj_ns_um2")


def plane_of(objectives: Sequence[str]) -> Plane:
    """The two objectives that a run is looked at in: error, where it is one, and EDAP, else the first others."""
    first, *others = objectives
    if ERROR in objectives:
        first, others = ERROR, [name for name in objectives if name != ERROR]
    return first, PLANE[1] if PLANE[1] in others else others[0]


def in_words(plane: Plane) -> str:
    """Such as `error and EDAP`."""
    return " and ".join("error" if name == ERROR else quantity_of(name).name for name in plane)


def objective_matrix(columns: Mapping[str, np.ndarray], objectives: Sequence[str]) -> np.ndarray:
    """Objectives to be minimised, float64 (P, M).

    Hardware metrics span orders of magnitude: their base-10 logarithm is taken, which leaves dominance as
    it is and lets the crowding distance see every decade alike. What is maximised changes its sign.

    Args:
        columns: metric arrays (P,), all positive but `error` and what functions of the user's own give.
        objectives: names of the columns, M of them.
    """
    matrix = []
    for name in objectives:
        values, quantity = np.asarray(columns[name], dtype=float), quantity_of(name)
        if quantity.log:
            values = np.log10(values)
        matrix.append(-values if quantity.better == "higher" else values)
    return np.stack(matrix, axis=1)


def violations(columns: Mapping[str, np.ndarray], constraints: Sequence[Constraint]) -> np.ndarray:
    """Relative violation of each constraint, float64 (P, C): at most zero where it holds."""
    count = len(next(iter(columns.values())))
    result = np.zeros((count, len(constraints)))
    for index, constraint in enumerate(constraints):
        excess = np.asarray(columns[constraint.metric], dtype=float) / constraint.bound - 1
        result[:, index] = excess if constraint.at_most else -excess
    return result
