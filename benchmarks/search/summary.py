"""What the trajectories say, a row a problem and method."""

import numpy as np
import pandas as pd

OURS = "surrogate"


def at(history: pd.DataFrame, evaluations: int) -> float:
    """Hypervolume after so many evaluations, or after the last where there were fewer."""
    return float(history.loc[history["evaluations"] <= evaluations, "hypervolume"].iloc[-1])


def evaluations_until(history: pd.DataFrame, hypervolume: float) -> float:
    """The first evaluation after which a hypervolume is reached; infinite if it never is."""
    reached = history.loc[history["hypervolume"] >= hypervolume, "evaluations"]
    return float(reached.min()) if len(reached) else np.inf


def summary(table: pd.DataFrame, budget: int, ours: str = OURS) -> pd.DataFrame:
    """Medians over seeds, with the least and the largest value.

    Args:
        table: columns problem, method, seed, evaluations, hypervolume, seconds, overhead_seconds.
        budget: evaluations of a run.
        ours: the method that the others' final hypervolume is held against, seed by seed.

    Returns:
        Columns problem, method, seeds; hypervolume after a fifth, half and all of the budget; `ours_matches_after`: the
        evaluations after which ours has the method's final hypervolume; overhead_seconds of a whole run.
    """
    rows = []
    for (problem, method), group in table.groupby(["problem", "method"], sort=False):
        by_seed = {seed: history for seed, history in group.groupby("seed")}
        final = np.array([at(history, budget) for history in by_seed.values()])
        own = table[(table["problem"] == problem) & (table["method"] == ours)]
        matched = [
            evaluations_until(own[own["seed"] == seed], at(history, budget))
            for seed, history in by_seed.items()
            if (own["seed"] == seed).any()
        ]
        rows.append(
            {
                "problem": problem,
                "method": method,
                "seeds": len(by_seed),
                "at_a_fifth": np.median([at(history, budget // 5) for history in by_seed.values()]),
                "at_half": np.median([at(history, budget // 2) for history in by_seed.values()]),
                "final": np.median(final),
                "final_least": final.min(),
                "final_largest": final.max(),
                "ours_matches_after": np.median(matched) if matched else np.nan,
                "overhead_seconds": np.median([history["overhead_seconds"].max() for history in by_seed.values()]),
            }
        )
    return pd.DataFrame(rows).sort_values(["problem", "final"], ascending=[True, False]).reset_index(drop=True)
