"""The algorithm `surrogate` without generations: a design is chosen whenever a worker is free.

The predictor is told of every training as it ends. What is in training counts as trained with the accuracy that is
expected of it (Ginsbourger, Le Riche and Carraro, 2010: "kriging believer"), so that designs in training at the same
time differ. Several are chosen together where several workers are free, such as after a choice that took long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms.base import Task
from xpert_evo.search.algorithms.surrogate import Surrogate
from xpert_evo.search.candidates.predictor import AccuracyPredictor
from xpert_evo.search.candidates.screening import Plane


@dataclass(frozen=True)
class Asked:
    """What is in training: a genome, the designs that it stands for, and the error expected of it (nan if none)."""

    genome: np.ndarray
    designs: Designs
    expected: float


class SteadySurrogate(Surrogate):
    """Asked whenever workers are free, told whenever one has ended; what it chooses hangs on the order of that."""

    UNSCREENED = "offspring of the best so far"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        first = self._nsga2.ask()
        assert first is not None
        self._first = list(first.astype(np.uint8))
        self._training: list[Asked] = []
        self._chosen = 0

    def first(self) -> Designs:
        """The designs that are chosen before anything is known."""
        return self._evolved.designs(self._stacked(self._first))[1]

    def next(self, count: int) -> list[Asked]:
        """At most `count` designs to be trained now, none where nothing new is found."""
        first = self._stacked(self._first[:count])
        del self._first[:count]
        asked = self._begun(first, np.full(len(first), np.nan))
        if len(asked) < count:
            with threadpool_limits(limits=1, user_api="blas"):
                asked += self._begun(*self._choose(count - len(asked)))
        return asked

    def learn(self, asked: Asked, objectives: np.ndarray, violations: np.ndarray) -> None:
        """What became of designs, asked for by `next` or known before; see `base.Algorithm.tell`."""
        self._training = [other for other in self._training if other is not asked]
        self._asked, self._which = asked.genome[None], np.zeros(len(asked.designs), dtype=int)
        self._expected = np.empty(0) if np.isnan(asked.expected) else np.array([asked.expected])
        self._learn(objectives, violations)

    def known(self, designs: Designs) -> Asked:
        """What stands for designs that share their accuracy and were trained before; they count as chosen."""
        plain = self._evolved.genomes.decode(np.zeros((1, self._evolved.genomes.genes), dtype=np.uint8))
        peripherals = {name: getattr(plain, name) for name in ("column_sharing", "adc_type", "adc_names")}
        same = replace(designs[np.array([0])], **peripherals, ids=("",))
        genome = self._evolved.genomes.encode(same)[0]
        self._first = [other for other in self._first if (other != genome).any()]
        self._chosen += 1
        return Asked(genome, designs, np.nan)

    def _begun(self, genomes: np.ndarray, errors: np.ndarray) -> list[Asked]:
        asked = [
            Asked(genome, self._evolved.designs(genome[None])[1], float(error))
            for genome, error in zip(genomes, errors, strict=True)
        ]
        self._chosen += len(asked)
        self._training += asked
        return asked

    def _choose(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """New genomes, (at most count, genes), and their expected errors, nan where no predictor chose them."""
        generator = np.random.default_rng([self._task.seed, 2, self._chosen])
        training = self._stacked([asked.genome for asked in self._training])
        seen = {genome.tobytes() for genome in np.concatenate([self._genomes, training])}

        def is_new(genomes: np.ndarray) -> np.ndarray:
            return np.array([genome.tobytes() not in seen for genome in genomes], dtype=bool)

        self._screened = 0
        parents, predictor = self._parents(training), self._predictor()
        if predictor is not None and self._trusted():
            each = self._settings.batch
            turns = (self._chosen + count) // each - self._chosen // each  # explorers come as often as in a generation
            expected = predictor.predict(self._screening.features(training)).error if len(training) else np.empty(0)
            genomes = self._screening.batch(
                self._believing(predictor, training, expected),
                self._planes_with(training, expected),
                parents,
                is_new,
                generator,
                candidates=self._settings.candidates,
                size=count,
                explorers=min(count, turns * self._settings.explorers),
            )
            if len(genomes):
                self._screened = self._settings.candidates
        if not self._screened:
            genomes = self._screening.offspring(parents, is_new, generator, size=count)
        if predictor is None or not len(genomes):
            return genomes, np.full(len(genomes), np.nan)
        return genomes, predictor.predict(self._screening.features(genomes)).error

    def _believing(self, predictor: AccuracyPredictor, training: np.ndarray, expected: np.ndarray) -> AccuracyPredictor:
        """The predictor as if what is in training had come to the errors that are expected of it."""
        if not len(training):
            return predictor
        known = np.isfinite(self._accuracy)
        features = self._screening.features(np.concatenate([self._genomes[known], training]))
        # What was only expected says nothing of length scale and noise.
        return AccuracyPredictor(features, np.concatenate([self._accuracy[known], 1 - expected]), like=predictor)

    def _planes_with(self, training: np.ndarray, expected: np.ndarray) -> list[Plane]:
        planes = self._planes(self._feasible())
        if not len(training):
            return planes
        costs = self._screening.costs(training)
        return [
            replace(plane, points=np.concatenate([plane.points, np.column_stack([cost, expected])]))
            for plane, cost in zip(planes, costs.T, strict=True)
        ]
