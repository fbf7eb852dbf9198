"""A finished run that pages go on from, whose accuracies cost nothing."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import FormulaEstimator, small_problem
from xpert_evo.workflows.results import write_tables
from xpert_evo.workflows.search import evolve


def write_run(out: Path) -> None:
    """Searches into a folder, with accuracies as high as those on digits."""
    problem = small_problem()
    few = problem.search.model_copy(update={"trainings": 16, "confirm_seeds": 1})
    evolve(problem.model_copy(update={"search": few}), out, estimator=FormulaEstimator(bonus=0.2))
    write_tables(out)
