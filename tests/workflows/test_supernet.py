"""Searches whose accuracies come from one supernet, as small as they can be."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.test_end_to_end import SMALL
from tests.workflows.test_search import found
from xpert_evo.data import ImageSource
from xpert_evo.errors import InputError
from xpert_evo.search.evaluation import training_seed
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.estimator import proxy_estimator, unused_images
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.supernet import prepare, supernet_designs

SUPERNET = (
    *SMALL,
    "proxy.estimator=supernet",
    "proxy.supernet_epochs=1",
    "proxy.calibration_images=8",
    "search.algorithm=nsga2",
    "search.trainings=4",
    "search.population=4",
    "search.offspring=2",
)


@pytest.fixture(scope="module")
def digits(pytestconfig):
    return pytestconfig.rootpath / "problems" / "digits.toml"


def test_a_run_trains_its_supernet_once_and_goes_on_with_it(digits, tmp_path, few_candidates):
    problem = load_problem(digits, overrides=SUPERNET)
    found(problem, tmp_path / "whole", seed=4)
    (kept,) = (tmp_path / "whole/weights").iterdir()
    store = existing_store(tmp_path / "whole")
    accuracies, evaluations = store.accuracies(), store.evaluations()
    assert (accuracies["status"] == "ok").all()
    again = accuracies[accuracies["replicate"] == 1].iloc[0]
    unused = unused_images(problem, ImageSource())
    own = proxy_estimator(problem.with_proxy(estimator="training"), Resources(), confirmation=unused)
    (design,) = store.designs(evaluations["number"][evaluations["accuracy_key"] == again["key"]].head(1))
    store.close()
    assert own.estimate(design, training_seed(4, again["key"], 1)).accuracy == again["accuracy"]
    front = pd.read_csv(tmp_path / "whole/front.csv")
    assert (front["estimator"] == "supernet").all() and (front["images"] == 128).all()
    assert json.loads((tmp_path / "whole/run.json").read_text())["shared_training_seconds"] > 0

    class Stopping(Silent):
        def begin(self, what, *_args, **_options):
            if what == "search":  # the supernet is trained, nothing is evaluated
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found(problem, tmp_path / "parts", seed=4, progress=Stopping())
    (there,) = (tmp_path / "parts/weights").iterdir()
    assert there.name == kept.name and there.read_bytes() == kept.read_bytes()
    found(problem, tmp_path / "parts", seed=4, resume=True)
    assert (tmp_path / "whole/front.csv").read_bytes() == (tmp_path / "parts/front.csv").read_bytes()


@pytest.mark.parametrize("constraints", [["macs <= 1e8"], ["area_um2 <= 5e7"], []])
def test_supernets_are_trained_for_designs_that_the_search_may_ask_for(digits, monkeypatch, constraints):
    monkeypatch.setattr("xpert_evo.search.candidates.sampling.CANDIDATES", 2000)
    problem = load_problem(digits, overrides=(f"search.constraints={constraints}",))
    hardware = problem.hardware.load()
    widest, designs = supernet_designs(problem, hardware, seed=2)
    assert set(widest.gene("channels")) == {512} and 500 < len(designs) <= 1000
    assert np.unique(designs.channels, axis=0).shape[0] > 400
    assert designs.macs().max() <= (1e8 if "macs <= 1e8" in constraints else 3.2e8)  # VGG16's, where nothing is said
    assert len(np.unique(designs.channels)) == 6 and len(np.unique(designs.adc_bits)) == 6


def test_a_supernet_is_as_wide_as_the_baselines_of_a_narrow_space(digits, few_candidates):
    problem = load_problem(digits, overrides=("space.channels=[16, 32]",))
    widest, _ = supernet_designs(problem, problem.hardware.load(), seed=2)
    assert widest.gene("channels")[-1] == 512


def test_constraints_that_nothing_fulfils_are_named(digits, few_candidates):
    problem = load_problem(digits, overrides=("search.constraints=['area_um2 <= 1']",))
    with pytest.raises(InputError, match=r"search.constraints: no design"):
        supernet_designs(problem, problem.hardware.load(), seed=2)


def test_a_supernet_that_diverges_is_no_run_of_failures(digits, few_candidates, monkeypatch):
    problem = load_problem(digits, overrides=SUPERNET)
    estimator = proxy_estimator(problem, Resources())

    def diverge(*_args, **_options):
        raise FloatingPointError("partial sums aren't finite: the training diverged")

    monkeypatch.setattr("xpert_evo.accuracy.estimators.supernet.train_supernet", diverge)
    with pytest.raises(InputError, match=r"proxy.learning_rate: 0.05 makes the supernet diverge"):
        prepare(estimator, Silent())
