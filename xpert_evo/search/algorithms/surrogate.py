"""NSGA-II whose offspring a predictor of accuracy screens.

In the manner of NSGANetV2 (Lu et al., 2020): every generation a predictor learns from all trainings so far, tens of
thousands of candidates are judged by it and by the cost tables, and a small batch of them is trained. How well it ranks
designs that it hadn't seen is measured on every one of them; while that is poor, offspring are NSGA-II's own. The first
designs are those of most capacity for their EDAP.
"""

from __future__ import annotations

import moocore
import numpy as np
from threadpoolctl import threadpool_limits

from xpert_evo.design.designs import Designs
from xpert_evo.search.algorithms.base import Task, accuracies
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.nsga2 import Nsga2
from xpert_evo.search.candidates.predictor import AccuracyPredictor, cross_validated
from xpert_evo.search.candidates.rank_correlation import RankCorrelation, rank_correlation
from xpert_evo.search.candidates.screening import Plane, Screening

LEAST_KNOWN = 8  # trainings that a predictor learns from
LATEST = 48  # unseen designs that the rank correlation is of


class Surrogate:
    """The algorithm `surrogate`."""

    UNSCREENED = "plain NSGA-II"  # what takes place where predictions rank badly

    def __init__(self, task: Task) -> None:
        settings = task.settings
        self._task, self._settings = task, settings.surrogate
        self._evolved = AccuracyGenes(task.space, task.hardware, settings, task.extra)
        self._hardware_objectives = tuple(name for name in settings.objectives if name != "error")
        self._screening = Screening(self._evolved, task.allowed, self._hardware_objectives)
        first = self._screening.first(
            self._settings.first, np.random.default_rng(task.seed), candidates=self._settings.candidates
        )
        self._nsga2 = Nsga2(
            self._evolved.genomes,
            # Where screening found none that is allowed, nor will this: it says so.
            first if len(first) else task.first(self._evolved, self._settings.first),
            objectives=len(settings.objectives),
            constraints=len(settings.constraints) + 1,
            population=settings.population,
            offspring=self._settings.batch,
            seed=task.seed,
        )
        self._generation = 0
        self._which, self._asked = np.empty(0, dtype=int), np.empty((0, self._evolved.genomes.genes), dtype=np.uint8)
        # Of all designs so far: genomes, accuracies (nan where there is none), best feasible costs (infinite if none)
        self._genomes, self._accuracy = self._asked, np.empty(0)
        self._costs = np.empty((0, len(self._hardware_objectives)))
        self._expected = np.empty(0)  # of the designs that were asked for: errors; nothing before the first fit
        self._unseen = np.empty((0, 2))  # errors predicted before training, and measured
        self._correlation = RankCorrelation(0.0, -1.0, 1.0)
        self._screened = 0

    def ask(self) -> Designs | None:
        self._generation += 1
        # One thread: sums in another order would be other designs on another machine.
        with threadpool_limits(limits=1, user_api="blas"):
            genomes = self._next()
        if genomes is None:
            return None
        self._asked = genomes.astype(np.uint8)
        self._which, designs = self._evolved.designs(self._asked)
        return designs

    def foretold(self) -> np.ndarray:
        """Accuracies predicted of the designs that were asked for last, float64 (N,); nan before the first fit."""
        if not len(self._expected):
            return np.full(len(self._which), np.nan)
        return 1 - self._expected[self._which]

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        self._nsga2.tell(self._asked[self._which].astype(int), objectives, violations)
        self._learn(objectives, violations)

    def _learn(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        accuracy = np.full(len(self._asked), np.nan)
        accuracy[self._which] = accuracies(self._task, objectives, violations)
        costs = np.full((len(self._asked), len(self._hardware_objectives)), np.inf)
        feasible = (violations <= 0).all(axis=1)
        columns = [self._task.settings.objectives.index(name) for name in self._hardware_objectives]
        np.minimum.at(costs, self._which[feasible], objectives[feasible][:, columns])
        if len(self._expected):
            pairs = np.column_stack([self._expected, 1 - accuracy])
            self._unseen = np.concatenate([self._unseen, pairs[np.isfinite(accuracy)]])
        self._genomes = np.concatenate([self._genomes, self._asked])
        self._accuracy = np.concatenate([self._accuracy, accuracy])
        self._costs = np.concatenate([self._costs, costs])

    def report(self) -> dict[str, float]:
        known = self._correlation
        return {
            "rank_correlation": known.tau,
            "rank_correlation_low": known.low,
            "rank_correlation_high": known.high,
            "unseen_designs": min(len(self._unseen), LATEST),
            "screened": self._screened,
        }

    def remark(self) -> str:
        if not len(self._expected):
            return ""
        known = self._correlation
        what = f"tau {known.tau:.2f} ({known.low:.2f} to {known.high:.2f}) on unseen designs"
        if self._screened:
            return f"; {self._screened} screened by a predictor of {what}"
        return f"; {self.UNSCREENED}, since the predictor's {what} is below {self._settings.least_correlation:g}"

    def _next(self) -> np.ndarray | None:
        """Genomes of the next generation."""
        self._screened, self._expected = 0, np.empty(0)
        predictor = self._predictor()
        if predictor is None:
            return self._nsga2.ask()
        genomes = self._screened_batch(predictor)
        if genomes is None:
            genomes = self._nsga2.ask()
        if genomes is not None:
            self._expected = predictor.predict(self._screening.features(genomes)).error
        return genomes

    def _predictor(self) -> AccuracyPredictor | None:
        """What all trainings so far tell, None where they are too few; how well it ranks is measured beside."""
        known = np.isfinite(self._accuracy)
        if known.sum() < LEAST_KNOWN or np.ptp(self._accuracy[known]) == 0:
            return None
        features, accuracy = self._screening.features(self._genomes[known]), self._accuracy[known]
        below = self._below()
        if not len(self._unseen):
            self._unseen = np.column_stack([cross_validated(features, accuracy, below), 1 - accuracy])
        latest = self._unseen[-LATEST:]
        self._correlation = rank_correlation(latest[:, 0], latest[:, 1], seed=self._task.seed)
        return AccuracyPredictor(features, accuracy, below=below)

    def _below(self) -> AccuracyPredictor | None:
        """What shorter trainings tell, where there are any."""
        return None

    def _feasible(self) -> np.ndarray:
        """Which of the designs so far fulfil all constraints, bool (N,)."""
        return np.asarray(np.isfinite(self._costs).all(axis=1))

    def _trusted(self) -> bool:
        """Whether the predictor is, and there is something to improve on."""
        return bool(self._correlation.tau >= self._settings.least_correlation and self._feasible().any())

    def _parents(self, otherwise: np.ndarray) -> np.ndarray:
        """The genomes of the best ranks so far, as many as a population has; where none is known, others as well."""
        feasible = np.flatnonzero(self._feasible() & np.isfinite(self._accuracy))
        if not len(feasible):
            return np.concatenate([self._genomes, otherwise])
        points = np.column_stack([1 - self._accuracy[feasible], self._costs[feasible]])
        ranks = np.asarray(moocore.pareto_rank(points))
        best = feasible[np.argsort(ranks, kind="stable")[: self._task.settings.population]]
        return np.unique(self._genomes[best], axis=0)

    def _stacked(self, genomes: list[np.ndarray]) -> np.ndarray:
        return np.array(genomes, dtype=np.uint8).reshape(-1, self._evolved.genomes.genes)

    def _screened_batch(self, predictor: AccuracyPredictor) -> np.ndarray | None:
        """None where the predictor isn't to be trusted, or there is nothing to improve on or to try."""
        if not self._trusted():
            return None
        seen = {genome.tobytes() for genome in self._genomes}
        genomes = self._screening.batch(
            predictor,
            self._planes(self._feasible()),
            self._nsga2.survivors().astype(np.uint8),
            lambda genomes: np.array([genome.tobytes() not in seen for genome in genomes]),
            np.random.default_rng([self._task.seed, self._generation]),
            candidates=self._settings.candidates,
            size=self._settings.batch,
            explorers=self._settings.explorers,
        )
        if not len(genomes):
            return None
        self._screened = self._settings.candidates
        return genomes

    def _planes(self, feasible: np.ndarray) -> list[Plane]:
        """Of every hardware objective; area counts up to the worst feasible design, and the least accuracy allowed."""
        error = 1 - self._accuracy[feasible]
        bounds = [
            constraint.bound if constraint.metric == "error" else 1 - constraint.bound
            for constraint in self._task.settings.parsed_constraints()
            if constraint.needs_training
        ]
        worst_error = min(bounds, default=float(error.max()))
        planes = []
        for costs in self._costs[feasible].T:
            planes.append(Plane(np.column_stack([costs, error]), np.array([costs.max(), worst_error])))
        return planes
