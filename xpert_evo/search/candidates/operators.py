"""Crossover and mutation that know what a gene is: which layer and which kind it belongs to."""

import numpy as np
from pymoo.core.crossover import Crossover
from pymoo.core.mutation import Mutation

from xpert_evo.design.genes import GENES
from xpert_evo.design.space import SearchSpace

TYPE_COLUMN = GENES.index("adc_type")
ARRAY_PROBABILITY = 0.1  # of a mutation to move a chip-level gene


class LayerCrossover(Crossover):
    """Two parents swap a run of layers, or whole gene profiles (such as all ADC precisions), half and half.

    Neighbouring layers are costed and trained together, and a profile of one gene over the layers is a
    building block of its own: both survive.
    """

    def __init__(self, space: SearchSpace, prob: float = 0.9) -> None:
        super().__init__(n_parents=2, n_offsprings=2, prob=prob)
        self.space = space

    def _do(self, problem, X, *args, random_state: np.random.Generator, **kwargs) -> np.ndarray:
        _, matings, _ = X.shape
        layers = self.space.layers
        cuts = np.sort(random_state.integers(0, layers + 1, size=(matings, 2)), axis=1)
        number = np.arange(layers)
        in_run = (number >= cuts[:, :1]) & (number < cuts[:, 1:])
        genes = len(self.space.layer_genes)
        in_profile = random_state.random((matings, genes)) < 0.5
        by_layers = random_state.random(matings) < 0.5
        swap = np.where(by_layers[:, None, None], in_run[:, :, None], in_profile[:, None, :])
        swap = np.broadcast_to(swap, (matings, layers, genes)).reshape(matings, -1)
        swap_array = random_state.random((matings, len(self.space.array))) < 0.5
        swap = np.concatenate([swap, swap_array], axis=1)
        return np.stack([np.where(swap, X[1], X[0]), np.where(swap, X[0], X[1])])


class StepMutation(Mutation):
    """Moves genes to a neighbouring choice: single genes, or one gene along a run of layers.

    Ordinal genes move one choice up or down; the ADC type changes, to one beside it in a circle where there
    are several others. Half of the mutations move a run of layers together, which keeps profiles smooth; the
    others move `points` single genes on average, at least one.
    """

    def __init__(self, space: SearchSpace, points: float = 2.0) -> None:
        super().__init__(prob=1.0)
        self.space = space
        self.points = points

    def _do(self, problem, X, *args, random_state: np.random.Generator, **kwargs) -> np.ndarray:
        count = len(X)
        layers, genes = self.space.counts.shape
        genomes = X[:, : layers * genes].astype(np.int64).reshape(count, layers, genes)
        free = self.space.counts > 1
        arrays = self._arrays(X[:, layers * genes :].astype(np.int64), random_state)
        if not free.any():
            return np.concatenate([X[:, : layers * genes], arrays.astype(X.dtype)], axis=1)
        moved = self._points(count, free, random_state)
        runs = self._runs(count, free, random_state)
        as_run = (random_state.random(count) < 0.5)[:, None, None]
        moved = np.where(as_run, runs, moved)
        # One direction for a whole run; a move past the end of the choices turns round.
        direction = np.where(random_state.random((count, layers, genes)) < 0.5, 1, -1)
        common = np.where(random_state.random((count, 1, 1)) < 0.5, 1, -1)
        direction = np.where(as_run, common, direction)
        step = direction * moved
        target = genomes + step
        outside = (target < 0) | (target >= self.space.counts)
        target = np.where(outside, np.where(as_run, genomes, genomes - step), target)
        target = np.clip(target, 0, self.space.counts - 1)
        other_type = (genomes + direction)[:, :, TYPE_COLUMN] % self.space.counts[:, TYPE_COLUMN]
        target[:, :, TYPE_COLUMN] = np.where(moved[:, :, TYPE_COLUMN], other_type, genomes[:, :, TYPE_COLUMN])
        return np.concatenate([target.reshape(count, -1), arrays], axis=1).astype(X.dtype)

    def _arrays(self, positions: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Chip-level genes change less often than a layer's, since all layers feel it: each by one choice."""
        moved = generator.random(positions.shape) < ARRAY_PROBABILITY
        target = positions + np.where(moved, np.where(generator.random(positions.shape) < 0.5, 1, -1), 0)
        return np.clip(target, 0, self.space.array_counts - 1)

    def _points(self, count: int, free: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        moved = (generator.random((count, *free.shape)) < self.points / free.sum()) & free
        positions = np.argwhere(free)
        certain = positions[generator.integers(0, len(positions), size=count)]
        moved[np.arange(count), certain[:, 0], certain[:, 1]] = True
        return moved

    def _runs(self, count: int, free: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        layers, _ = free.shape
        columns = np.flatnonzero(free.any(axis=0))
        column = generator.choice(columns, size=count)
        cuts = np.sort(generator.integers(0, layers + 1, size=(count, 2)), axis=1)
        cuts[:, 1] = np.maximum(cuts[:, 1], cuts[:, 0] + 1)
        number = np.arange(layers)
        in_run = (number >= cuts[:, :1]) & (number < cuts[:, 1:])
        chosen = np.arange(free.shape[1]) == column[:, None]
        return in_run[:, :, None] & chosen[:, None, :] & free
