"""The fronts of a run as tables: what was found, how sure it is, and how it compares with the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moocore
import numpy as np
import pandas as pd

from xpert_evo.analysis.promotion import PROMOTED, with_promotions
from xpert_evo.hardware.quantities import ERROR, quantity_of, short_name
from xpert_evo.search.objectives import PLANE, Plane, objective_matrix, plane_of
from xpert_evo.search.records.evaluations import METRIC_COLUMNS

GAINS = ("edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")  # ratios to the baselines that every front has


@dataclass(frozen=True)
class Labels:
    """What every figure of a run is valid for; stands in every row of `front.csv` and under every plot.

    Attributes:
        network: that was searched, see `registry.title`; the baselines are homogeneous designs of it.
    """

    dataset: str
    network: str
    hardware_preset: str
    network_model: str
    weight_encoding: str
    activity: str
    estimator: str = "training"

    def sentence(self) -> str:
        """One line for a plot's foot; accuracies are by trainings where it doesn't say otherwise."""
        parts = [
            self.dataset,
            self.network,
            f"preset {self.hardware_preset}",
            f"network model {self.network_model}",
            f"{self.weight_encoding} weight encoding",
            f"{self.activity} activity",
        ]
        if self.estimator == "supernet":
            parts.append("accuracies of the search by a supernet, all others by trainings of the designs' own")
        elif self.estimator != "training":
            parts.append(f"accuracies by {self.estimator}")
        return " · ".join(parts)


def evaluated(
    evaluations: pd.DataFrame, accuracies: pd.DataFrame, promotions: pd.DataFrame | None = None
) -> pd.DataFrame:
    """All evaluations that have an accuracy, with the repeated accuracy where one was measured.

    Args:
        evaluations: `Store.evaluations()`.
        accuracies: `Store.repeated_accuracies()`, or all of them.
        promotions: `Store.promotions()`.

    Returns:
        A row a design with the columns `error`, `repeated_accuracy` (mean over fresh seeds),
        `repeated_standard_error` (images and seeds together: the images are the same for every seed, so
        their share doesn't shrink), `repeats` and those of `promotion.PROMOTED` added; the search's own accuracy is
        `accuracy`.
    """
    table = evaluations[evaluations["status"] == "ok"].assign(error=lambda trained: 1 - trained["accuracy"])
    repeated = accuracies[(accuracies["status"] == "ok") & (accuracies["replicate"] > 0)]
    by_key = repeated.groupby("key").agg(
        repeated_accuracy=("accuracy", "mean"),
        spread=("accuracy", "std"),
        repeats=("accuracy", "size"),
        image_error=("standard_error", "mean"),
    )
    seeds_share = by_key["spread"].fillna(0.0) ** 2 / by_key["repeats"]
    by_key["repeated_standard_error"] = np.sqrt(by_key["image_error"] ** 2 + seeds_share)
    columns = by_key[["repeated_accuracy", "repeated_standard_error", "repeats"]]
    measured = table.loc[table["accuracy_key"].isin(columns.index), "accuracy_key"]  # few, where there are millions
    table = table.join(columns.reindex(measured).set_axis(measured.index))
    table["repeats"] = table["repeats"].fillna(0).astype(int)
    return with_promotions(table.reset_index(drop=True), promotions)


def front_column(plane: Plane) -> str:
    """The column of a front's table that marks those on the front of two objectives, such as `on_error_edap_front`."""
    return f"on_{'_'.join(map(short_name, plane))}_front"


def gains_told(objectives: Sequence[str]) -> tuple[str, ...]:
    """Metrics of a search whose ratios to the baselines are told: its own, and with EDAP those of `GAINS`."""
    own = [name for name in objectives if quantity_of(name).log]
    return tuple(dict.fromkeys([*(GAINS if PLANE[1] in own else ()), *own]))


def gain_column(metric: str, kind: str) -> str:
    """The column that has a metric's ratio to the baseline with an ADC type."""
    return f"{short_name(metric)}_gain_over_{kind}_baseline"


def trusted_accuracy(table: pd.DataFrame) -> pd.Series:
    """What a choice may count on: the mean over fresh seeds where there is one, else the search's own accuracy less a
    standard error: designs are looked at because it came out high."""
    own = table["accuracy"] - table.get("standard_error", 0.0)
    return table["repeated_accuracy"].where(table["repeated_accuracy"].notna(), own)


def nondominated(table: pd.DataFrame, objectives: Sequence[str]) -> np.ndarray:
    """Whether each row is feasible and no other feasible row is better in all objectives, bool (P,).

    Of rows that are equal in all objectives the first one counts.
    """
    feasible = table["feasible"].to_numpy(dtype=bool)
    result = np.zeros(len(table), dtype=bool)
    if feasible.any():
        result[feasible] = moocore.is_nondominated(matrix_of(table, objectives)[feasible])
    return result


def knee(points: np.ndarray) -> int:
    """Position of the knee of a front: farthest below the line that joins its two ends (Das, 1999).

    Args:
        points: (P, 2), to be minimised, see `objective_matrix`; scaled to the front's own range.
    """
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1.0)
    return int(np.argmin(scaled.sum(axis=1)))


def front_table(
    table: pd.DataFrame,
    objectives: tuple[str, ...],
    baselines: dict[str, str],
    labels: Labels,
    elsewhere: Mapping[str, pd.DataFrame] | None = None,
    extra: Sequence[str] = (),
) -> pd.DataFrame:
    """The front of a run, see `in_order`: the content of `front.csv`.

    Args:
        table: see `evaluated`.
        objectives: those of the search; two of them are the run's plane, see `objectives.plane_of`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        elsewhere: name of another network model -> the metrics that it gives the designs of `table`, with their `id`;
            its name stands before the columns that come of it.
        extra: columns that the run has besides, see `figures.extra_names`.

    Returns:
        A row a design that no other beats in all of the search's objectives. The column of `front_column` marks
        those that also stand on the front of the plane alone, such as proxy error and EDAP, `knee` one of them, and
        `holds_when_repeated` those whom no other repeated one beats there by repeated errors. Gains
        are ratios to a baseline, above one where the design is better.
    """
    table, plane = table.copy(), plane_of(objectives)
    on_plane = front_column(plane)
    table[on_plane] = nondominated(table, plane)
    table["holds_when_repeated"] = _holds_when_repeated(table, plane)
    front = table[nondominated(table, objectives) | table[on_plane]].copy()
    front["knee"] = False
    rows = front.index[front[on_plane]]
    if len(rows):
        front.loc[rows[knee(matrix_of(front.loc[rows], plane))], "knee"] = True
    metrics = tuple(dict.fromkeys([*GAINS, *gains_told(objectives)]))
    gains = _gains(table, front["id"], baselines, metrics)
    front[list(gains)] = gains.to_numpy()
    others = []
    for model, found in (elsewhere or {}).items():
        known = [name for name in metrics if name in found]
        there = found.set_index("id").loc[front["id"], known].join(_gains(found, front["id"], baselines, known))
        there = there.add_prefix(f"{model}_")
        others += list(there)
        front[list(there)] = there.to_numpy()
    for name, value in vars(labels).items():
        front[name] = value
    front["accuracy_source"] = "proxy"
    columns = [
        "id",
        "accuracy_source",
        "accuracy",
        "standard_error",
        "images",
        "repeated_accuracy",
        "repeated_standard_error",
        "repeats",
        *PROMOTED,
        on_plane,
        "holds_when_repeated",
        "knee",
        "error",
        *METRIC_COLUMNS,
        *extra,
        *gains,
        *others,
        *vars(labels),
        "generation",
    ]
    return in_order(front, plane)[columns].reset_index(drop=True)


def in_order(table: pd.DataFrame, plane: Plane, *last: str) -> pd.DataFrame:
    """By falling accuracy, or the best first in what stands in its place, then by the other of the two."""
    first = "accuracy" if plane[0] == ERROR else plane[0]
    rising = [name != "accuracy" and quantity_of(name).better == "lower" for name in (first, plane[1])]
    return table.sort_values([first, plane[1], *last], ascending=[*rising, *(True for _ in last)])


def _gains(metrics: pd.DataFrame, ids: pd.Series, baselines: dict[str, str], names: Sequence[str]) -> pd.DataFrame:
    """Ratios of designs to each baseline, a row an id; nothing where the baseline isn't there."""
    by_id = metrics.set_index("id")
    gains = {}
    for kind, identity in baselines.items():
        for metric in names:
            reference = by_id[metric].get(identity, np.nan)
            ratio = by_id.loc[ids, metric] / reference
            gains[gain_column(metric, kind)] = ratio if quantity_of(metric).better == "higher" else 1 / ratio
    return pd.DataFrame(gains, index=pd.Index(ids))


def _holds_when_repeated(table: pd.DataFrame, plane: Plane) -> np.ndarray:
    result = np.zeros(len(table), dtype=bool)
    repeated = (table["repeats"] > 0) & table[front_column(plane)]
    if repeated.any():
        fresh = table[repeated].assign(error=1 - table.loc[repeated, "repeated_accuracy"])
        result[np.flatnonzero(repeated)] = nondominated(fresh, plane)
    return result


def matrix_of(table: pd.DataFrame, objectives: Sequence[str]) -> np.ndarray:
    """See `objective_matrix`."""
    return objective_matrix({name: table[name].to_numpy() for name in objectives}, objectives)
