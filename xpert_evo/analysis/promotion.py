"""Designs that were trained for longer than the search trains: their figures, and which designs deserve it most."""

from __future__ import annotations

import moocore
import numpy as np
import pandas as pd

from xpert_evo.hardware.quantities import quantity_of, short_name
from xpert_evo.search.objectives import PLANE

# Of a training for `promoted_epochs` epochs. One training each: the standard error is the images' alone.
PROMOTED = ("promoted_accuracy", "promoted_standard_error", "promoted_epochs", "promoted_seconds")


def with_promotions(table: pd.DataFrame, promotions: pd.DataFrame | None) -> pd.DataFrame:
    """A table of designs with the columns of `PROMOTED`, missing where a design wasn't trained for longer.

    Only the trainings with the most epochs count: figures of different lengths can't stand beside each other.

    Args:
        table: with an `accuracy_key` a row.
        promotions: `Store.promotions()`.
    """
    if promotions is None or not (promotions["status"] == "ok").any():
        return table.assign(**dict.fromkeys(PROMOTED, np.nan))
    trained = promotions[promotions["status"] == "ok"]
    longest = trained[trained["epochs"] == trained["epochs"].max()].set_index("key")
    columns = longest[["accuracy", "standard_error", "epochs", "seconds"]].set_axis(list(PROMOTED), axis=1)
    return table.join(columns, on="accuracy_key")


def most_valuable(plane: pd.DataFrame, points: np.ndarray, count: int) -> list[str]:
    """Ids of the designs that a front would miss most, by hypervolume, at most so many.

    Args:
        plane: the designs, with their `id`.
        points: (P, 2), both better when smaller; see `indicators.unit_square`. Those beyond it are worth nothing.
    """
    inside = (points < 1).all(axis=1)
    contributions = np.zeros(len(points))
    if inside.any():
        contributions[inside] = moocore.hv_contributions(points[inside], ref=[1.0, 1.0])
    order = [row for row in np.argsort(-contributions, kind="stable")[:count] if contributions[row] > 0]
    return [str(identity) for identity in plane["id"].iloc[order]]


def promoted_table(table: pd.DataFrame, baselines: dict[str, str], cost: str = PLANE[1]) -> pd.DataFrame:
    """The content of `promoted.csv`, by falling accuracy: a row a training, and each baseline.

    Designs that differ in sharing and ADC types alone share a training; the one of least cost stands for it. Every
    design's figures are in `front.csv`.

    Args:
        table: see `front.evaluated`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        cost: EDAP, or the metric that the search has in its place.
    """
    quantity = quantity_of(cost)
    rises = quantity.better == "higher"
    promoted = table[table["promoted_accuracy"].notna()].copy()
    promoted["baseline"] = promoted["id"].map({identity: kind for kind, identity in baselines.items()})
    by_training = promoted.groupby("accuracy_key")[cost]
    least = by_training.idxmax() if rises else by_training.idxmin()
    shown = promoted[promoted["baseline"].notna() | promoted.index.isin(least)]
    for kind, identity in baselines.items():
        reference = table.loc[table["id"] == identity, cost]
        if len(reference) and quantity.log:
            ratio = shown[cost] / reference.iloc[0] if rises else reference.iloc[0] / shown[cost]
            shown = shown.assign(**{f"{short_name(cost)}_gain_over_{kind}_baseline": ratio})
    columns = [
        "id",
        "baseline",
        *PROMOTED,
        "images",
        "accuracy",
        "standard_error",
        "repeated_accuracy",
        "repeated_standard_error",
        "repeats",
        *dict.fromkeys([PLANE[1], "tops_per_w", "tops_per_mm2", cost]),
        *(column for column in shown.columns.astype(str) if column.startswith(f"{short_name(cost)}_gain_over")),
    ]
    return shown.sort_values("promoted_accuracy", ascending=False, kind="stable")[columns].reset_index(drop=True)
