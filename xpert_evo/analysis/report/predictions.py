"""Predicted against measured: what the search's predictor said of designs, and what training them came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from xpert_evo.analysis.report.sensitivity import LEAST_TRAININGS, Sensitivity


@dataclass(frozen=True)
class Predictions:
    """Of P designs that were trained.

    Attributes:
        ids: of the designs.
        predicted, measured: accuracies, float64 (P,).
        before: whether the search predicted them before they were trained; else each from others, afterwards.
        tau: Kendall's rank correlation.
    """

    ids: tuple[str, ...]
    predicted: np.ndarray
    measured: np.ndarray
    before: bool
    tau: float


def predictions(
    trained: pd.DataFrame, foretold: Mapping[str, float], fitted: pd.DataFrame, fit: Sensitivity | None
) -> Predictions | None:
    """What the search foretold where it did of enough designs; else what the fit says of designs left out.

    Args:
        trained: rows of `analysis.front.evaluated`, one a training.
        foretold: accuracies by accuracy key.
        fitted: the rows that `fit` is of.

    Returns:
        None where there is neither.
    """
    known = trained[trained["accuracy_key"].isin(list(foretold))]
    if len(known) >= LEAST_TRAININGS:
        before = known["accuracy_key"].map(dict(foretold)).to_numpy(dtype=float)
        return _of(known, before, True, float(kendalltau(before, known["accuracy"]).statistic))
    return None if fit is None else _of(fitted, fit.predicted, False, fit.tau)


def _of(rows: pd.DataFrame, predicted: np.ndarray, before: bool, tau: float) -> Predictions:
    return Predictions(tuple(rows["id"]), predicted, rows["accuracy"].to_numpy(dtype=float), before, tau)
