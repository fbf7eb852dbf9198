"""How good a front is, as numbers."""

from collections.abc import Mapping
from itertools import pairwise

import moocore
import numpy as np
import pandas as pd

from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.growing_front import GrowingFront
from xpert_evo.search.objectives import PLANE, Plane, objective_matrix

DECADES = 4.0  # of EDAP, or what stands in its place, below the baseline that the unit square spans


def unit_square(error: np.ndarray, edap: np.ndarray, *, classes: int, baseline_edap: float) -> np.ndarray:
    """Error and EDAP on fixed scales; see `unit_plane`."""
    columns = {PLANE[0]: error, PLANE[1]: edap}
    return unit_plane(columns, PLANE, classes=classes, baseline={PLANE[1]: baseline_edap})


def unit_plane(
    columns: Mapping[str, np.ndarray], plane: Plane, *, classes: int, baseline: Mapping[str, float]
) -> np.ndarray:
    """Two metrics on fixed scales, float64 (P, 2), both better when smaller.

    An error of 1 - 1/classes (chance) is 1; the baseline's EDAP, or what stands in its place, is 1 and four decades
    below it (above it, where more is better) is 0; of a function of the user's own 0 is 0. The scales depend on the
    data set and the baseline alone, so that runs can be compared.

    Args:
        columns: of every metric of the plane, (P,).
        classes: of the data set.
        baseline: figures of the first homogeneous baseline.
    """
    return np.stack([_scaled(name, columns[name], classes, baseline) for name in plane], axis=1)


def units_of(row: pd.Series, plane: Plane) -> dict[str, float]:
    """The figures of a baseline, a row of a table, that metrics of the plane are measured in."""
    return {name: float(row[name]) for name in plane if name != ERROR}


def has_scale(plane: Plane, baseline: Mapping[str, float]) -> bool:
    """Whether there is a unit for both metrics: none of a function that gives the baseline 0 or less."""
    return all(name == ERROR or baseline[name] > 0 for name in plane)


def _scaled(name: str, values: np.ndarray, classes: int, baseline: Mapping[str, float]) -> np.ndarray:
    if name == ERROR:
        return values / (1 - 1 / classes)
    quantity = quantity_of(name)
    if not quantity.log:
        return values / baseline[name]
    decades = np.log10(values / baseline[name]) / DECADES
    return 1 - decades if quantity.better == "higher" else 1 + decades


def hypervolume(points: np.ndarray) -> float:
    """Area that points (P, 2) dominate within the unit square, reference point (1, 1)."""
    inside = points[(points < 1).all(axis=1)]
    return float(moocore.hypervolume(inside, ref=[1.0, 1.0])) if len(inside) else 0.0


def convergence(
    table: pd.DataFrame, *, classes: int, baseline: Mapping[str, float], plane: Plane = PLANE
) -> pd.DataFrame:
    """Hypervolume in the run's plane, such as (proxy error, EDAP), after every generation.

    Args:
        table: see `analysis.front.evaluated`.
        classes: of the data set.
        baseline: figures of the first homogeneous baseline, flash where there is one.

    Returns:
        Columns generation, evaluations, trainings (distinct accuracies), hypervolume, front_size.
    """
    table = table.sort_values("generation", kind="stable")
    generations, begins = np.unique(table["generation"].to_numpy(), return_index=True)
    ends = np.append(begins[1:], len(table))
    trainings = np.cumsum(~table["accuracy_key"].duplicated().to_numpy())
    feasible = table["feasible"].to_numpy(dtype=bool)
    columns = {name: table[name].to_numpy()[feasible] for name in plane}
    points = objective_matrix(columns, plane)
    scaled = unit_plane(columns, plane, classes=classes, baseline=baseline)
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
