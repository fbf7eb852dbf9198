"""An algorithm by itself: asked and told, accuracies by a formula of depths and precisions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.hardware.test_model import MODELS
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.designs import Designs
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.search.algorithms import ALGORITHMS, Task
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import objective_matrix, violations
from xpert_evo.search.records.budget import Budget
from xpert_evo.search.settings import SearchSettings


def formula(designs: Designs) -> np.ndarray:
    """Rewards width and precision."""
    width = np.log2(designs.channels).mean(axis=1) / 9
    bits = designs.adc_bits.mean(axis=1) / 8 * designs.input_bits.mean(axis=1) / 8
    return 0.1 + 0.8 * width * bits**0.3


@dataclass
class Played:
    """What an algorithm asked for, generation by generation."""

    asked: list[Designs] = field(default_factory=list)
    objectives: list[np.ndarray] = field(default_factory=list)
    reports: list[dict] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def keys(self) -> list[set[bytes]]:
        """What accuracy depends on, of every generation's designs."""
        genes = [np.concatenate([d.channels, d.adc_bits, d.input_bits], axis=1) for d in self.asked]
        return [{row.tobytes() for row in rows} for rows in genes]


def make_task(space: SearchSpace, algorithm: str, seed: int = 1, **search) -> Task:
    """What an algorithm is given; by default error and EDAP are its objectives."""
    search.setdefault("objectives", ("error", "edap_pj_ns_um2"))
    settings = SearchSettings(algorithm=algorithm, **search)
    known = [constraint for constraint in settings.parsed_constraints() if not constraint.needs_training]

    def allowed(designs: Designs) -> np.ndarray:
        if not known:
            return np.ones(len(designs), dtype=bool)
        return (violations(hardware_columns(MODELS["chip"], designs), known) <= 0).all(axis=1)

    return Task(space, MODELS["chip"], settings, allowed, seed, Budget.of(settings))


def answers(task: Task, designs: Designs, accuracy=formula) -> tuple[np.ndarray, np.ndarray]:
    """What becomes of designs: objectives and violations, as `Algorithm.tell` takes them."""
    columns = hardware_columns(MODELS["chip"], designs)
    values = accuracy(designs)
    trained = np.isfinite(values) & task.allowed(designs)
    columns["accuracy"] = np.where(trained, values, 0.0)
    columns["error"] = 1 - columns["accuracy"]
    violated = violations(columns, task.settings.parsed_constraints())
    violated = np.column_stack([violated, np.where(trained, -1.0, 1.0)])
    return objective_matrix(columns, task.settings.objectives), violated


@pytest.fixture(scope="module")
def space() -> SearchSpace:
    """The default space with two sharings of five: solving for sharings and types is most of what algorithms do."""
    settings = SpaceSettings(column_sharing=(4, 8))
    return SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)


@pytest.fixture(scope="module")
def play(space) -> Iterator[Callable[..., Played]]:
    """Plays an algorithm for some generations; nan from `accuracy` is a failed training."""

    def run(algorithm: str, generations: int, accuracy=formula, seed: int = 1, **search) -> Played:
        task = make_task(space, algorithm, seed, **search)
        made = ALGORITHMS[algorithm](task)
        played = Played()
        for _ in range(generations):
            designs = made.ask()
            if designs is None:
                break
            objectives, violated = answers(task, designs, accuracy)
            made.tell(objectives, violated)
            played.asked.append(designs)
            played.objectives.append(objectives)
            played.reports.append(made.report())
            played.remarks.append(made.remark())
        return played

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xpert_evo.search.candidates.sampling.CANDIDATES", 1000)  # of a first population
        yield run
