"""Whether a design is no less accurate than another within a margin, compared image by image.

"Not worse by two standard errors" rewards noise: the fewer images and seeds, the more passes. Non-inferiority turns the
burden round (Walker and Nowacki, J. Gen. Intern. Med. 26, 2011): a design passes if its accuracy is above the other
one's less a stated margin with confidence. Both are scored on the same images, so that what images have in common goes
out of the difference; how trainings spread over seeds is estimated from all designs that were trained more than once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xpert_evo.hardware.quantities import Quantity, quantity_of
from xpert_evo.search.objectives import PLANE

PROXY_MARGIN = 0.01
CONFIDENCE = 0.95
_DEVIATIONS = 1.6449  # of a normal, one-sided

# Accuracy key -> replicate -> which images were classified rightly, bool (M,)
Answers = Mapping[str, Mapping[int, np.ndarray]]
NO_ANSWERS: Answers = {}


@dataclass(frozen=True)
class Difference:
    """One design's accuracy less another's.

    Attributes:
        standard_error: of images and seeds together; of images alone where nothing is known of seeds.
        trainings: of either design, the fewer.
        paired: whether it was taken image by image.
        of_seeds: whether the error counts seeds.
    """

    mean: float
    standard_error: float
    trainings: int
    paired: bool
    of_seeds: bool

    def surely_within(self, margin: float) -> bool:
        """Whether the first is less accurate by no more than the margin, with confidence."""
        return self.mean - _DEVIATIONS * self.standard_error >= -margin

    def perhaps_within(self, margin: float) -> bool:
        """Whether errors leave it open."""
        return self.mean + _DEVIATIONS * self.standard_error >= -margin


def spread_over_seeds(answers: Answers) -> float:
    """By how much accuracies deviate from training to training, pooled over designs; nan where none has two."""
    freedom, squares = 0, 0.0
    for trainings in answers.values():
        fresh = [right.mean() for replicate, right in trainings.items() if replicate > 0]
        if len(fresh) > 1:
            freedom += len(fresh) - 1
            squares += float(np.var(fresh)) * len(fresh)
    return math.sqrt(squares / freedom) if freedom else math.nan


def difference(design: pd.Series, reference: pd.Series, answers: Answers, spread: float) -> Difference:
    """Of two designs by their fresh seeds where both have some, else by the search's own trainings.

    Args:
        design, reference: rows of `analysis.front.evaluated`.
        answers: what is known of them.
        spread: see `spread_over_seeds`.
    """
    if design["accuracy_key"] == reference["accuracy_key"]:  # they differ in what accuracy doesn't depend on
        return Difference(0.0, 0.0, int(max(design["repeats"], 1)), paired=True, of_seeds=True)
    repeated = bool(design["repeats"]) and bool(reference["repeats"])
    trainings = int(min(design["repeats"], reference["repeats"])) if repeated else 1
    one, other = (_right(answers.get(row["accuracy_key"], {}), repeated) for row in (design, reference))
    of_seeds = math.isfinite(spread)
    if one is not None and other is not None and one.shape[1] == other.shape[1]:
        by_image = one.mean(axis=0) - other.mean(axis=0)
        seeds = spread**2 * (1 / len(one) + 1 / len(other)) if of_seeds else 0.0
        error = math.sqrt(by_image.var(ddof=1) / len(by_image) + seeds)
        return Difference(float(by_image.mean()), error, trainings, True, of_seeds)
    name, error_name = ("repeated_accuracy", "repeated_standard_error") if repeated else ("accuracy", "standard_error")
    error = math.hypot(design[error_name], reference[error_name])
    return Difference(float(design[name] - reference[name]), error, trainings, False, repeated)


def _right(trainings: Mapping[int, np.ndarray], repeated: bool) -> np.ndarray | None:
    """Bool (S, M) of the trainings that count."""
    chosen = [right for replicate, right in sorted(trainings.items()) if (replicate > 0) == repeated]
    return np.stack(chosen) if chosen and len({len(right) for right in chosen}) == 1 else None


@dataclass(frozen=True)
class Match:
    """The cheapest designs that are as accurate as another within a margin.

    Attributes:
        surely: the row of the cheapest that passes with confidence; None where none does.
        gain: of it over the reference, how many times lower its EDAP is, say; nan without it.
        perhaps_gain: of the cheapest whom errors don't rule out; nan where they rule out all.
        difference: of the accuracy of the one that passes.
    """

    surely: pd.Series | None
    gain: float
    perhaps_gain: float
    difference: Difference | None


def cheapest_match(
    designs: pd.DataFrame,
    reference: pd.Series,
    answers: Answers,
    spread: float,
    margin: float = PROXY_MARGIN,
    cost: str = PLANE[1],
) -> Match:
    """What a design can be replaced by.

    Args:
        designs: rows of `analysis.front.evaluated`, among which it is looked for.
        cost: the metric in which the cheapest is the best; its ratios are gains, nan of functions of the user's own.
    """
    surely, found, surely_gain, perhaps_gain = None, None, math.nan, math.nan
    quantity = quantity_of(cost)
    rises = quantity.better == "higher"
    for _, row in designs.sort_values(cost, kind="stable", ascending=not rises).iterrows():
        gain = _gain(float(row[cost]), float(reference[cost]), quantity)
        between = difference(row, reference, answers, spread)
        if math.isnan(perhaps_gain) and between.perhaps_within(margin):
            perhaps_gain = gain
        if between.surely_within(margin):
            surely, found, surely_gain = row, between, gain
            break
    return Match(surely, surely_gain, perhaps_gain, found)


def _gain(value: float, reference: float, quantity: Quantity) -> float:
    if not quantity.log:
        return math.nan
    return value / reference if quantity.better == "higher" else reference / value
