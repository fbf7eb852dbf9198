"""All that a page is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from xpert_evo.analysis.report.predictions import Predictions
from xpert_evo.analysis.report.sensitivity import Sensitivity
from xpert_evo.design.design import Design
from xpert_evo.search.objectives import Plane, plane_of
from xpert_evo.search.settings import DEFAULT_OBJECTIVES


@dataclass(frozen=True)
class Found:
    """What a run found, and how.

    Attributes:
        title: of the page.
        valid_for: what its figures are valid for, in a sentence or two; stands on it once.
        facts: what was searched and how, in words, by heading.
        sentences: what was found; see `analysis.summary.sentences`.
        table, front, baselines: see `analysis.front`.
        network: that was searched, as texts call it.
        designs: id -> design, of those whose genes are known.
        layers: convolutions of a design.
        layers_of: ids -> see `hardware.metrics.breakdown_frame`; None of no ids.
        trained: the rows of `table` that stand for a training each.
        fitted: so many of them its sensitivity is of.
        sensitivity: of their accuracies; None where nothing can be said.
        predictions: None where there are none.
        rounds: what the search's predictor was worth, a row a generation: generation, trainings, rank_correlation and
            its interval, unseen_designs; empty where the algorithm has none.
        history: see `indicators.convergence`; None without a baseline.
        whole: whether the run's store is there: else the page shows what its tables hold, and nothing can be exported.
        objectives: of the search.
    """

    title: str
    valid_for: str
    facts: Mapping[str, Mapping[str, str]]
    sentences: list[str]
    table: pd.DataFrame
    front: pd.DataFrame
    baselines: dict[str, str]
    network: str
    designs: Mapping[str, Design]
    layers: int
    layers_of: Callable[[list[str]], pd.DataFrame | None]
    trained: pd.DataFrame
    fitted: int
    sensitivity: Sensitivity | None
    predictions: Predictions | None
    rounds: pd.DataFrame
    history: pd.DataFrame | None
    whole: bool
    objectives: tuple[str, ...] = DEFAULT_OBJECTIVES

    @property
    def plane(self) -> Plane:
        """The two objectives that the front is shown in."""
        return plane_of(self.objectives)
