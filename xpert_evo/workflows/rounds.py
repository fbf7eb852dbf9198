"""What a search says and keeps of itself on its way."""

from __future__ import annotations

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.search.algorithms import Algorithm
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.keys import accuracy_keys
from xpert_evo.search.objectives import in_words, plane_of
from xpert_evo.search.records.store import Store


def tell_round(evaluator: Evaluator, algorithm: Algorithm, number: int, name: str) -> None:
    """Says how far a search is by now, and keeps what its algorithm reports of the last round."""
    evaluator.progress.say(_line(evaluator, name) + algorithm.remark())
    report = algorithm.report()
    if report:
        trainings = len(evaluator.trainings)
        evaluator.store.add_round(number, {"generation": number, "trainings": trainings, **report})


def foretold(store: Store, designs: Designs, accuracies: np.ndarray) -> None:
    """Keeps what was predicted of designs that are to be trained, (N,); nan where nothing was."""
    known = np.isfinite(accuracies)
    keys = accuracy_keys(designs[np.flatnonzero(known)]) if known.any() else ()
    store.add_foretold(zip(keys, accuracies[known].tolist(), strict=True))


def _line(evaluator: Evaluator, name: str) -> str:
    if not evaluator.any_accuracy:
        return f"{name}: no design has an accuracy yet"
    trainings, front = len(evaluator.trainings), evaluator.front
    if not len(front):
        return f"{name}: {trainings} trainings, no feasible design yet"
    plane = plane_of(evaluator.settings.objectives)
    line = f"{name}: {trainings} trainings, {len(front)} designs on the front of {in_words(plane)}"
    if plane[0] != ERROR:
        return line
    accuracy = 100 * (1 - front.points[:, 0])
    return f"{line}, proxy accuracy {accuracy.min():.1f} to {accuracy.max():.1f} %"
