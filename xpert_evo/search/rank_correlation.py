"""How well predictions rank what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

RESAMPLES = 200
CONFIDENCE = 0.9


@dataclass(frozen=True)
class RankCorrelation:
    """Kendall's tau with its bootstrap interval (90 %, percentiles)."""

    tau: float
    low: float
    high: float


def rank_correlation(predicted: np.ndarray, measured: np.ndarray, seed: int) -> RankCorrelation:
    """Of P pairs; nothing is known (0, from -1 to 1) of fewer than three, or where one of both is constant."""
    if len(predicted) < 3 or np.ptp(predicted) == 0 or np.ptp(measured) == 0:
        return RankCorrelation(0.0, -1.0, 1.0)
    draws = np.random.default_rng(seed).integers(0, len(predicted), size=(RESAMPLES, len(predicted)))
    resampled = [kendalltau(predicted[draw], measured[draw]).statistic for draw in draws]
    low, high = np.nanpercentile(resampled, [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE])
    return RankCorrelation(float(kendalltau(predicted, measured).statistic), float(low), float(high))
