"""How good a front is, as numbers."""

import moocore
import numpy as np
import pandas as pd

from xpert_evo.analysis.front import nondominated

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
    rows = []
    for generation in sorted(table["generation"].unique()):
        so_far = table[table["generation"] <= generation]
        feasible = so_far[so_far["feasible"].astype(bool)]
        points = unit_square(
            feasible["error"].to_numpy(),
            feasible["edap_pj_ns_um2"].to_numpy(),
            classes=classes,
            baseline_edap=baseline_edap,
        )
        rows.append(
            {
                "generation": int(generation),
                "evaluations": len(so_far),
                "trainings": so_far["accuracy_key"].nunique(),
                "hypervolume": hypervolume(points),
                "front_size": int(nondominated(so_far, ("error", "edap_pj_ns_um2")).sum()),
            }
        )
    return pd.DataFrame(rows)
