"""Whole searches with accuracies by formula: budgets, repeatability, interruption, failures, outputs."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xpert_evo.design.designs import load_designs, stack
from xpert_evo.errors import InputError
from xpert_evo.search.run_folder import existing_store
from xpert_evo.workflows.problem import Problem, load_problem
from xpert_evo.workflows.results import load_run, write_tables
from xpert_evo.workflows.search import evolve, run_search


def found(problem: Problem, out: Path, **options: Any) -> pd.DataFrame:
    """Runs a search; its front, without pictures and page, which take longer than all the rest."""
    evolve(problem, out, **options)
    return write_tables(out)


def changed(problem: Problem, **search) -> Problem:
    content = problem.model_dump(mode="json", exclude_none=True)
    content["search"] |= search
    return Problem.model_validate(content)


def test_a_run_leaves_its_folder(tmp_path, problem, estimator):
    front = run_search(problem, tmp_path / "run", seed=3, estimator=estimator)
    out = tmp_path / "run"
    pd.testing.assert_frame_equal(pd.read_csv(out / "front.csv"), front, check_dtype=False)
    assert load_problem(out / "problem.toml") == problem
    facts = json.loads((out / "run.json").read_text())
    assert facts["seed"] == 3 and facts["network_model"] == "chip" and facts["weight_encoding"] == "differential"
    assert facts["counts"]["distinct_trainings"] >= 40
    assert sorted(path.stem for path in (out / "designs").iterdir()) == sorted(front["id"])
    designs = stack([load_designs(out / "designs" / f"{name}.json")[0] for name in front["id"]])
    assert designs.ids == tuple(front["id"])
    assert len(list((out / "plots").glob("*.png"))) == 6
    assert front["knee"].sum() == 1 and front["on_error_edap_front"].sum() >= 4


def test_front_is_measured_again_with_fresh_seeds(tmp_path, problem, estimator):
    front = found(problem, tmp_path / "run", estimator=estimator)
    plane = front[front["on_error_edap_front"]]
    assert (plane["repeats"] == 2).all()
    assert (plane["repeated_accuracy"] != plane["accuracy"]).all()
    assert (plane["repeated_standard_error"] > 0).all()


def test_accuracy_is_trained_once_for_all_sharings_and_adc_types(tmp_path, problem, estimator):
    found(problem, tmp_path / "run", estimator=estimator)
    store = existing_store(tmp_path / "run")
    evaluations = store.evaluations()
    assert evaluations["accuracy_key"].nunique() < len(evaluations)
    assert len(store.accuracies()) == len(estimator.asked)


def test_a_search_can_choose_the_array_as_well(tmp_path, problem, estimator):
    content = problem.model_dump(mode="json", exclude_none=True)
    content["space"]["array"] = {"crossbar_size": [32, 64, 128], "crossbars_per_tile": [16, 64]}
    front = found(Problem.model_validate(content), tmp_path / "run", estimator=estimator)
    designs = stack([load_designs(tmp_path / "run" / "designs" / f"{name}.json")[0] for name in front["id"]])
    chosen = designs.arrays[designs.arrays[:, 0] > 0]  # all but a baseline on the front
    assert len(chosen) >= 4 and set(chosen[:, 0]) <= {32, 64, 128} and set(chosen[:, 1]) == {0}
    keys = existing_store(tmp_path / "run").evaluations()["accuracy_key"]
    assert keys.str.contains("x").mean() > 0.9  # the array's rows are part of what determines an accuracy


def test_a_chip_without_flash_adcs_is_held_against_the_sar_baseline_alone(tmp_path, problem, estimator):
    content = problem.model_dump(mode="json", exclude_none=True)
    content["space"]["adc_type"] = ["sar"]
    content["hardware"]["preset"] = "rram-65nm"
    front = found(Problem.model_validate(content), tmp_path / "run", estimator=estimator)

    assert "edap_gain_over_sar_baseline" in front and not any("flash" in column for column in front)
    _, table, baselines = load_run(tmp_path / "run")
    assert list(baselines) == ["sar"] and baselines["sar"] in set(table["id"])
    with pytest.raises(InputError, match="flash is not validated at 65 nm"):
        content["space"]["adc_type"] = ["flash", "sar"]
        found(Problem.model_validate(content), tmp_path / "other", estimator=estimator)


@pytest.mark.parametrize("algorithm", ["factored", "nsga2"])
def test_both_algorithms_keep_to_the_budget(tmp_path, problem, estimator, algorithm):
    front = found(changed(problem, algorithm=algorithm), tmp_path / "run", estimator=estimator)

    store = existing_store(tmp_path / "run")
    evaluations = store.evaluations()
    trainings = evaluations["accuracy_key"].nunique()
    assert 40 <= trainings < 40 + 8 + 2
    assert (len(evaluations) > 1.5 * trainings) == (algorithm == "factored")
    assert front["on_error_edap_front"].sum() >= 4


def test_the_same_seed_gives_the_same_front_bit_for_bit(tmp_path, problem, estimator):
    for name in ("one", "two"):
        found(problem, tmp_path / name, seed=5, estimator=estimator)
    assert (tmp_path / "one/front.csv").read_bytes() == (tmp_path / "two/front.csv").read_bytes()
    found(problem, tmp_path / "three", seed=6, estimator=estimator)
    assert (tmp_path / "one/front.csv").read_bytes() != (tmp_path / "three/front.csv").read_bytes()


@pytest.mark.parametrize("trainings", [5, 25, 45])
def test_an_interrupted_run_goes_on_to_the_same_front(tmp_path, problem, estimator, trainings):
    found(problem, tmp_path / "whole", estimator=estimator)
    estimator.asked.clear()
    estimator.interrupt_after = trainings
    with pytest.raises(KeyboardInterrupt):
        found(problem, tmp_path / "parts", estimator=estimator)
    estimator.interrupt_after = None
    found(problem, tmp_path / "parts", resume=True, estimator=estimator)
    assert (tmp_path / "whole/front.csv").read_bytes() == (tmp_path / "parts/front.csv").read_bytes()
    whole, parts = (existing_store(tmp_path / name).evaluations() for name in ("whole", "parts"))
    pd.testing.assert_frame_equal(whole, parts)


@pytest.mark.parametrize("algorithm", ["surrogate", "random", "two-phase"])
def test_every_algorithm_is_continued_bit_for_bit(tmp_path, problem, estimator, algorithm):
    few = changed(
        problem,
        algorithm=algorithm,
        trainings=30,
        surrogate={"first": 8, "batch": 4, "candidates": 2000},
        two_phase={"area_um2": 2.5e7, "tolerance": 0.2},
    )
    front = found(few, tmp_path / "whole", estimator=estimator)
    assert front["on_error_edap_front"].sum() >= 3
    estimator.asked.clear()
    estimator.interrupt_after = 22
    with pytest.raises(KeyboardInterrupt):
        found(few, tmp_path / "parts", estimator=estimator)
    estimator.interrupt_after = None
    found(few, tmp_path / "parts", resume=True, estimator=estimator)
    for name in ("front.csv", "rounds.csv"):
        one, two = (tmp_path / run / name for run in ("whole", "parts"))
        assert one.exists() == two.exists() and (not one.exists() or one.read_bytes() == two.read_bytes())


def test_a_surrogate_says_how_well_it_ranks_and_what_it_cost(tmp_path, problem, estimator):
    few = changed(problem, algorithm="surrogate", surrogate={"first": 8, "batch": 4, "candidates": 2000})
    found(few, tmp_path / "run", estimator=estimator)
    rounds = pd.read_csv(tmp_path / "run/rounds.csv")
    assert rounds["trainings"].is_monotonic_increasing and rounds["screened"].iloc[-1] == 2000
    low, high = rounds["rank_correlation_low"] - 1e-9, rounds["rank_correlation_high"] + 1e-9
    assert rounds["rank_correlation"].between(low, high).all()
    assert 0 < json.loads((tmp_path / "run/run.json").read_text())["overhead_share"] <= 1


def test_a_finished_run_is_not_trained_again(tmp_path, problem, estimator):
    found(problem, tmp_path / "run", estimator=estimator)
    asked = len(estimator.asked)
    found(problem, tmp_path / "run", resume=True, estimator=estimator)
    assert len(estimator.asked) == asked


def test_failed_trainings_are_recorded_and_survived(tmp_path, problem, estimator):
    estimator.fail_on = 32
    front = found(problem, tmp_path / "run", estimator=estimator)
    accuracies = existing_store(tmp_path / "run").accuracies()
    failed = accuracies[accuracies["status"] == "failed"]
    assert len(failed) and (failed["error"] == "RuntimeError: made to fail").all()
    channels = [load_designs(tmp_path / f"run/designs/{name}.json")[0].layers[0].channels for name in front["id"]]
    assert channels and 32 not in channels


def test_constraints_hold_on_the_front_and_forbidden_designs_are_not_trained(tmp_path, problem, estimator):
    constrained = changed(problem, constraints=["area_um2 <= 3e7", "accuracy >= 0.5"])
    front = found(constrained, tmp_path / "run", estimator=estimator)
    assert len(front) and (front["area_um2"] <= 3e7).all() and (front["accuracy"] >= 0.5).all()
    evaluations = existing_store(tmp_path / "run").evaluations()
    too_large = evaluations[(evaluations["area_um2"] > 3e7) & (evaluations["generation"] > 0)]
    smaller_keys = set(evaluations.loc[evaluations["area_um2"] <= 3e7, "accuracy_key"])
    assert too_large.loc[~too_large["accuracy_key"].isin(smaller_keys), "accuracy"].isna().all()


def test_a_constraint_that_nothing_fulfils_is_named(tmp_path, problem, estimator):
    with pytest.raises(InputError, match=r"search.constraints: no design"):
        found(changed(problem, constraints=["area_um2 <= 1"]), tmp_path / "run", estimator=estimator)


def test_a_used_folder_needs_resume_and_the_same_problem_and_seed(tmp_path, problem, estimator):
    out = tmp_path / "run"
    found(problem, out, estimator=estimator)
    before = (out / "front.csv").read_bytes()
    with pytest.raises(InputError, match="--resume"):
        found(problem, out, estimator=estimator)
    with pytest.raises(InputError, match=r"another problem, search.population is 12 there and 14"):
        found(changed(problem, population=14), out, resume=True, estimator=estimator)
    with pytest.raises(InputError, match="begun with seed 1, not 2"):
        found(problem, out, seed=2, resume=True, estimator=estimator)
    assert (out / "front.csv").read_bytes() == before


def test_a_folder_of_something_else_is_left_alone(tmp_path, problem, estimator):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(InputError, match="holds no run"):
        found(problem, tmp_path, resume=True, estimator=estimator)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_resolved_problem_has_every_default(tmp_path, problem, estimator):
    found(problem, tmp_path / "run", estimator=estimator)
    content = tomllib.loads((tmp_path / "run/problem.toml").read_text())
    assert content["space"]["adc_bits"] == [3, 4, 5, 6, 7, 8]
    assert content["hardware"]["preset"] == "xpert-rram"
    assert content["proxy"]["epochs"] >= 1
