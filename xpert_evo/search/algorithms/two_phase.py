"""The two phases of XPert (Moitra et al., DAC 2023), on the same simulator, store and outputs as all algorithms.

The first searches channel depths, column sharings and ADC types for the lowest latency within a window of areas, at the
baseline's precisions, error being the other objective. The fastest network whose accuracy is near the best one's is
kept; the second searches its ADC and input precisions for the run's own objectives. XPert holds accuracy by a score of
the untrained network; here the proxy's accuracy does it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ARRAY_GENES
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.search.algorithms.base import Task, accuracies
from xpert_evo.search.algorithms.genetic import Genetic
from xpert_evo.search.candidates.evolved import AllGenes
from xpert_evo.search.candidates.nsga2 import Nsga2
from xpert_evo.search.evaluation import UNTRAINED_ERROR

BASELINE_PRECISIONS = {"adc_bits": 6, "input_bits": 8, "weight_bits": 8}
ATTEMPTS = 100  # generations in a row without a design in the window before the first phase ends


class TwoPhase:
    """The algorithm `two-phase`."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._first: FirstPhase | None = FirstPhase(task)
        self._second: Genetic | None = None

    def ask(self) -> Designs | None:
        if self._first is not None:
            designs = self._first.ask()
            if designs is not None:
                return designs
            network = self._first.network()
            self._first = None
            if network is not None:
                self._second = _second_phase(self._task, network)
        return None if self._second is None else self._second.ask()

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        phase = self._first or self._second
        assert phase is not None
        phase.tell(objectives, violations)

    def report(self) -> dict[str, float]:
        return {"phase": 1 if self._first else 2}

    def remark(self) -> str:
        return f"; phase {1 if self._first else 2} of 2"


class FirstPhase:
    """Latency and error of designs of the wanted area, precisions being given."""

    def __init__(self, task: Task) -> None:
        self._task, self._settings = task, task.settings.two_phase
        self._evolved = AllGenes(task.space.frozen(BASELINE_PRECISIONS), task.hardware, task.settings)
        try:
            first = replace(task, allowed=self._fits).first(self._evolved, task.affordable(task.settings.population))
        except InputError as error:
            window = f"{self._settings.area_um2:g} um2 +- {100 * self._settings.tolerance:g} %"
            raise InputError(f"search.two_phase.area_um2: no allowed design of {window} was found") from error
        self._nsga2 = Nsga2(
            self._evolved.genomes,
            first,
            objectives=2,
            constraints=len(task.settings.constraints) + 2,
            population=task.settings.population,
            offspring=task.settings.offspring,
            seed=task.seed,
        )
        self._genomes, self._inside = np.empty((0, self._evolved.genomes.genes), dtype=int), np.empty(0, dtype=bool)
        self._trained: set[bytes] = set()  # channel depths
        # Of all designs that were evaluated: genome, log10 of latency, accuracy (nan if none), whether it is feasible
        self._found: list[tuple[np.ndarray, float, float, bool]] = []

    def ask(self) -> Designs | None:
        """None where the phase's share of trainings is spent or nothing new is found."""
        if len(self._trained) >= self._settings.share * self._task.budget.trainings:
            return None
        for _ in range(ATTEMPTS):
            genomes = self._nsga2.ask()
            if genomes is None:
                return None
            designs = self._evolved.genomes.decode(genomes)
            self._genomes, self._inside = genomes, self._fits(designs)
            if self._inside.any():
                inside = designs[np.flatnonzero(self._inside)]
                self._trained |= {channels.tobytes() for channels in inside.channels}
                return inside
            self._answer(np.empty(0), np.empty((0, len(self._task.settings.constraints) + 1)))
        return None

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        accuracy = accuracies(self._task, objectives, violations)
        latency = self._log_latency(self._genomes[self._inside])
        feasible = np.asarray((violations <= 0).all(axis=1))
        self._found += zip(self._genomes[self._inside], latency, accuracy, feasible, strict=True)
        self._answer(accuracy, violations)

    def network(self) -> Designs | None:
        """The fastest design whose accuracy lacks at most the slack of the best one's; None without accuracies."""
        found = [entry for entry in self._found if np.isfinite(entry[2])]
        found = [entry for entry in found if entry[3]] or found
        if not found:
            return None
        best = max(accuracy for _, _, accuracy, _ in found)
        near = [entry for entry in found if entry[2] >= best - self._settings.slack]
        genome = min(near, key=lambda entry: entry[1])[0]
        return self._evolved.genomes.decode(genome[None])

    def _fits(self, designs: Designs) -> np.ndarray:
        return (self._beyond_window(designs) <= 0) & self._task.allowed(designs)

    def _beyond_window(self, designs: Designs) -> np.ndarray:
        area = self._task.hardware.evaluate(designs).area_um2
        return np.abs(area / self._settings.area_um2 - 1) - self._settings.tolerance

    def _log_latency(self, genomes: np.ndarray) -> np.ndarray:
        return np.log10(self._task.hardware.evaluate(self._evolved.genomes.decode(genomes)).latency_ns)

    def _answer(self, accuracy: np.ndarray, violations: np.ndarray) -> None:
        """Tells of all genomes of a generation: those outside the window were not trained."""
        designs = self._evolved.genomes.decode(self._genomes)
        error = np.full(len(designs), UNTRAINED_ERROR)
        error[self._inside] = np.where(np.isfinite(accuracy), 1 - accuracy, UNTRAINED_ERROR)
        violated = np.ones((len(designs), violations.shape[1]))
        violated[self._inside] = violations
        self._nsga2.tell(
            self._genomes,
            np.column_stack([self._log_latency(self._genomes), error]),
            np.column_stack([violated, self._beyond_window(designs)]),
        )


def _second_phase(task: Task, network: Designs) -> Genetic:
    """NSGA-II over the precisions of a network and its peripherals, which stay as they are."""
    fixed = {gene: getattr(network, gene)[0] for gene in ("channels", "column_sharing", "adc_type")}
    space: SearchSpace = task.space.frozen(fixed)
    if network.arrays is not None:
        chosen = dict(zip(ARRAY_GENES, network.arrays[0].tolist(), strict=True))
        space = replace(space, array={gene: (chosen[gene],) for gene in space.array})
    return Genetic(task, AllGenes(space, task.hardware, task.settings))
