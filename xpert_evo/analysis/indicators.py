"""How good a front is, as numbers."""

from itertools import pairwise

import moocore
import numpy as np
import pandas as pd

from xpert_evo.search.growing_front import PLANE, GrowingFront
from xpert_evo.search.objectives import objective_matrix

DECADES = 4.0  # of EDAP below the baseline that the unit square spans


def unit_square(error: np.ndarray, edap: np.ndarray, *, classes: int, baseline_edap: float) -> np.ndarray:
    """Error and EDAP on fixed scales, float64 (P, 2), both better when smaller.

    An error of 1 - 1/classes (chance) is 1; the baseline's EDAP is 1 and four decades below it is 0. The
    scales depend on the data set and the baseline alone, so that runs can be compared.
    """
    scaled_error = error / (1 - 1 / classes)
    scaled_edap = 1 + np.log10(edap / baseline_edap) / DECADES
    return np.stack([scaled_error, scaled_edap], axis=1)


def hypervolume(points: np.ndarray) -> float:
    """Area that points (P, 2) dominate within the unit square, reference point (1, 1)."""
    inside = points[(points < 1).all(axis=1)]
    return float(moocore.hypervolume(inside, ref=[1.0, 1.0])) if len(inside) else 0.0


def convergence(table: pd.DataFrame, *, classes: int, baseline_edap: float) -> pd.DataFrame:
    """Hypervolume of (proxy error, EDAP) after every generation.

    Args:
        table: see `analysis.front.evaluated`.
        classes: of the data set.
        baseline_edap: of the first homogeneous baseline, flash where there is one, pJ ns um2.

    Returns:
        Columns generation, evaluations, trainings (distinct accuracies), hypervolume, front_size.
    """
    table = table.sort_values("generation", kind="stable")
    generations, begins = np.unique(table["generation"].to_numpy(), return_index=True)
    ends = np.append(begins[1:], len(table))
    trainings = np.cumsum(~table["accuracy_key"].duplicated().to_numpy())
    feasible = table["feasible"].to_numpy(dtype=bool)
    columns = {name: table[name].to_numpy()[feasible] for name in PLANE}
    points = objective_matrix(columns, PLANE)
    scaled = unit_square(*columns.values(), classes=classes, baseline_edap=baseline_edap)
    front, reached, sizes, volumes = GrowingFront(), 0.0, [], []
    for begin, end in pairwise([0, *np.cumsum(feasible)[ends - 1]]):
        if front.add(points[begin:end]):
            reached = hypervolume(scaled[front.rows])
        sizes.append(len(front))
        volumes.append(reached)
    return pd.DataFrame(
        {
            "generation": generations,
            "evaluations": ends,
            "trainings": trainings[ends - 1],
            "hypervolume": volumes,
            "front_size": sizes,
        }
    )
