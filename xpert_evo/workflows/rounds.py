"""What a search says and keeps of itself on its way."""

from __future__ import annotations

from xpert_evo.search.algorithms import Algorithm
from xpert_evo.search.evaluation import Evaluator


def tell_round(evaluator: Evaluator, algorithm: Algorithm, number: int, name: str) -> None:
    """Says how far a search is by now, and keeps what its algorithm reports of the last round."""
    evaluator.progress.say(_line(evaluator, name) + algorithm.remark())
    report = algorithm.report()
    if report:
        trainings = len(evaluator.trainings)
        evaluator.store.add_round(number, {"generation": number, "trainings": trainings, **report})


def _line(evaluator: Evaluator, name: str) -> str:
    if not evaluator.any_accuracy:
        return f"{name}: no design has an accuracy yet"
    trainings, front = len(evaluator.trainings), evaluator.front
    if not len(front):
        return f"{name}: {trainings} trainings, no feasible design yet"
    accuracy = 100 * (1 - front.points[:, 0])
    return (
        f"{name}: {trainings} trainings, {len(front)} designs on the front of error and EDAP, "
        f"proxy accuracy {accuracy.min():.1f} to {accuracy.max():.1f} %"
    )
