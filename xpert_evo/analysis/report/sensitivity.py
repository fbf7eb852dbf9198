"""Which genes accuracy depends on, by a linear fit over what was trained.

Not by the search's own predictor: there is one with one algorithm alone, and a run's folder doesn't hold it. The fit
is ridge regression of the accuracies' log-odds on every layer's genes (channels by their logarithm), its penalty chosen
by leaving one design out (Allen, 1974); the same leaving out says how far it can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import kendalltau

from xpert_evo.design.designs import ACCURACY_GENES, Designs

LEAST_TRAININGS = 12
PENALTIES = np.logspace(-1, 4, 26)
LEAST, MOST = 0.01, 0.99  # accuracies beyond are taken as these: log-odds of 0 and 1 are infinite
MOST_TRAININGS = 5_000  # that it is worth fitting to: refits take time, and say the same
RESAMPLES = 200
CONFIDENCE = 0.9
_DOUBLED = ("channels",)  # a step is a doubling; of all others it is one


@dataclass(frozen=True)
class Sensitivity:
    """What a step of a gene is worth, in shares of accuracy, where it is as the median design's.

    Attributes:
        genes: those of `ACCURACY_GENES` that tell something, G.
        worth: of a step in one layer, float64 (G, L); nan where no design differs in it.
        sure: whether nine in ten refits to resampled trainings agree on its sign, bool (G, L).
        every_layer: of a step in every layer, with its interval: float64 (G, 3).
        around: the median accuracy.
        explained: share of the log-odds' variance that the fit explains of designs left out.
        tau: Kendall's, of designs left out.
        predicted: accuracies of designs left out, float64 (P,).
    """

    genes: tuple[str, ...]
    worth: np.ndarray
    sure: np.ndarray
    every_layer: np.ndarray
    around: float
    explained: float
    tau: float
    predicted: np.ndarray


def sensitivity(designs: Designs, accuracies: np.ndarray, seed: int = 0) -> Sensitivity | None:
    """The fit to P trainings; None where there are too few, or all are alike.

    Args:
        designs: one a training.
        accuracies: (P,), none of them nan.
        seed: of the resampling.
    """
    odds = logit(np.clip(accuracies, LEAST, MOST))
    genes = tuple(gene for gene in designs.telling_genes() if gene in ACCURACY_GENES)
    steps = np.stack([_steps(designs, gene) for gene in genes], axis=1).astype(float)  # (P, G, L)
    values = steps.reshape(len(odds), -1)
    if len(odds) < LEAST_TRAININGS or np.ptp(odds) == 0 or not np.ptp(values, axis=0).any():
        return None
    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    penalty, left_out = _cross_validated(scaled, odds)
    around = float(np.median(accuracies))
    unit = around * (1 - around) / np.where(spread > 0, spread, np.nan)  # from a slope of scaled log-odds
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(odds), size=(RESAMPLES, len(odds)))
    shape = steps.shape[1:]
    worth = (unit * _slopes(scaled, odds, penalty)).reshape(shape)
    refits = np.stack([unit * _slopes(scaled[draw], odds[draw], penalty) for draw in draws]).reshape(-1, *shape)
    tails = [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE]
    low, high = np.percentile(refits, tails, axis=0)
    ends = np.percentile(np.nansum(refits, axis=2), tails, axis=0)
    return Sensitivity(
        genes=genes,
        worth=worth,
        sure=low * high > 0,
        every_layer=np.column_stack([np.nansum(worth, axis=1), *ends]),
        around=around,
        explained=float(1 - ((left_out - odds) ** 2).mean() / odds.var()),
        tau=float(kendalltau(left_out, odds).statistic),
        predicted=expit(left_out),
    )


def _steps(designs: Designs, gene: str) -> np.ndarray:
    values = getattr(designs, gene)
    return np.log2(values) if gene in _DOUBLED else values


def _slopes(scaled: np.ndarray, odds: np.ndarray, penalty: float) -> np.ndarray:
    """Of ridge regression with a free mean, float64 (F,)."""
    centred = scaled - scaled.mean(axis=0)
    left, singular, right = np.linalg.svd(centred, full_matrices=False)
    return right.T @ (singular / (singular**2 + penalty) * (left.T @ (odds - odds.mean())))


def _cross_validated(scaled: np.ndarray, odds: np.ndarray) -> tuple[float, np.ndarray]:
    """The penalty that predicts designs left out best, and what it predicts of each of them, float64 (P,)."""
    left, singular, _ = np.linalg.svd(scaled, full_matrices=False)
    above = odds - odds.mean()
    best, found = np.inf, (float(PENALTIES[-1]), np.full(len(odds), odds.mean()))
    for penalty in PENALTIES:
        kept = left * (singular**2 / (singular**2 + penalty))
        own = (kept * left).sum(axis=1)  # what a training's own odds have to do with what is fitted to it
        residuals = (above - kept @ (left.T @ above)) / (1 - own - 1 / len(odds))
        error = float((residuals**2).mean())
        if error < best:
            best, found = error, (float(penalty), odds - residuals)
    return found
