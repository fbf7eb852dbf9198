"""The algorithm `surrogate` with trainings of several lengths: many short ones choose which few become long.

In the manner of successive halving (Jamieson and Talwalkar, 2016). A generation's candidates, several times as many as
are to be evaluated, are trained for the fewest epochs; of all that were trained so long and no longer, a part goes on
to the next length, and so on; what is left is evaluated. Who goes on is whoever is worth most by the predictor, which
learns from trainings of all lengths: what a longer one comes to is foretold from the shorter ones. So what short
trainings get wrong about a kind of design is learned as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms.base import Task
from xpert_evo.search.algorithms.surrogate import LEAST_KNOWN, Surrogate
from xpert_evo.search.candidates.predictor import AccuracyPredictor
from xpert_evo.search.candidates.screening import Plane


@dataclass
class Rung:
    """What was trained for so many epochs: genomes, uint8 (N, genes), and accuracies (N,), nan where there is none."""

    epochs: int
    genomes: np.ndarray
    accuracy: np.ndarray

    def add(self, genomes: np.ndarray, accuracy: np.ndarray) -> None:
        """More of them."""
        self.genomes = np.concatenate([self.genomes, genomes])
        self.accuracy = np.concatenate([self.accuracy, accuracy])


class Halving(Surrogate):
    """Asked and told as any; before it answers it has designs trained for short times."""

    UNSCREENED = "offspring of the best so far"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        nothing = self._stacked([])
        self._rungs = [Rung(epochs, nothing, np.empty(0)) for epochs in task.settings.fidelities[:-1]]

    def ask(self) -> Designs | None:
        self._generation += 1
        size = self._settings.batch if self._generation > 1 else self._settings.first
        sizes = [size * self._settings.halving**more for more in range(len(self._rungs), -1, -1)]
        with threadpool_limits(limits=1, user_api="blas"):
            genomes = self._candidates(sizes[0])
        for place, rung in enumerate(self._rungs):
            self._train(rung, genomes)
            with threadpool_limits(limits=1, user_api="blas"):
                genomes = self._going_on(place, sizes[place + 1])
        if not len(genomes):
            return None
        with threadpool_limits(limits=1, user_api="blas"):
            predictor, self._expected = self._predictor(), np.empty(0)
            if predictor is not None:
                self._expected = predictor.predict(self._screening.features(genomes)).error
        self._asked = genomes
        self._which, designs = self._evolved.designs(genomes)
        return designs

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        self._learn(objectives, violations)

    def report(self) -> dict[str, float]:
        shorter = {f"trained_for_{rung.epochs}_epochs": len(rung.genomes) for rung in self._rungs}
        return super().report() | shorter

    def remark(self) -> str:
        counts = ", ".join(f"{len(rung.genomes)} of {rung.epochs}" for rung in self._rungs)
        return f"; beside them, by epochs, {counts}{super().remark()}"

    def _candidates(self, size: int) -> np.ndarray:
        """Genomes to be trained for the fewest epochs, (at most size, genes)."""
        generator = np.random.default_rng([self._task.seed, 3, self._generation])
        if self._generation == 1:
            first = self._screening.first(size, generator, candidates=self._settings.candidates)
            return first if len(first) else self._task.first(self._evolved, size).astype(np.uint8)
        known = self._rungs[0].genomes
        seen = {genome.tobytes() for genome in np.concatenate([known, self._genomes])}

        def is_new(genomes: np.ndarray) -> np.ndarray:
            return np.array([genome.tobytes() not in seen for genome in genomes], dtype=bool)

        parents, predictor = self._parents(known), self._predictor()
        self._screened = 0
        if predictor is not None and self._trusted():
            genomes = self._screening.batch(
                predictor,
                self._planes(self._feasible()),
                parents,
                is_new,
                generator,
                candidates=self._settings.candidates,
                size=size,
                explorers=self._settings.explorers * size // self._settings.batch,
            )
            if len(genomes):
                self._screened = self._settings.candidates
                return genomes
        return self._screening.offspring(parents, is_new, generator, size=size)

    def _train(self, rung: Rung, genomes: np.ndarray) -> None:
        """For a rung's epochs, those of the genomes that a design is allowed of."""
        if not len(genomes):
            return
        accuracy = np.full(len(genomes), np.nan)
        allowed = np.flatnonzero(self._evolved.allowed(self._task.allowed, genomes))
        if len(allowed):
            assert self._task.shorter is not None
            designs = self._evolved.genomes.decode(genomes[allowed])  # accuracy doesn't depend on what is left to solve
            accuracy[allowed] = self._task.shorter(designs, rung.epochs, self._generation)
        rung.add(genomes, accuracy)

    def _going_on(self, place: int, size: int) -> np.ndarray:
        """Of what was trained on a rung and no longer the genomes that are worth most, (at most size, genes)."""
        rung = self._rungs[place]
        above = self._rungs[place + 1].genomes if place + 1 < len(self._rungs) else self._genomes
        longer = {genome.tobytes() for genome in above}
        went_on = np.array([genome.tobytes() in longer for genome in rung.genomes], dtype=bool)
        known = np.isfinite(rung.accuracy)
        waiting = rung.genomes[known & ~went_on]
        if not len(waiting):
            return waiting
        predictor = self._predictor()
        if predictor is not None and self._feasible().any():
            planes = self._planes(self._feasible())
        else:
            predictor = self._of_rungs(place + 1)
            if predictor is None:  # too few to learn from
                return waiting[np.argsort(-rung.accuracy[known & ~went_on], kind="stable")[:size]]
            planes = self._planes_of(rung.genomes[known], went_on[known], predictor)
        return waiting[self._screening.chosen(waiting, predictor, planes, size)]

    def _planes_of(self, genomes: np.ndarray, went_on: np.ndarray, predictor: AccuracyPredictor) -> list[Plane]:
        """While no long training is known: of what went on, by what it came to before that."""
        errors, costs = predictor.expected(self._screening.features(genomes)), self._screening.costs(genomes)
        planes = []
        for cost in costs.T:
            worst = np.array([cost.max(), errors.max()])
            # Without area of their own, they say what its units are.
            corners = np.array([[cost.min(), worst[1]], [worst[0], errors.min()]])
            points = np.column_stack([cost[went_on], errors[went_on]])
            planes.append(Plane(np.concatenate([corners, points]), worst))
        return planes

    def _below(self) -> AccuracyPredictor | None:
        return self._of_rungs(len(self._rungs))

    def _of_rungs(self, count: int) -> AccuracyPredictor | None:
        """What the first rungs tell of what the last of them comes to; None where all have too few."""
        predictor: AccuracyPredictor | None = None
        for rung in self._rungs[:count]:
            known = np.isfinite(rung.accuracy)
            if known.sum() >= LEAST_KNOWN and np.ptp(rung.accuracy[known]) > 0:
                features = self._screening.features(rung.genomes[known])
                predictor = AccuracyPredictor(features, rung.accuracy[known], below=predictor)
        return predictor
