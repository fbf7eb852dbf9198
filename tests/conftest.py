"""Shared by all tests: a search whose accuracies cost nothing, so that runs end in a second."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.design import Design
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.workflows.problem import Problem

IMAGES = 1000


@dataclass
class FormulaEstimator:
    """Accuracy by a formula that rewards width and precision, with noise from the seed.

    Attributes:
        fail_on: fails where a design's first layer has so many channels.
        interrupt_after: raises KeyboardInterrupt in place of the next estimate, as Ctrl-C does.
        bonus: added to every accuracy.
        asked: seeds asked for, in order.
        factors: asked for by trainings for longer.
    """

    fail_on: int | None = None
    interrupt_after: int | None = None
    bonus: float = 0.0
    asked: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        if self.interrupt_after is not None and len(self.asked) >= self.interrupt_after:
            raise KeyboardInterrupt
        self.asked.append(seed)
        if design.layers[0].channels == self.fail_on:
            raise RuntimeError("made to fail")
        width = np.mean(np.log2(design.gene("channels"))) / 9
        bits = np.mean(design.gene("adc_bits")) / 8 * np.mean(design.gene("input_bits")) / 8
        noise = int(hashlib.sha256(str(seed).encode()).hexdigest()[:4], 16) / 2**16
        accuracy = float(np.clip(0.1 + 0.8 * width * bits**0.3 + 0.02 * noise + self.bonus, 0, 1))
        return AccuracyEstimate(accuracy, (accuracy * (1 - accuracy) / IMAGES) ** 0.5, IMAGES, 0.01)

    def longer(self, factor: int) -> FormulaEstimator:
        """Two points better; what is set here holds there, and what is asked there is known here."""
        self.factors.append(factor)
        return replace(self, bonus=0.02)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory) -> Iterator[None]:
    """Decoded images are kept where no other test run, nor the user, keeps any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def estimator() -> FormulaEstimator:
    """For `run_search`, in place of proxy training."""
    return FormulaEstimator()


def small_problem() -> Problem:
    """A small search on digits."""
    return Problem.model_validate(
        {
            "format": "xpert-evo/problem-1",
            "dataset": "digits",
            "proxy": {"train_images": 1000, "validation_images": 300},
            "search": {
                "population": 12,
                "offspring": 8,
                "trainings": 40,
                "confirm_seeds": 2,
                "surrogate": {"batch": 8, "candidates": 1000},
            },
        }
    )


@pytest.fixture
def problem() -> Problem:
    """A small search on digits."""
    return small_problem()


@pytest.fixture
def plain(problem) -> Problem:
    """The same by the quickest algorithm and with fewer trainings, for what no algorithm has a part in."""
    content = problem.model_dump(mode="json", exclude_none=True)
    content["search"] |= {"algorithm": "nsga2", "population": 8, "offspring": 6, "trainings": 24, "rivals": 0}
    return Problem.model_validate(content)


@pytest.fixture
def few_candidates(monkeypatch) -> None:
    """First populations are chosen among fewer designs, whose costs take longer than the rest of a small search."""
    monkeypatch.setattr("xpert_evo.search.candidates.sampling.CANDIDATES", 200)


@pytest.fixture
def without_pictures(monkeypatch) -> None:
    """None where a search ends, empty files elsewhere: for tests that look at none, as drawing takes longest of all."""

    def empty(*drawn: Any) -> None:
        path = drawn[-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    monkeypatch.setattr("xpert_evo.workflows.report.write_plots", lambda run: [])
    for name in ("analysis.pictures.save", "export.folder.breakdown_picture"):
        monkeypatch.setattr(f"xpert_evo.{name}", empty)


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory) -> Path:
    """The folder of a search by the default algorithm that has ended, seed 1, without its pictures; to be read only."""
    from xpert_evo.workflows.report import write_report
    from xpert_evo.workflows.results import write_tables
    from xpert_evo.workflows.search import evolve

    out = tmp_path_factory.mktemp("finished") / "run"
    evolve(small_problem(), out, estimator=FormulaEstimator())
    write_tables(out)
    write_report(out)
    return out


@pytest.fixture
def space() -> SearchSpace:
    """The default space for 32 x 32 RGB images and ten classes."""
    return SearchSpace.build(SpaceSettings(), network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
