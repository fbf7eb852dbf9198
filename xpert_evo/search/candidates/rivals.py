"""Homogeneous designs that a front has to beat: at its accuracies the cheapest of their kind, as far as is foretold.

A run's own homogeneous designs are a handful that its first population or its luck gave; to be cheaper than those
proves little. What a predictor has learned of accuracy, and costs, which are known, say which ones are worth training.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ARRAY_GENES
from xpert_evo.design.space import SearchSpace
from xpert_evo.search.candidates.features import accuracy_features
from xpert_evo.search.candidates.predictor import AccuracyPredictor

WIDTHS = (1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1.0)
PERIPHERALS = ("column_sharing", "adc_type", "adc_bits", "input_bits", "weight_bits")
LEAST_KNOWN = 10  # trainings, below which nothing is foretold


def rivals(
    space: SearchSpace,
    known: Designs,
    accuracies: np.ndarray,
    wanted: np.ndarray,
    *,
    array: ArrayShape,
    cost: Callable[[Designs], np.ndarray],
    allowed: Callable[[Designs], np.ndarray],
) -> Designs | None:
    """For each accuracy wanted the cheapest homogeneous design that is foretold to have it.

    Args:
        space: whose choices of peripherals and precisions they have, of any layer; their widths are free.
        known: K designs with their accuracies (K,).
        wanted: accuracies, (W,).
        array: of designs that choose none.
        cost: designs (P,) -> float (P,), to be small, such as EDAP.
        allowed: designs (P,) -> bool (P,), the constraints that need no training.

    Returns:
        Different designs, at most W; None where too little is known or nothing is foretold to be so accurate.
    """
    if len(known) < LEAST_KNOWN or np.ptp(accuracies) == 0:
        return None
    candidates = homogeneous_designs(space)
    candidates = candidates[np.flatnonzero(allowed(candidates))]
    if not len(candidates):
        return None
    predictor = AccuracyPredictor(accuracy_features(known, array), accuracies)
    expected = 1 - predictor.predict(accuracy_features(candidates, array)).error
    order = np.argsort(cost(candidates), kind="stable")
    chosen = [order[np.argmax(reaches)] for level in wanted if (reaches := expected[order] >= level).any()]
    return candidates[np.unique(chosen)] if chosen else None


def homogeneous_designs(space: SearchSpace) -> Designs:
    """Every width with every peripheral setting that some layer may have, on every array that is searched.

    Returns:
        P designs; not all are in the space.
    """
    channels = np.array([space.network.scaled_channels(width, space.image_size) for width in WIDTHS])
    choices = [
        sorted(set.union(*(set(space.choices(layer, gene).tolist()) for layer in range(space.layers))))
        for gene in PERIPHERALS
    ]
    arrays = [space.array.get(gene, (0,)) for gene in ARRAY_GENES]
    everything = list(product(range(len(WIDTHS)), *choices, *arrays))
    settings = np.array(everything, dtype=np.int64).reshape(-1, 1 + len(PERIPHERALS) + len(ARRAY_GENES))
    everywhere = (len(settings), space.layers)
    column_sharing, adc_type, adc_bits, input_bits, weight_bits = (
        np.broadcast_to(values[:, None], everywhere) for values in settings[:, 1 : 1 + len(PERIPHERALS)].T
    )
    return Designs(
        channels=channels[settings[:, 0]],
        column_sharing=column_sharing,
        adc_type=adc_type,
        adc_bits=adc_bits,
        input_bits=input_bits,
        weight_bits=weight_bits,
        image_size=space.image_size,
        image_channels=space.image_channels,
        classes=space.classes,
        network=space.network,
        arrays=settings[:, -len(ARRAY_GENES) :] if space.array else None,
        adc_names=space.adc_names,
    )
