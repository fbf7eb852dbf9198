"""What a search's supernet is trained for, and its training: composes the space, the constraints and the estimator."""

from __future__ import annotations

import time

import numpy as np

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.accuracy.estimators.supernet import Supernet
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import QUANTITIES
from xpert_evo.search.algorithms import Task
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.sampling import baselines
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import violations
from xpert_evo.search.progress import Progress
from xpert_evo.search.records.budget import Budget
from xpert_evo.search.settings import Constraint
from xpert_evo.workflows.problem import Problem

SUBNETS = 1000
SIZES = ("macs", "parameters")  # where one of them is bounded, designs have a largest size
_MOVED = 0.2  # share of the genes that are moved by a choice: offspring are less smooth than a first population


def supernet_designs(problem: Problem, hardware: HardwareModel, seed: int) -> tuple[Design, Designs]:
    """The widest network, layer by layer, that a search may ask for, and the designs that its weights are trained for.

    Those are what a large first population would be, genes moved here and there. They fulfil the constraints on metrics
    of the hardware; where none bounds multiply-accumulates or parameters, none of them computes more than the
    homogeneous baseline: the widest networks of the space would take all of the time.

    Raises:
        InputError: the constraints allow no design.
    """
    space = problem.search_space()
    references = baselines(space)
    constraints = [constraint for constraint in problem.search.parsed_constraints() if constraint.metric in QUANTITIES]
    if not any(constraint.metric in SIZES for constraint in constraints):
        constraints.append(Constraint("macs", at_most=True, bound=float(references.macs()[0])))

    def allowed(designs: Designs) -> np.ndarray:
        return np.logical_and.reduce(violations(hardware_columns(hardware, designs), constraints) <= 0, axis=1)

    evolved = AccuracyGenes(space, hardware, problem.search)
    smooth = Task(space, hardware, problem.search, allowed, seed, Budget.of(problem.search)).first(evolved, SUBNETS)
    generator = np.random.default_rng(seed)
    steps = generator.integers(-1, 2, size=smooth.shape) * (generator.random(smooth.shape) < _MOVED)
    moved = np.clip(smooth + steps, 0, evolved.genomes.all_counts - 1)
    genomes = np.where(evolved.allowed(allowed, moved)[:, None], moved, smooth)

    widest = np.maximum(references.channels[0], [space.choices(layer, "channels")[-1] for layer in range(space.layers)])
    baseline = references.design(0)
    layers = [
        layer.model_copy(update={"channels": int(channels)})
        for layer, channels in zip(baseline.layers, widest, strict=True)
    ]
    return baseline.model_copy(update={"layers": tuple(layers)}), evolved.genomes.decode(genomes)


def prepare(estimator: Estimator, progress: Progress) -> float:
    """Trains what an estimator's designs share, before any of them is scored; returns the seconds that it took.

    Workers find the trained weights in the run's folder, and so does a run that goes on.

    Raises:
        InputError: the training diverged.
    """
    if not isinstance(estimator, Supernet):
        return 0.0
    began, known = time.monotonic(), -1

    def on_steps(done: int) -> None:
        nonlocal known
        if known < 0:
            progress.begin("supernet", estimator.steps, done=done, of="steps")
        else:
            progress.advance(done - known)
        known = done

    try:
        estimator.prepare(on_steps)
    except FloatingPointError as error:
        rate = estimator.settings.learning_rate
        raise InputError(f"proxy.learning_rate: {rate} makes the supernet diverge; a lower one is wanted") from error
    return time.monotonic() - began
