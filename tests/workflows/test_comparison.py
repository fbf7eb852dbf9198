"""Runs compared by their folders, and what is refused."""

import json
import shutil

import pandas as pd
import pytest

from xpert_evo.errors import InputError
from xpert_evo.workflows.comparison import compare_runs
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import resolved_toml


@pytest.fixture
def published(tmp_path, finished_run):
    """The same run as published runs are: without a store."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name in ("front.csv", "problem.toml", "run.json"):
        shutil.copy(finished_run / name, folder)
    return folder


def changed(folder, problem: Problem, *keys: str, value: object) -> None:
    """Changes one key of a run's problem.toml."""
    content = problem.model_dump(mode="json", exclude_none=True)
    table = content
    for key in keys[:-1]:
        table = table[key]
    table[keys[-1]] = value
    (folder / "problem.toml").write_text(resolved_toml(Problem.model_validate(content)))


def test_a_run_is_as_good_as_itself_with_and_without_its_store(tmp_path, finished_run, published):
    result = compare_runs([finished_run, published], tmp_path / "out")
    rows = result.indicators
    assert rows["run"].tolist() == ["run", "published"] and rows["seed"].tolist() == [1, 1]
    assert rows["hypervolume_search"].nunique() == 1 and 0.1 < rows["hypervolume_search"][0] < 1
    assert rows["trainings"].nunique() == 1 and rows["designs_search"][0] >= 4
    assert set(result.coverages) == {"search", "fresh_seeds"}
    assert all((shares == 1).all(axis=None) for shares in result.coverages.values())
    assert "flash" in result.sentence() and "90 %" in result.sentence()
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"indicators.csv", "coverage_search.csv", "coverage_fresh_seeds.csv", "fronts.png"}
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out/indicators.csv"), rows, check_dtype=False)
    content = json.loads(json.dumps(result.to_json()))
    assert content["coverage"]["search"]["run"]["published"] == 1 and content["dataset"] == "digits"


def test_the_hypervolume_is_that_of_the_runs_own_convergence(finished_run, published):
    rows = compare_runs([finished_run, published]).indicators
    history = pd.read_csv(finished_run / "convergence.csv")
    assert rows["hypervolume_search"][0] == pytest.approx(history["hypervolume"].iloc[-1])


def test_searches_may_differ_and_nothing_else(tmp_path, finished_run, published, problem):
    changed(published, problem, "search", "population", value=99)
    compare_runs([finished_run, published])
    for keys, value, says in [
        (("dataset",), "cifar10", "dataset is cifar10, but digits in"),
        (("proxy", "epochs"), 9, "proxy.epochs is 9, but 3 in"),
        (("hardware", "network_model"), "xpertsim", "hardware.network_model is xpertsim, but chip in"),
        (("hardware", "weight_encoding"), "offset", "hardware.weight_encoding is offset, but differential in"),
        (("hardware", "preset"), "rram-22nm", "hardware.name is rram-22nm, but xpert-rram in"),
    ]:
        changed(published, problem, *keys, value=value)
        with pytest.raises(InputError, match=f"published: {says}"):
            compare_runs([finished_run, published], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_compared_is_named(tmp_path, finished_run, published):
    with pytest.raises(InputError, match="at least two"):
        compare_runs([finished_run])
    with pytest.raises(InputError, match="run: is given twice"):
        compare_runs([finished_run, published, finished_run / "." / ""])
    with pytest.raises(InputError, match="holds no run"):
        compare_runs([finished_run, tmp_path])
    with pytest.raises(InputError, match="is in use"):
        compare_runs([finished_run, published], published)


def test_folders_of_one_name_are_told_apart(tmp_path, finished_run):
    there = tmp_path / "elsewhere" / finished_run.name
    shutil.copytree(finished_run, there)
    assert compare_runs([finished_run, there]).indicators["run"].tolist() == [str(finished_run), str(there)]
