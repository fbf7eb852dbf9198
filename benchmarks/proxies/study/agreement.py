"""Kendall's tau of estimates with a reference, over all pairs of designs or some, with bootstrap intervals."""

import numpy as np

RESAMPLES = 2000


def tau(estimates: np.ndarray, reference: np.ndarray, pairs: np.ndarray | None = None) -> float:
    """Kendall's tau-b.

    Args:
        estimates, reference: (N,).
        pairs: which pairs of designs count, bool (N, N) and symmetric; all of them where it is None.
    """
    one, other = (np.sign(values[:, None] - values[None, :]) for values in (estimates, reference))
    counted = np.triu(np.ones_like(one, dtype=bool) if pairs is None else pairs, 1)
    untied = np.sqrt((one[counted] != 0).sum() * (other[counted] != 0).sum())
    return float((one * other)[counted].sum() / untied) if untied else float("nan")


def resampled(
    estimates: np.ndarray, reference: np.ndarray, pairs: np.ndarray | None = None, *, seed: int = 0
) -> np.ndarray:
    """Taus of designs drawn with replacement, (RESAMPLES,); equal seeds draw the same ones."""
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, len(reference), size=(RESAMPLES, len(reference)))
    return np.array([tau(estimates[d], reference[d], None if pairs is None else pairs[np.ix_(d, d)]) for d in drawn])


def interval(values: np.ndarray) -> tuple[float, float]:
    """That holds 95 % of the values."""
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)
