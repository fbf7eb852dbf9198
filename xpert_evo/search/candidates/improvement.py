"""Expected hypervolume improvement where one objective is known and the other one predicted.

What a candidate of hardware cost x and error e would add to the area that a front dominates is a sum over the front's
steps: the width of the step beyond x times what e is short of the step's error. Of a normal e the expectation of the
latter is known in closed form (Jones, Schonlau and Welch, 1998), so that of the area is too; for two objectives this
is the exact formula of Emmerich, Deutz and Klinkenberg (2011), with no deviation in one of them.
"""

from __future__ import annotations

import moocore
import numpy as np
from scipy.special import ndtr


def steps(front: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A front as a step function.

    Args:
        front: cost and error of any points, (P, 2).
        reference: cost and error up to which area counts, (2,).

    Returns:
        Where steps begin, ascending, and end, float64 (K + 1,) with the reference last and minus infinity first; and
        the least error that the front reaches within each, (K,).
    """
    inside = front[(front < reference).all(axis=1)]
    if len(inside):
        inside = inside[moocore.is_nondominated(inside, keep_weakly=False)]
        inside = inside[np.argsort(inside[:, 0])]
    edges = np.concatenate([[-np.inf], inside[:, 0], reference[:1]])
    return edges, np.concatenate([reference[1:], inside[:, 1]])


def expected_improvement(
    cost: np.ndarray, error: np.ndarray, deviation: np.ndarray, front: np.ndarray, reference: np.ndarray
) -> np.ndarray:
    """Area that each of P candidates is expected to add, float64 (P,).

    Args:
        cost: (P,), known.
        error, deviation: (P,), of normal distributions; a deviation of 0 is certainty.
        front, reference: see `steps`.
    """
    edges, levels = steps(front, reference)
    widths = np.maximum(edges[1:] - np.maximum(cost[:, None], edges[:-1]), 0.0)
    short = levels - error[:, None]
    spread = np.maximum(deviation, 1e-12)[:, None]
    z = short / spread
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return (widths * (short * ndtr(z) + spread * density)).sum(axis=1)
