"""The command line takes no estimator: here one takes the place of every proxy."""

import pytest

from tests.conftest import FormulaEstimator


@pytest.fixture
def estimator(monkeypatch) -> FormulaEstimator:
    """Takes the place of proxy training in `search` and `promote`."""
    formula = FormulaEstimator()
    for workflow in ("search", "promotion"):
        monkeypatch.setattr(f"xpert_evo.workflows.{workflow}.proxy_estimator", lambda *_, **__: formula)
    return formula


@pytest.fixture
def without_pictures(monkeypatch) -> None:
    """What ends in a run's folder takes longer than the search itself; for tests of what a command says."""
    monkeypatch.setattr("xpert_evo.workflows.report.write_plots", lambda run: [])
