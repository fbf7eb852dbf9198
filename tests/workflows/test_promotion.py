"""Designs trained for longer than a search trains: which, how, resumed, and where their figures are shown."""

import shutil

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed, found
from xpert_evo.analysis import style
from xpert_evo.design.design_files import load_designs
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.promotion import longer_problem, promote_designs, promote_run
from xpert_evo.workflows.results import load_run, write_tables
from xpert_evo.workflows.search import run_search


@pytest.fixture
def run(tmp_path, finished_run):
    return shutil.copytree(finished_run, tmp_path / "run")


def promotions(run):
    store = existing_store(run)
    try:
        return store.promotions()
    finally:
        store.close()


def test_longer_trainings_are_of_the_designs_own_weights(problem):
    problem = problem.with_proxy(estimator="supernet", epochs=3, float_epochs=1)

    longer = longer_problem(problem, 4).proxy

    assert (longer.estimator, longer.epochs, longer.float_epochs) == ("training", 12, 4)
    assert longer.model_copy(update={"estimator": "supernet", "epochs": 3, "float_epochs": 1}) == problem.proxy


def test_a_search_promotes_its_most_valuable_designs_and_changes_nothing_else(
    tmp_path, problem, finished_run, estimator
):
    promoting = changed(problem, promoted=2, promotion_factor=4)
    front = found(promoting, tmp_path / "run", estimator=estimator)

    assert estimator.factors == [4]
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


def test_an_estimator_that_cannot_train_longer_is_refused(tmp_path, problem, estimator):
    class Fixed:
        def estimate(self, design, seed):
            return estimator.estimate(design, seed)

    with pytest.raises(InputError, match=r"search.promoted: 2, but the given estimator has no method `longer`"):
        run_search(changed(problem, promoted=2), tmp_path / "run", estimator=Fixed())
    assert not (tmp_path / "run").exists()


def test_a_stopped_promotion_goes_on_with_what_is_missing(tmp_path, run, estimator):
    whole = shutil.copytree(run, tmp_path / "whole")
    promote_designs(whole, designs=3, estimator=estimator)

    with pytest.raises(KeyboardInterrupt):
        promote_designs(run, designs=3, estimator=FormulaEstimator(interrupt_after=2))
    before = promotions(run)
    promote_designs(run, designs=3, estimator=estimator)

    assert len(before) == 2 < len(promotions(run))
    for folder in (whole, run):
        write_tables(folder)
    for name in ("front.csv", "promoted.csv"):
        assert (whole / name).read_bytes() == (run / name).read_bytes()


def test_picked_designs_of_a_finished_run_are_promoted(run, estimator):
    front = pd.read_csv(run / "front.csv", dtype={"id": str})
    knee = front.loc[front["knee"], "id"].item()

    table = promote_designs(run, ["knee", "best-edap@0"], factor=5, estimator=estimator)

    assert knee in set(table["id"]) and set(table["baseline"].dropna()) == {"flash", "sar"}
    assert (table["promoted_epochs"] == 15).all()
    again = promote_designs(run, [knee], factor=5, estimator=estimator)
    assert estimator.factors == [5] and len(again) == len(table), "nothing was left to be trained"
    longer = promote_designs(run, [knee], factor=6, estimator=estimator)
    assert (longer["promoted_epochs"] == 18).all() and len(longer) < len(table)


def test_figures_are_shown_with_what_they_are(run, estimator, monkeypatch):
    monkeypatch.setattr(  # of its six pictures one is looked at
        "xpert_evo.analysis.pictures.save",
        lambda figure, path: style.save(figure, path) if "fronts" in path.stem else None,
    )
    promote_run(run, ["knee"], factor=5, estimator=estimator)
    read = load_run(run)
    table, baselines = read.table, read.baselines
    text = (run / "report.html").read_text()
    assert "Trained once for 15 epochs" in text and "the flash VGG16" in text
    assert "proxy accuracy, 15 epochs (%)" in text
    assert table.set_index("id").loc[list(baselines.values()), "promoted_accuracy"].notna().all()
    assert (run / "plots/fronts.png").stat().st_size > 20_000


def test_trainings_that_fail_are_recorded_and_show_nothing(run):
    designs = [load_designs(path)[0] for path in sorted((run / "designs").iterdir())]
    other = next(design for design in designs if design.layers[0].channels != 64)  # which the baselines have
    failing = FormulaEstimator(fail_on=other.layers[0].channels)

    table = promote_designs(run, [other.id], factor=5, estimator=failing)

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
