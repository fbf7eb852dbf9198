"""Estimators of a user's own: by name from a problem file, in worker processes, and which one a run was made with."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows import own
from xpert_evo.workflows.plots import pictured
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, write_tables
from xpert_evo.workflows.search import evolve

MINE = """
from xpert_evo.accuracy.estimators.base import AccuracyEstimate


class Formula:
    def estimate(self, design, seed):
        return AccuracyEstimate(sum(design.gene("adc_bits")) / 200, 0.01, 1000, 0.0)


class Table:
    identity = "2026-11"

    def estimate(self, design, seed):
        return AccuracyEstimate(0.5, 0.01, 1000, 0.0)


class Broken:
    def __init__(self, path):
        self.path = path


nothing = dict
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The name of a module in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "brought_by_a_user.py").write_text(MINE)
    yield "brought_by_a_user"
    sys.modules.pop("brought_by_a_user", None)


@dataclass
class Whole:
    """Gives its `identity`, and so tells two of a class apart."""

    identity: str

    def estimate(self, design, seed):
        return AccuracyEstimate(0.5, 0.01, 1000, 0.0)


def by(problem, name):
    return problem.with_proxy(estimator=name)


def test_a_file_names_an_estimator_that_workers_import(tmp_path, module, plain):
    few = by(changed(plain, trainings=6, confirm_seeds=1), f"{module}:Formula")

    evolve(few, tmp_path / "run", resources=Resources(workers=2))

    front = write_tables(tmp_path / "run")
    assert set(front["estimator"]) == {f"{module}:Formula"} and front["repeats"].max() == 1
    found = load_run(tmp_path / "run")
    design = found.designs(found.table[:1])[0]
    assert found.table["accuracy"].iloc[0] == pytest.approx(sum(design.gene("adc_bits")) / 200)


def test_a_run_goes_on_with_its_own_estimator_alone(tmp_path, plain):
    few = changed(plain, trainings=6, confirm_seeds=0)
    evolve(few, tmp_path / "run", estimator=Whole("a"))
    for other, name in (
        (Whole("b"), r"test_own:Whole\(b\)"),
        (FormulaEstimator(), "FormulaEstimator"),
        (None, "training"),
    ):
        with pytest.raises(
            InputError, match=rf"by the estimator tests\.workflows\.test_own:Whole\(a\), not .*{name}, "
        ):
            evolve(few, tmp_path / "run", resume=True, estimator=other)
    evolve(changed(few, trainings=8), tmp_path / "run", resume=True, estimator=Whole("a"))
    assert existing_store(tmp_path / "run").counts()["distinct_trainings"] >= 7


def test_a_run_of_an_earlier_version_goes_on_with_any(tmp_path, plain, estimator):
    few = changed(plain, trainings=6, confirm_seeds=0)
    evolve(few, tmp_path / "run", estimator=estimator)
    store = existing_store(tmp_path / "run", read_only=False)
    with store._connection as connection:
        connection.execute("DELETE FROM run WHERE key = 'estimator'")
    store.close()
    evolve(few, tmp_path / "run", resume=True, estimator=Whole("a"))


def test_whose_accuracies_they_are_is_known_without_the_store(tmp_path, plain):
    evolve(changed(plain, trainings=6, confirm_seeds=0), tmp_path / "run", estimator=Whole("a"))
    write_tables(tmp_path / "run")
    (tmp_path / "run/store.sqlite").unlink()
    problem, found = pictured(tmp_path / "run")
    assert found.labels.estimator == problem.proxy.estimator == "tests.workflows.test_own:Whole(a)"
    assert "accuracies by tests.workflows.test_own:Whole(a)" in found.labels.sentence()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere_at_all:Formula", "there is no module nowhere_at_all in .* or installed"),
        ("{module}:Formular", "holds no Formular; did you mean Formula"),
        ("{module}:Broken", "can't be made without arguments; TypeError"),
        ("{module}:nothing", "has no method estimate"),
        ("{module}:Table(2026-10)", r"is {module}:Table\(2026-11\) now"),
        ("failing_one:Formula", "ZeroDivisionError"),
    ],
)
def test_what_is_no_estimator_is_refused_before_anything_runs(tmp_path, module, plain, name, says):
    (tmp_path / "failing_one.py").write_text("1 / 0")
    with pytest.raises(InputError, match=says.format(module=module)):
        evolve(by(plain, name.format(module=module)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["trainig", "os.system", "a b:c", ":x", "a:b:c"])
def test_other_names_are_refused_by_the_settings(name):
    with pytest.raises(ValueError, match="valid are training, fine-tuning, supernet, or MODULE:CLASS of your own"):
        ProxySettings(estimator=name)


def test_what_processes_can_not_be_given_is_said_at_once(tmp_path, plain):
    class Inside:
        def estimate(self, design, seed):
            return AccuracyEstimate(0.5, 0.01, 1000, 0.0)

    with pytest.raises(InputError, match=r"Inside can't be sent to worker processes .* put its class into a module"):
        evolve(plain, tmp_path / "run", estimator=Inside(), resources=Resources(workers=2))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("given", ["a (b)", "two\nlines", "x" * 201])
def test_an_identity_is_a_short_text(given):
    with pytest.raises(InputError, match=r"Whole\.identity is .* at most 200 characters on one line"):
        own.identity(Whole(given))
