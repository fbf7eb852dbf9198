"""Designs trained for longer than a search trains: which, how, resumed, and where their figures are shown."""

import shutil

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed
from xpert_evo.analysis.report import page
from xpert_evo.design.designs import load_designs
from xpert_evo.errors import InputError
from xpert_evo.search.run_folder import existing_store
from xpert_evo.workflows import search as runs
from xpert_evo.workflows.promotion import promote_run
from xpert_evo.workflows.search import load_run, run_search


@pytest.fixture(autouse=True)
def _short_plotly(monkeypatch):
    monkeypatch.setattr(page, "get_plotlyjs", lambda: "/* plotly.js */")


@pytest.fixture
def no_plots(monkeypatch):
    """They take longer than all the rest."""
    monkeypatch.setattr(runs, "write_plots", lambda run: [])


@pytest.fixture
def run(tmp_path, finished_run):
    return shutil.copytree(finished_run, tmp_path / "run")


@pytest.fixture
def proxies(monkeypatch):
    """The settings of every proxy that is asked for; accuracies are by formula, and two points better after more."""
    asked = []

    class Longer(FormulaEstimator):
        def estimate(self, design, seed):
            result = super().estimate(design, seed)
            return type(result)(min(1.0, result.accuracy + 0.02), result.standard_error, result.images, 0.01)

    def proxy_estimator(problem, *_):
        asked.append(problem.proxy)
        return Longer() if problem.proxy.epochs > 3 else FormulaEstimator()

    monkeypatch.setattr(runs, "proxy_estimator", proxy_estimator)
    return asked


def promotions(run):
    store = existing_store(run)
    try:
        return store.promotions()
    finally:
        store.close()


def test_a_search_promotes_its_most_valuable_designs_and_changes_nothing_else(tmp_path, problem, finished_run, proxies):
    front = run_search(changed(problem, promoted=2, promotion_factor=4), tmp_path / "run")

    assert proxies[-1].epochs == 4 * problem.proxy.epochs and proxies[-1].estimator == "training"
    table = pd.read_csv(tmp_path / "run/promoted.csv", dtype={"id": str})
    assert set(table["baseline"].dropna()) == {"flash", "sar"}
    assert table["baseline"].isna().sum() >= 2 and table["promoted_accuracy"].is_monotonic_decreasing
    assert (table["promoted_epochs"] == 12).all()
    assert len(promotions(tmp_path / "run")) in (2, 3), "both baselines have one accuracy"
    shown = front[front["promoted_accuracy"].notna()]
    assert len(shown) >= 2 and (shown["promoted_standard_error"] > 0).all()
    assert ((shown["promoted_accuracy"] - shown["accuracy"]).abs() < 0.05).all()
    plain = pd.read_csv(finished_run / "front.csv", dtype={"id": str})
    assert plain["promoted_accuracy"].isna().all() and not (finished_run / "promoted.csv").exists()
    columns = [column for column in plain if not column.startswith("promoted")]
    pd.testing.assert_frame_equal(plain[columns], front[columns], check_dtype=False)


def test_a_stopped_promotion_goes_on_with_what_is_missing(tmp_path, run, proxies, no_plots, monkeypatch):
    whole = shutil.copytree(run, tmp_path / "whole")
    promote_run(whole, designs=3)
    estimate, left = FormulaEstimator.estimate, [2]

    def stopping(self, design, seed):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return estimate(self, design, seed)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(FormulaEstimator, "estimate", stopping)
        promote_run(run, designs=3)
    before = promotions(run)
    promote_run(run, designs=3)

    assert len(before) == 2 < len(promotions(run))
    for name in ("front.csv", "promoted.csv"):
        assert (whole / name).read_bytes() == (run / name).read_bytes()


def test_picked_designs_of_a_finished_run_are_promoted(run, proxies, no_plots):
    front = pd.read_csv(run / "front.csv", dtype={"id": str})
    knee = front.loc[front["knee"], "id"].item()

    table = promote_run(run, ["knee", "best-edap@0"], factor=5)

    assert knee in set(table["id"]) and set(table["baseline"].dropna()) == {"flash", "sar"}
    assert (table["promoted_epochs"] == 15).all()
    again = promote_run(run, [knee], factor=5)
    assert len(proxies) == 1 and len(again) == len(table), "nothing was left to be trained"
    longer = promote_run(run, [knee], factor=6)
    assert (longer["promoted_epochs"] == 18).all() and len(longer) < len(table)


def test_figures_are_shown_with_what_they_are(run, proxies):
    promote_run(run, ["knee"], factor=5)
    _, table, baselines = load_run(run)
    text = (run / "report.html").read_text()
    assert "Trained once for 15 epochs" in text and "the flash VGG16" in text
    assert "the same, trained for 15 epochs" in text and "homogeneous VGG16, sar, trained for 15 epochs" in text
    assert ">15 epochs</th>" in text
    assert table.set_index("id").loc[list(baselines.values()), "promoted_accuracy"].notna().all()
    assert (run / "plots/fronts.png").stat().st_size > 20_000


def test_trainings_that_fail_are_recorded_and_show_nothing(run, no_plots, monkeypatch):
    designs = [load_designs(path)[0] for path in sorted((run / "designs").iterdir())]
    other = next(design for design in designs if design.layers[0].channels != 64)  # which the baselines have
    failing = FormulaEstimator(fail_on=other.layers[0].channels)
    monkeypatch.setattr(runs, "proxy_estimator", lambda *_: failing)

    table = promote_run(run, [other.id], factor=5)

    there = promotions(run)
    assert there.loc[there["status"] == "failed", "error"].tolist() == ["RuntimeError: made to fail"]
    assert other.id not in set(table["id"]) and set(table["baseline"].dropna()) == {"flash", "sar"}


def test_nothing_to_promote_is_said(run, tmp_path):
    with pytest.raises(InputError, match="give --pick or --designs"):
        promote_run(run)
    with pytest.raises(InputError, match="--pick nobody"):
        promote_run(run, ["nobody"])
    with pytest.raises(InputError, match="holds no run"):
        promote_run(tmp_path, ["knee"])
    assert promotions(run).empty
