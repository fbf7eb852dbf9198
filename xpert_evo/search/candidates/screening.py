"""Looks at tens of thousands of designs that could be trained, and chooses the few that are.

A candidate is worth the hypervolume that it is expected to add: in the plane of error and each hardware objective, as a
share of the area that is known there, summed over these objectives. Costs come from tables, errors from a predictor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import moocore
import numpy as np
from pymoo.core.problem import Problem

from xpert_evo.search.candidates.evolved import AccuracyGenes, Allowed
from xpert_evo.search.candidates.features import accuracy_features, capacity
from xpert_evo.search.candidates.improvement import expected_improvement
from xpert_evo.search.candidates.operators import LayerCrossover, StepMutation
from xpert_evo.search.candidates.predictor import AccuracyPredictor, Prediction
from xpert_evo.search.candidates.quick_peripherals import QuickPeripherals
from xpert_evo.search.candidates.sampling import baseline_genomes, distinct, homogeneous_genomes, smooth_genomes, spread
from xpert_evo.search.crossbars import array_shape
from xpert_evo.search.objectives import violations

WAVES = 4  # each one's children descend from the best so far
MOST_MUTATIONS = 3
FRESH_SHARE = 0.1  # of the first wave: designs that descend from nobody
PARENTS = 300  # of the best candidates so far
FIRST_TOLERANCE = 0.01  # of the first designs' capacity: four or five bits are enough where channels are as dear
SHORTLIST = 600  # candidates out of which a batch is chosen, by their errors' covariance
DRAWN_FOR_EACH = 50  # offspring, since most of a narrow space are known or not allowed
COUNTED = ("macs", "parameters")  # constraints that a network's shape decides
_NO_PROBLEM = Problem(n_var=1)  # operators are asked for children directly


@dataclass(frozen=True)
class Plane:
    """What is known in the plane of one hardware objective and error.

    Attributes:
        points: of trained designs that fulfil all constraints, float64 (P, 2).
        reference: up to which area counts, float64 (2,).
    """

    points: np.ndarray
    reference: np.ndarray

    def with_point(self, cost: float, error: float) -> Plane:
        """The same with one more design."""
        return replace(self, points=np.concatenate([self.points, [[cost, error]]]))

    def improvement(self, cost: np.ndarray, error: np.ndarray, deviation: np.ndarray) -> np.ndarray:
        """Expected gain in area of candidates (P,), in shares of what the known points' ranges span."""
        span = np.maximum(self.reference - self.points.min(axis=0), 1e-9)
        return expected_improvement(cost, error, deviation, self.points, self.reference) / span.prod()


@dataclass(frozen=True)
class Candidates:
    """P designs that could be trained.

    Attributes:
        genomes: uint8 (P, genes).
        costs: what each can reach of every hardware objective, float64 (P, M).
        predicted: their errors.
        worth: what training each of them alone is expected to bring, float64 (P,).
    """

    genomes: np.ndarray
    costs: np.ndarray
    predicted: Prediction
    worth: np.ndarray

    def best(self, count: int) -> Candidates:
        """Those that are worth most, best first."""
        return self.of(np.argsort(-self.worth, kind="stable")[:count])

    def of(self, rows: np.ndarray) -> Candidates:
        """Those of some rows."""
        return Candidates(self.genomes[rows], self.costs[rows], self.predicted.of(rows), self.worth[rows])

    def and_those(self, others: Candidates) -> Candidates:
        """Both together."""
        return Candidates(
            np.concatenate([self.genomes, others.genomes]),
            np.concatenate([self.costs, others.costs]),
            self.predicted.and_those(others.predicted),
            np.concatenate([self.worth, others.worth]),
        )


@dataclass
class Screening:
    """Generates candidates and judges them.

    Attributes:
        objectives: the hardware objectives of the search.
        allowed: whether the constraints that need no training hold.
    """

    evolved: AccuracyGenes
    allowed: Allowed
    objectives: tuple[str, ...]

    def __post_init__(self) -> None:
        self._array = array_shape(self.evolved.hardware)
        self._quick = QuickPeripherals(self.evolved.peripherals)
        known = [
            constraint for constraint in self.evolved.settings.parsed_constraints() if not constraint.needs_training
        ]
        self._counted = [constraint for constraint in known if constraint.metric in COUNTED]
        self._simulated = len(known) > len(self._counted)

    def costs(self, genomes: np.ndarray) -> np.ndarray:
        """What genomes (P, genes) can reach of every hardware objective, each for itself, float64 (P, M)."""
        return self._quick.objectives(genomes, self.objectives)

    def features(self, genomes: np.ndarray) -> np.ndarray:
        """What a predictor is told of genomes (P, genes), float64 (P, F)."""
        return accuracy_features(self.evolved.genomes.decode(genomes), self._array)

    def first(self, size: int, generator: np.random.Generator, *, candidates: int) -> np.ndarray:
        """Genomes to be trained while nothing is known, uint8 (at most size, genes).

        The baselines that are allowed, and the designs of most capacity for their EDAP, evenly over its logarithm.
        """
        space = self.evolved.genomes
        references = distinct(baseline_genomes(space, partial(self.evolved.allowed, self.allowed)))
        genomes, edap = np.empty((0, space.genes), dtype=np.uint8), np.empty(0)
        for _ in range(WAVES):
            if len(genomes):
                new = self._children(genomes, candidates // WAVES, generator, fresh=False)
            else:
                half = candidates // WAVES // 2
                new = np.concatenate([draw(space, half, generator) for draw in (homogeneous_genomes, smooth_genomes)])
            genomes = self._possible(np.unique(np.concatenate([genomes, new]), axis=0))
            if self._simulated:
                genomes = genomes[self.evolved.allowed(self.allowed, genomes)]
            if len(genomes):
                edap = self._quick.objectives(genomes, ("edap_pj_ns_um2",))[:, 0]
                score = capacity(space.decode(genomes), self._array, FIRST_TOLERANCE)
                front = moocore.is_nondominated(np.column_stack([edap, -score]), keep_weakly=False)
                genomes, edap = genomes[front], edap[front]
        if len(genomes):
            genomes = genomes[spread(edap, max(size - len(references), 1))]
        return distinct(np.concatenate([references, genomes]))[:size]

    def batch(
        self,
        predictor: AccuracyPredictor,
        planes: list[Plane],
        parents: np.ndarray,
        is_new: Callable[[np.ndarray], np.ndarray],
        generator: np.random.Generator,
        *,
        candidates: int,
        size: int,
        explorers: int,
    ) -> np.ndarray:
        """Genomes to be trained, uint8 (at most size, genes).

        Args:
            predictor: of accuracies.
            planes: one for each hardware objective.
            parents: genomes that the first candidates descend from.
            is_new: genomes (P, genes) -> bool (P,), whether they weren't trained yet.
            generator: of everything random.
            candidates: how many are looked at.
            size: of the batch.
            explorers: of the batch, those of the shortlist of which the predictor knows least.
        """
        shortlist: Candidates | None = None
        for _ in range(WAVES):
            genomes = self._children(parents, candidates // WAVES, generator, fresh=shortlist is None)
            genomes = self._possible(np.unique(genomes[is_new(genomes)], axis=0))
            if shortlist is not None:
                old = {genome.tobytes() for genome in shortlist.genomes}
                genomes = genomes[[genome.tobytes() not in old for genome in genomes]]
            if not len(genomes):
                continue
            found = self._judged(genomes, predictor, planes).best(SHORTLIST)
            if self._simulated:
                found = found.of(np.flatnonzero(self.evolved.allowed(self.allowed, found.genomes)))
            shortlist = found if shortlist is None else shortlist.and_those(found).best(SHORTLIST)
            parents = np.concatenate([parents, shortlist.genomes[:PARENTS]])
        if shortlist is None or not len(shortlist.genomes):
            return np.empty((0, self.evolved.genomes.genes), dtype=np.uint8)
        return shortlist.genomes[self._chosen(shortlist, predictor, planes, size, explorers)]

    def chosen(self, genomes: np.ndarray, predictor: AccuracyPredictor, planes: list[Plane], size: int) -> np.ndarray:
        """Which of given genomes (P, genes) are worth most together, int (at most size,); see `batch`."""
        return self._chosen(self._judged(genomes, predictor, planes), predictor, planes, size, 0)

    def offspring(
        self,
        parents: np.ndarray,
        is_new: Callable[[np.ndarray], np.ndarray],
        generator: np.random.Generator,
        *,
        size: int,
    ) -> np.ndarray:
        """Genomes to be trained where no predictor is trusted, uint8 (at most size, genes); see `batch`."""
        genomes = self._children(parents, DRAWN_FOR_EACH * size, generator, fresh=True)
        genomes = self._possible(np.unique(genomes[is_new(genomes)], axis=0))
        if len(genomes):
            genomes = genomes[self.evolved.allowed(self.allowed, genomes)]
        return generator.permutation(genomes)[:size]

    def _children(self, parents: np.ndarray, count: int, generator: np.random.Generator, *, fresh: bool) -> np.ndarray:
        """Crossed (half of them) and mutated up to `MOST_MUTATIONS` times; in part fresh ones where they are wanted."""
        space = self.evolved.genomes
        pairs = parents[generator.integers(0, len(parents), size=(2, count))]
        crossed = LayerCrossover(space)._do(_NO_PROBLEM, pairs, random_state=generator)[0]
        children = np.where(generator.random((count, 1)) < 0.5, crossed, pairs[0])
        times = generator.integers(1, MOST_MUTATIONS + 1, size=count)
        for mutation in range(MOST_MUTATIONS):
            rows = np.flatnonzero(mutation < times)
            children[rows] = StepMutation(space)._do(_NO_PROBLEM, children[rows], random_state=generator)
        if not fresh:
            return children
        half = round(FRESH_SHARE * count / 2)
        drawn = [draw(space, half, generator) for draw in (homogeneous_genomes, smooth_genomes)]
        return np.concatenate([children[2 * half :], *drawn])

    def _possible(self, genomes: np.ndarray) -> np.ndarray:
        """Those of the genomes whose shape is allowed."""
        if not len(genomes):
            return genomes
        designs = self.evolved.genomes.decode(genomes)
        columns = {"macs": designs.macs().astype(float), "parameters": designs.parameters().astype(float)}
        return genomes[(violations(columns, self._counted) <= 0).all(axis=1)]

    def _judged(self, genomes: np.ndarray, predictor: AccuracyPredictor, planes: list[Plane]) -> Candidates:
        costs = self.costs(genomes)
        predicted = predictor.predict(self.features(genomes))
        return Candidates(genomes, costs, predicted, _worth(costs, predicted.error, predicted.deviation, planes))

    def _chosen(
        self, shortlist: Candidates, predictor: AccuracyPredictor, planes: list[Plane], size: int, explorers: int
    ) -> np.ndarray:
        """Rows of the shortlist, one after the other, each as if those before had been trained as predicted."""
        error, noise = shortlist.predicted.error, shortlist.predicted.noise
        covariance = predictor.covariance(self.features(shortlist.genomes))
        free, chosen = np.ones(len(error), dtype=bool), []
        for position in range(min(size, len(error))):
            deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
            exploring = position >= size - explorers
            worth = deviation if exploring else _worth(shortlist.costs, error, deviation, planes)
            row = int(np.where(free, worth, -np.inf).argmax())
            chosen.append(row)
            free[row] = False
            planes = [
                plane.with_point(cost, error[row]) for plane, cost in zip(planes, shortlist.costs[row], strict=True)
            ]
            # What a training of this design will tell of the others
            told = covariance[row] / (covariance[row, row] + noise[row] ** 2)
            covariance = covariance - covariance[:, row, None] * told
        return np.array(chosen, dtype=int)


def _worth(costs: np.ndarray, error: np.ndarray, deviation: np.ndarray, planes: list[Plane]) -> np.ndarray:
    return np.sum(
        [plane.improvement(cost, error, deviation) for plane, cost in zip(planes, costs.T, strict=True)], axis=0
    )
