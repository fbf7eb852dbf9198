"""Evaluates genomes: hardware at once, accuracy from the store or by training, both into the store."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.texts import design_ids, design_texts
from xpert_evo.errors import InputError, MachineError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.figures import Extra, hardware_columns
from xpert_evo.search.growing_front import GrowingFront
from xpert_evo.search.keys import accuracy_keys
from xpert_evo.search.objectives import objective_matrix, plane_of, violations
from xpert_evo.search.progress import Progress
from xpert_evo.search.records.accuracies import LOST, StoredAccuracy
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.search.records.store import Store
from xpert_evo.search.settings import SearchSettings
from xpert_evo.search.workers.base import Workers
from xpert_evo.search.workers.retries import Source
from xpert_evo.search.workers.tasks import AccuracyTask

MOST_LOST_IN_A_ROW = 3  # after that it is the machine and no accident
UNTRAINED_ERROR = 1.0  # stands where no training was done or it failed; such designs are infeasible as well


def accuracy_key(design: Design) -> str:
    """What determines a design's accuracy within a run, as text: depths, ADC and input precisions, its own array."""
    return accuracy_keys(stack([design]))[0]


def training_seed(run_seed: int, key: str, replicate: int) -> int:
    """The seed of one training, from the run and the design's depths: 62 bits of a SHA-256.

    Precisions don't enter: designs of the same depths start from the same weights and see the images in the same
    order, so that they differ by their precisions more than by chance.
    """
    depths = key.split("|")[0]
    digest = hashlib.sha256(f"{run_seed}:{depths}:{replicate}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 2


@dataclass
class Evaluator:
    """Evaluates batches of designs for one run.

    Attributes:
        trainings: distinct accuracy keys asked for so far, trained now or found in the store.
        evaluated: ids of the designs evaluated so far, in order.
        extra: figures that the settings name beside the store's metrics.
        front: of the run's plane so far, see `objectives.plane_of`.
        any_accuracy: whether a design has one so far.
        confirming: trains the front again with fresh seeds; `workers` where it is None.
        waited_seconds: for accuracies; the rest of a search's time is its overhead.
        counts: for how much of what the progress is counted in a training stands.
    """

    hardware: HardwareModel
    settings: SearchSettings
    store: Store
    workers: Workers
    progress: Progress
    seed: int
    confirming: Workers | None = None
    extra: Extra = field(default_factory=dict)
    trainings: set[str] = field(default_factory=set)
    evaluated: dict[str, int] = field(default_factory=dict)
    front: GrowingFront = field(default_factory=GrowingFront)
    any_accuracy: bool = False
    waited_seconds: float = 0.0
    counts: int = 1
    _lost_in_a_row: int = 0
    _same_functions: bool = False

    def allowed(self, designs: Designs) -> np.ndarray:
        """Whether the constraints that need no training hold, bool (P,)."""
        if all(constraint.needs_training for constraint in self.settings.parsed_constraints()):
            return np.ones(len(designs), dtype=bool)
        return self._allowed(hardware_columns(self.hardware, designs, self.extra))

    def evaluate(
        self, designs: Designs, generation: int, *, train_all: bool = False, beside: Designs | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Objectives (P, M) and constraint violations (P, C + 1) of a batch.

        The last constraint is violated by designs without an accuracy: those whose hardware constraints
        fail are not trained (unless `train_all`), and those whose training failed.

        Args:
            beside: the batch that will be asked for next, whose trainings needn't wait for the end of this one's.
        """
        ids, keys = design_ids(designs), accuracy_keys(designs)
        designs = replace(designs, ids=ids)
        numbers = [self.evaluated.setdefault(identity, len(self.evaluated)) for identity in ids]
        metrics, fresh = self._metrics(designs, numbers)
        columns = dict(zip((*METRIC_COLUMNS, *self.extra), metrics.T, strict=True))
        allowed = self._allowed(columns) | train_all
        wanted = {key: row for row, (key, train) in enumerate(zip(keys, allowed, strict=True)) if train}
        found = self.store.accuracies_of(list(wanted))
        known = {key: result for key, result in found.items() if result.ok}
        others = {key: designs.design(row) for key, row in wanted.items() if key not in known}
        ahead = self._untrained(beside) if beside is not None else {}
        known |= {key: result for (key, _), result in self.accuracies(ahead | others, replicates=(0,)).items()}
        lost = [known[key] for key in wanted if known[key].status == LOST]
        if lost and train_all:
            raise MachineError(f"a baseline, which all is held against, was {lost[0].error}")
        self.trainings |= set(wanted)

        results = [known.get(key) if train else None for key, train in zip(keys, allowed, strict=True)]
        accuracies = [result.accuracy if result and result.ok else None for result in results]
        trained = np.array([accuracy is not None for accuracy in accuracies], dtype=bool)
        columns["accuracy"] = np.array([1 - UNTRAINED_ERROR if a is None else a for a in accuracies])
        columns["error"] = 1 - columns["accuracy"]
        violated = violations(columns, self.settings.parsed_constraints())
        violated = np.column_stack([violated, np.where(trained, -1.0, 1.0)])
        feasible = np.logical_and.reduce(violated <= 0, axis=1)
        if len(fresh):
            self.store.add_evaluations(
                [numbers[row] for row in fresh],
                generation=generation,
                ids=[ids[row] for row in fresh],
                accuracy_keys=[keys[row] for row in fresh],
                feasible=feasible[fresh],
                designs=design_texts(designs[fresh]),
                metrics=metrics[fresh, : len(METRIC_COLUMNS)],
                extra={name: columns[name][fresh] for name in self.extra},
            )
        self.any_accuracy |= bool(trained.any())
        self.front.add(objective_matrix(columns, plane_of(self.settings.objectives))[feasible])
        return objective_matrix(columns, self.settings.objectives), violated

    def shorter(self, designs: Designs, epochs: int, generation: int) -> np.ndarray:
        """Accuracies of designs that are trained for so many epochs alone, (P,); nan where none came of it.

        Raises:
            MachineError: all of several trainings one after the other were lost to the machine.
        """
        keys = accuracy_keys(designs)
        known = self.store.shorter_of(keys, epochs)
        new = {key: designs.design(row).named() for row, key in enumerate(keys) if key not in known}
        tasks = [AccuracyTask(key, 0, each, training_seed(self.seed, key, 0), epochs) for key, each in new.items()]
        began, found = time.monotonic(), list[StoredAccuracy]()
        try:
            for result in self.workers.run(_longest_first(tasks)):
                self.store.add_shorter(epochs, generation, result)
                self.progress.trained(result, epochs)
                found.append(result)
        finally:
            self.waited_seconds += time.monotonic() - began
        self._count_lost(found)
        known |= {result.key: result for result in found}
        accuracies = [known[key].accuracy if known[key].ok else None for key in keys]
        return np.array([np.nan if accuracy is None else accuracy for accuracy in accuracies], dtype=float)

    def _untrained(self, designs: Designs) -> dict[str, Design]:
        """Of a batch those that may be trained and have no accuracy yet, by its key."""
        keys, allowed = accuracy_keys(designs), self.allowed(designs)
        found = self.store.accuracies_of(list(keys))
        rows = {key: row for row, (key, may) in enumerate(zip(keys, allowed, strict=True)) if may and key not in found}
        return {key: designs.design(row).named() for key, row in rows.items()}

    def training_of(self, designs: Designs) -> AccuracyTask | None:
        """The training that designs of one accuracy key are evaluated by; None where none is needed or it was done."""
        (key,) = set(accuracy_keys(designs))
        if not self.allowed(designs).any() or self.store.accuracy(key, 0) is not None:
            return None
        return AccuracyTask(key, 0, designs.design(0).named(), training_seed(self.seed, key, 0))

    def was_lost(self, designs: Designs) -> bool:
        """Whether the machine gave no answer to the training of designs of one accuracy key."""
        found = self.store.accuracy(accuracy_keys(designs)[0], 0)
        return found is not None and found.status == LOST

    def stream(self, source: Source) -> Iterator[StoredAccuracy]:
        """What the workers find out of what a source gives, in the store before it is heard of.

        Raises:
            MachineError: several trainings one after the other were lost to the machine.
        """
        choosing = 0.0

        def timed(free: int) -> Sequence[AccuracyTask]:
            nonlocal choosing
            began = time.monotonic()
            tasks = source(free)
            choosing += time.monotonic() - began
            return tasks

        results = self.workers.stream(timed)
        while True:
            began, choosing = time.monotonic(), 0.0
            result = next(results, None)
            self.waited_seconds += time.monotonic() - began - choosing
            if result is None:
                return
            self._keep(result)
            self._count_lost([result])
            yield result

    def accuracies(
        self, designs: dict[str, Design], replicates: Sequence[int], workers: Workers | None = None
    ) -> dict[tuple[str, int], StoredAccuracy]:
        """Accuracies of designs by key, for every replicate, from the store or by training (by `workers` if given).

        Raises:
            MachineError: all of several trainings one after the other were lost to the machine.
        """
        known, tasks = {}, []
        for replicate in replicates:
            for key, design in designs.items():
                stored = self.store.accuracy(key, replicate)
                if stored is not None:
                    known[(key, replicate)] = stored
                else:
                    seed = training_seed(self.seed, key, replicate)
                    tasks.append(AccuracyTask(key, replicate, design, seed))
        began, found = time.monotonic(), list[StoredAccuracy]()
        try:
            for result in (workers or self.workers).run(_longest_first(tasks)):
                self._keep(result)
                known[(result.key, result.replicate)] = result
                found.append(result)
        finally:
            self.waited_seconds += time.monotonic() - began
        self._count_lost(found)
        return known

    def _keep(self, result: StoredAccuracy) -> None:
        self.store.add_accuracy(result)
        self.progress.trained(result, self.counts)

    def _count_lost(self, results: Sequence[StoredAccuracy]) -> None:
        """Of those in a row; of a batch the lost ones come last, so that only all of one tell of the machine."""
        if not results:
            return
        all_lost = all(result.status == LOST for result in results)
        self._lost_in_a_row = self._lost_in_a_row + len(results) if all_lost else 0
        if self._lost_in_a_row >= MOST_LOST_IN_A_ROW:
            raise MachineError(f"{self._lost_in_a_row} trainings one after the other were {results[-1].error}")

    def _allowed(self, columns: dict[str, np.ndarray]) -> np.ndarray:
        hardware_only = [c for c in self.settings.parsed_constraints() if not c.needs_training]
        return np.logical_and.reduce(violations(columns, hardware_only) <= 0, axis=1)

    def _metrics(self, designs: Designs, numbers: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Metrics of a batch, float64 (P, metrics), and the rows whose evaluations the store doesn't hold yet.

        What was evaluated before has the metrics that were written then, whether it is met again or replayed.
        """
        metrics = self.store.metrics_of(numbers, designs.ids, tuple(self.extra))
        new = np.isnan(metrics[:, 0])
        if new.any() or (self.extra and not self._same_functions):
            columns = hardware_columns(self.hardware, designs, self.extra)
            self._require_same_functions(columns, metrics, designs.ids, ~new)
            metrics[new] = np.stack([columns[name] for name in (*METRIC_COLUMNS, *self.extra)], axis=1)[new]
        first = {number: row for row, number in reversed(list(enumerate(numbers)))}
        return metrics, np.array([row for row in sorted(first.values()) if new[row]], dtype=int)

    def _require_same_functions(
        self, columns: dict[str, np.ndarray], metrics: np.ndarray, ids: tuple[str, ...], known: np.ndarray
    ) -> None:
        """Looks, at the first batch, whether functions give what the run holds of them.

        Raises:
            InputError: one gives something else.
        """
        if self._same_functions:
            return
        self._same_functions = True
        for name, stored in zip(self.extra, metrics[:, len(METRIC_COLUMNS) :].T, strict=True):
            differ = np.flatnonzero(known & ~np.isclose(columns[name], stored, rtol=1e-6, atol=0))
            if len(differ):
                row = differ[0]
                raise InputError(
                    f"{self.store.path}: {name} of {ids[row]} was {stored[row]:g} and is {columns[name][row]:g} now; a "
                    "run goes on with its own functions"
                )


def _longest_first(tasks: Sequence[AccuracyTask]) -> list[AccuracyTask]:
    """The workers then end a batch nearly together."""
    return sorted(tasks, key=lambda task: stack([task.design]).macs()[0], reverse=True)
