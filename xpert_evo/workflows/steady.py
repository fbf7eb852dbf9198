"""The loop of a steady search: whenever a worker is free, the next design is chosen by all that is known by then."""

from __future__ import annotations

import numpy as np

from xpert_evo.design.designs import Designs, stack
from xpert_evo.search.algorithms import Task
from xpert_evo.search.algorithms.steady import Asked, SteadySurrogate
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.records.accuracies import LOST
from xpert_evo.search.workers.tasks import AccuracyTask
from xpert_evo.workflows.rounds import foretold, tell_round


class SteadySearch:
    """One search; what it finds is in the evaluator's store, in the order in which it was found.

    What was found before is told first, in that order. A design whose training the machine lost isn't evaluated: it may
    be chosen again when the run is resumed.
    """

    def __init__(self, evaluator: Evaluator, task: Task) -> None:
        self._evaluator, self._task = evaluator, task
        self._algorithm = SteadySurrogate(task)
        self._training: dict[str, Asked] = {}  # by the key of their accuracy
        self.told = 0

    def first(self) -> Designs | None:
        """The designs that `run` begins with, whose trainings may be done by then."""
        return self._algorithm.first()

    def run(self) -> int:
        """Goes on to the end of the budget.

        Returns:
            Designs that were chosen, those of earlier runs of this search among them.
        """
        self._tell_stored()
        evaluator = self._evaluator
        for result in evaluator.stream(self._source):
            asked = self._training.pop(result.key)
            if result.status != LOST:  # else it counts as in training: it isn't chosen again before the run is resumed
                self._tell(asked)
        return self.told

    def _source(self, free: int) -> list[AccuracyTask]:
        tasks, evaluator = list[AccuracyTask](), self._evaluator
        while len(tasks) < free:
            left = self._task.budget.left(len(evaluator.trainings) + len(self._training))
            found = self._algorithm.next(min(free - len(tasks), left)) if left else []
            if not found:
                break
            for asked in found:
                foretold(evaluator.store, asked.designs, np.full(len(asked.designs), 1 - asked.expected))
                task = evaluator.training_of(asked.designs)
                if task is not None:
                    self._training[task.key] = asked
                    tasks.append(task)
                elif not evaluator.was_lost(asked.designs):  # else it counts as in training, as in `run`
                    self._tell(asked)
        return tasks

    def _tell(self, asked: Asked) -> None:
        self.told += 1
        self._algorithm.learn(asked, *self._evaluator.evaluate(asked.designs, self.told))
        if self.told % self._task.settings.surrogate.batch == 0:
            tell_round(self._evaluator, self._algorithm, self.told, f"design {self.told}")

    def _tell_stored(self) -> None:
        store = self._evaluator.store
        table = store.evaluations()
        for _, rows in table[table["generation"] > 0].groupby("generation", sort=True):
            self._tell(self._algorithm.known(stack(store.designs(rows["number"]))))
