"""Which genes accuracy depends on, by the search's predictor, fitted to all that was trained.

The predictor is asked what accuracy does where one gene of one layer is a step lower and a step higher, all else as it
is, in designs that were trained; what is told is the mean of that over them. Refits to resampled trainings, with the
length scale and the noise of the whole fit, say how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import kendalltau
from threadpoolctl import threadpool_limits

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ACCURACY_GENES
from xpert_evo.search.candidates.features import accuracy_features
from xpert_evo.search.candidates.predictor import AccuracyPredictor, cross_validated

LEAST_TRAININGS = 12
MOST_TRAININGS = 300  # that it is worth fitting to: refits take time, and say the same
MOST_ASKED = 8  # designs whose genes are varied
REFITS = 100
CONFIDENCE = 0.9
_DOUBLED = ("channels",)  # a step is a doubling; of all others it is one


@dataclass(frozen=True)
class Sensitivity:
    """What a step of a gene is worth, in shares of accuracy.

    Attributes:
        genes: those of `ACCURACY_GENES` that tell something, G.
        worth: of a step in one layer, float64 (G, L); nan where no design differs in it.
        sure: whether nine in ten refits to resampled trainings agree on its sign, bool (G, L).
        every_layer: of a step in every layer, with its interval: float64 (G, 3).
        around: the mean accuracy of the designs whose genes are varied, as it is predicted.
        tau: Kendall's, of designs predicted from others.
        predicted: accuracies of designs predicted from others, float64 (P,).
    """

    genes: tuple[str, ...]
    worth: np.ndarray
    sure: np.ndarray
    every_layer: np.ndarray
    around: float
    tau: float
    predicted: np.ndarray


def sensitivity(designs: Designs, accuracies: np.ndarray, array: ArrayShape, seed: int = 0) -> Sensitivity | None:
    """The predictor fitted to P trainings; None where there are too few, or all are alike.

    Args:
        designs: one a training.
        accuracies: (P,), none of them nan.
        array: of designs that choose none.
        seed: of the resampling.
    """
    genes = tuple(gene for gene in designs.telling_genes() if gene in ACCURACY_GENES)
    if len(accuracies) < LEAST_TRAININGS or np.ptp(accuracies) == 0:
        return None
    asked = np.argsort(accuracies, kind="stable")[evenly_spaced(len(accuracies), MOST_ASKED)]
    varied, weights = _varied(designs, asked, genes)
    if not weights.any():
        return None
    features, questions = accuracy_features(designs, array), accuracy_features(varied, array)
    with threadpool_limits(limits=1, user_api="blas"):  # sums in another order would be other figures elsewhere
        predictor = AccuracyPredictor(features, accuracies)
        left_out = 1 - cross_validated(features, accuracies)
        worth = -weights @ predictor.expected(questions)
        draws = np.random.default_rng(seed).integers(0, len(accuracies), size=(REFITS, len(accuracies)))
        refits = [AccuracyPredictor(features[draw], accuracies[draw], like=predictor) for draw in draws]
        refitted = np.stack([-weights @ refit.expected(questions) for refit in refits])
        around = 1 - float(predictor.expected(features[asked]).mean())
    shape = (len(genes), designs.channels.shape[1])
    tails = [50 - 50 * CONFIDENCE, 50 + 50 * CONFIDENCE]
    low, high = np.percentile(refitted, tails, axis=0)
    whole = refitted.reshape(-1, *shape).sum(axis=2)
    return Sensitivity(
        genes=genes,
        worth=np.where(weights.any(axis=1), worth, np.nan).reshape(shape),
        sure=(low * high > 0).reshape(shape),
        every_layer=np.column_stack([worth.reshape(shape).sum(axis=1), *np.percentile(whole, tails, axis=0)]),
        around=around,
        tau=float(kendalltau(left_out, accuracies).statistic),
        predicted=left_out,
    )


def _varied(designs: Designs, asked: np.ndarray, genes: tuple[str, ...]) -> tuple[Designs, np.ndarray]:
    """Designs with one gene of one layer a step lower and higher, as far as any design goes, and what they weigh.

    Returns:
        The designs, V, and weights, float64 (genes * layers, V), that make of their accuracies the mean over `asked` of
        what a step is worth.
    """
    layers = designs.channels.shape[1]
    rows = np.tile(asked, 2 * len(genes) * layers)
    varied, weights = designs[rows], np.zeros((len(genes) * layers, len(rows)))
    values = {gene: getattr(varied, gene).copy() for gene in genes}
    place = 0
    for number, (gene, layer) in enumerate((gene, layer) for gene in genes for layer in range(layers)):
        known = getattr(designs, gene)[:, layer]
        now = known[asked]
        lower, higher = (now // 2, now * 2) if gene in _DOUBLED else (now - 1, now + 1)
        ends = np.clip(np.stack([lower, higher]), known.min(), known.max())
        steps = np.diff(np.log2(ends) if gene in _DOUBLED else ends, axis=0)[0]
        share = np.divide(1, steps, out=np.zeros(len(asked)), where=steps > 0) / max((steps > 0).sum(), 1)
        for end, sign in zip(ends, (-1, 1), strict=True):
            there = slice(place, place + len(asked))
            values[gene][there, layer] = end
            weights[number, there] = sign * share
            place += len(asked)
    return replace(varied, **values, ids=()), weights
