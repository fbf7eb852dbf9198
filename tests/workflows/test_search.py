"""Whole searches with accuracies by formula: budgets, repeatability, interruption, failures, outputs."""

import json
import os
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from xpert_evo.analysis.front import PLANE, nondominated
from xpert_evo.design.design_files import load_designs
from xpert_evo.design.designs import Designs, stack
from xpert_evo.errors import InputError
from xpert_evo.search import evaluation
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.progress import Silent
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.search.workers.base import InProcess
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, write_tables
from xpert_evo.workflows.search import evolve, run_search


def found(problem: Problem, out: Path, **options: Any) -> pd.DataFrame:
    """Runs a search; its front, without pictures and page, which take longer than all the rest."""
    evolve(problem, out, **options)
    return write_tables(out)


def changed(problem: Problem, **search: Any) -> Problem:
    content = problem.model_dump(mode="json", exclude_none=True)
    content["search"] |= search
    return Problem.model_validate(content)


def test_a_run_leaves_its_folder(tmp_path, plain, estimator):
    front = run_search(plain, tmp_path / "run", seed=3, estimator=estimator)
    out = tmp_path / "run"
    pd.testing.assert_frame_equal(pd.read_csv(out / "front.csv"), front, check_dtype=False)
    assert load_problem(out / "problem.toml") == plain
    facts = json.loads((out / "run.json").read_text())
    assert facts["seed"] == 3 and facts["network_model"] == "chip" and facts["weight_encoding"] == "differential"
    assert facts["counts"]["distinct_trainings"] >= 24
    assert sorted(path.stem for path in (out / "designs").iterdir()) == sorted(front["id"])
    designs = stack([load_designs(out / "designs" / f"{name}.json")[0] for name in front["id"]])
    assert designs.ids == tuple(front["id"])
    assert len(list((out / "plots").glob("*.png"))) == 6
    assert front["knee"].sum() == 1 and front["on_error_edap_front"].sum() >= 4


def test_front_is_measured_again_with_fresh_seeds(finished_run):
    front = pd.read_csv(finished_run / "front.csv")
    plane = front[front["on_error_edap_front"]]
    assert (plane["repeats"] == 2).all()
    assert (plane["repeated_accuracy"] != plane["accuracy"]).all()
    assert (plane["repeated_standard_error"] > 0).all()


@pytest.mark.parametrize("mode", ["generation", "steady"])
def test_first_designs_are_trained_beside_the_baselines(tmp_path, problem, estimator, mode, monkeypatch):
    """The longest training of all is nothing that other workers wait for."""
    batches = []
    run = InProcess.run
    monkeypatch.setattr(InProcess, "run", lambda self, tasks: batches.append(tasks) or run(self, tasks))
    evolve(changed(problem, mode=mode), tmp_path / "run", estimator=estimator)

    store = existing_store(tmp_path / "run")
    table = store.evaluations()
    baselines = set(table.loc[table["generation"] == 0, "accuracy_key"])
    begun = [task.key for task in batches[0]]
    assert set(begun) > baselines
    assert set(begun) - baselines <= set(table.loc[table["generation"] > 0, "accuracy_key"])
    assert store.counts()["distinct_trainings"] == len(table["accuracy_key"].unique()), "nothing is trained for nothing"


def test_a_budget_that_the_baselines_spend_buys_nothing_beside_them(tmp_path, plain, estimator):
    evolve(changed(plain, trainings=1, confirm_seeds=0), tmp_path / "run", estimator=estimator)
    assert len(estimator.asked) == 1


def test_a_search_can_choose_the_array_as_well(tmp_path, plain, estimator):
    content = plain.model_dump(mode="json", exclude_none=True)
    content["space"]["array"] = {"crossbar_size": [32, 64, 128], "crossbars_per_tile": [16, 64]}
    front = found(Problem.model_validate(content), tmp_path / "run", estimator=estimator)
    designs = stack([load_designs(tmp_path / "run" / "designs" / f"{name}.json")[0] for name in front["id"]])
    chosen = designs.arrays[designs.arrays[:, 0] > 0]  # all but a baseline on the front
    assert len(chosen) >= 4 and set(chosen[:, 0]) <= {32, 64, 128} and set(chosen[:, 1]) == {0}
    keys = existing_store(tmp_path / "run").evaluations()["accuracy_key"]
    assert keys.str.contains("x").mean() > 0.9  # the array's rows are part of what determines an accuracy


def test_a_chip_without_flash_adcs_is_held_against_the_sar_baseline_alone(tmp_path, plain, estimator):
    content = plain.model_dump(mode="json", exclude_none=True)
    content["space"]["adc_type"] = ["sar"]
    content["hardware"]["preset"] = "rram-65nm"
    front = found(Problem.model_validate(content), tmp_path / "run", estimator=estimator)

    assert "edap_gain_over_sar_baseline" in front and not any("flash" in column for column in front)
    read = load_run(tmp_path / "run")
    table, baselines = read.table, read.baselines
    assert list(baselines) == ["sar"] and baselines["sar"] in set(table["id"])
    with pytest.raises(InputError, match="flash is not validated at 65 nm"):
        content["space"]["adc_type"] = ["flash", "sar"]
        found(Problem.model_validate(content), tmp_path / "other", estimator=estimator)


@pytest.mark.parametrize(("algorithm", "mode"), [("surrogate", "steady"), ("nsga2", "generation")])
def test_adcs_of_a_chips_tables_are_searched(tmp_path, plain, estimator, few_candidates, algorithm, mode):
    content = changed(plain, algorithm=algorithm, mode=mode).model_dump(mode="json", exclude_none=True)
    content["space"] |= {"adc_type": ["survey-1ns", "survey-10ns"], "adc_bits": [4, 9, 10]}
    content["hardware"]["preset"] = "rram-adc-survey"
    front = found(Problem.model_validate(content), tmp_path / "run", seed=2, estimator=estimator)

    run = load_run(tmp_path / "run")
    chosen = stack([load_designs(tmp_path / "run" / "designs" / f"{name}.json")[0] for name in front["id"]])
    assert {"survey-1ns", "survey-10ns"} <= set(chosen.adc_names) and 9 <= chosen.adc_bits.max() <= 10
    costs = run.problem.hardware.load().evaluate(chosen)
    assert front["edap_pj_ns_um2"].to_numpy() == pytest.approx(costs.edap_pj_ns_um2)
    assert list(run.baselines) == ["flash", "sar"]
    found(Problem.model_validate(content), tmp_path / "run", seed=2, estimator=estimator, resume=True)


@pytest.mark.parametrize("algorithm", ["factored", "nsga2"])
def test_both_algorithms_keep_to_the_budget(tmp_path, plain, estimator, few_candidates, algorithm):
    """One of them trains an accuracy once for all sharings and ADC types."""
    front = found(changed(plain, algorithm=algorithm), tmp_path / "run", estimator=estimator)

    store = existing_store(tmp_path / "run")
    evaluations = store.evaluations()
    trainings = evaluations["accuracy_key"].nunique()
    assert 24 <= trainings < 24 + 6 + 2
    assert (len(evaluations) > 1.5 * trainings) == (algorithm == "factored")
    assert len(store.accuracies()) == len(estimator.asked)
    assert front["on_error_edap_front"].sum() >= 4


def test_equal_seeds_and_any_interruption_give_the_same_front_bit_for_bit(finished_run, tmp_path, problem, estimator):
    for trainings in (5, 25, 45):  # in the first generation, in a later one, in the confirmation
        estimator.interrupt_after = trainings
        with pytest.raises(KeyboardInterrupt):
            found(problem, tmp_path / "parts", resume=True, estimator=estimator)
        assert len(estimator.asked) == trainings
    estimator.interrupt_after = None
    found(problem, tmp_path / "parts", resume=True, estimator=estimator)
    for name in ("front.csv", "rounds.csv"):
        assert (finished_run / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
    whole, parts = (existing_store(run).evaluations() for run in (finished_run, tmp_path / "parts"))
    pd.testing.assert_frame_equal(whole, parts)


def test_another_seed_gives_another_front(tmp_path, plain, estimator):
    one, other = (found(plain, tmp_path / str(seed), seed=seed, estimator=estimator) for seed in (5, 6))
    assert set(one["id"]) != set(other["id"])


@pytest.mark.parametrize("algorithm", ["random", "two-phase"])
def test_every_algorithm_is_continued_bit_for_bit(tmp_path, plain, estimator, few_candidates, algorithm):
    few = changed(plain, algorithm=algorithm, trainings=30, two_phase={"area_um2": 2.5e7, "tolerance": 0.2})
    front = found(few, tmp_path / "whole", estimator=estimator)
    assert front["on_error_edap_front"].sum() >= 3
    estimator.asked.clear()
    estimator.interrupt_after = 22
    with pytest.raises(KeyboardInterrupt):
        found(few, tmp_path / "parts", estimator=estimator)
    estimator.interrupt_after = None
    found(few, tmp_path / "parts", resume=True, estimator=estimator)
    assert (tmp_path / "whole/front.csv").read_bytes() == (tmp_path / "parts/front.csv").read_bytes()


@pytest.mark.parametrize("algorithm", ["factored", "two-phase"])
def test_workers_do_not_change_what_is_found(tmp_path, plain, estimator, few_candidates, algorithm):
    for workers in (1, 2):
        few = changed(plain, algorithm=algorithm, trainings=12, population=4, offspring=4)
        found(few, tmp_path / str(workers), estimator=estimator, resources=Resources(workers=workers))
    one, two = (tmp_path / name / "front.csv" for name in ("1", "2"))
    assert one.read_bytes() == two.read_bytes()


def test_a_surrogate_says_how_well_it_ranks_and_what_it_cost(finished_run):
    rounds = pd.read_csv(finished_run / "rounds.csv")
    assert rounds["trainings"].is_monotonic_increasing and rounds["screened"].iloc[-1] == 1000
    low, high = rounds["rank_correlation_low"] - 1e-9, rounds["rank_correlation_high"] + 1e-9
    assert rounds["rank_correlation"].between(low, high).all()
    assert 0 < json.loads((finished_run / "run.json").read_text())["overhead_share"] <= 1


def test_what_it_foretold_is_kept_of_the_designs_that_a_predictor_chose(finished_run):
    store = existing_store(finished_run)
    table = store.evaluations().drop_duplicates("accuracy_key")
    rounds = pd.read_csv(finished_run / "rounds.csv")
    before = rounds.loc[rounds["unseen_designs"] == 0, "generation"].max()  # no predictor had been fitted
    of_predictor = table["generation"].between(before + 1, rounds["generation"].max())
    foretold = store.foretold(table["accuracy_key"])
    assert set(foretold) == set(table.loc[of_predictor, "accuracy_key"]) and len(foretold) > 5
    errors = table.set_index("accuracy_key")["accuracy"] - pd.Series(foretold)
    assert errors.abs().max() < 0.15, "of a formula that follows capacity"


def test_a_finished_run_is_not_trained_again(finished_run, tmp_path, problem, estimator):
    shutil.copytree(finished_run, tmp_path / "run")
    found(problem, tmp_path / "run", resume=True, estimator=estimator)
    assert estimator.asked == []


def test_what_is_replayed_is_not_computed_again(tmp_path, problem, estimator, monkeypatch):
    """Costs come from the store: only the algorithm asks the hardware model, and no design becomes an object."""
    problem = changed(problem, rivals=0)
    found(problem, tmp_path / "whole", estimator=estimator)
    shutil.copytree(tmp_path / "whole", tmp_path / "run")
    estimator.asked.clear()
    evaluate, columns, design = Evaluator.evaluate, evaluation.hardware_columns, Designs.design
    within, evaluated, asked = [], [], []

    def watched(self, designs, *args, **options):
        within.append("evaluation")
        evaluated.append(len(designs))
        answer = evaluate(self, designs, *args, **options)
        within.clear()
        return answer

    monkeypatch.setattr(Evaluator, "evaluate", watched)
    monkeypatch.setattr(evaluation, "hardware_columns", lambda *given: asked.extend(within) or columns(*given))
    monkeypatch.setattr(Designs, "design", lambda *given: asked.extend(within) or design(*given))
    evolve(problem, tmp_path / "run", resume=True, estimator=estimator)
    assert sum(evaluated) > 40 and asked == [] and estimator.asked == []
    whole, again = (existing_store(tmp_path / run).evaluations() for run in ("whole", "run"))
    pd.testing.assert_frame_equal(whole, again)


def test_a_generation_is_told_by_what_was_found_until_then(tmp_path, plain, estimator):
    class Told(Silent):
        def __init__(self):
            self.lines = []

        def say(self, text):
            self.lines.append(text)

    first, replayed = Told(), Told()
    evolve(plain, tmp_path / "run", estimator=estimator, progress=first)
    evolve(plain, tmp_path / "run", resume=True, estimator=estimator, progress=replayed)
    assert first.lines == replayed.lines and len(first.lines) >= 3
    read = load_run(tmp_path / "run")
    assert f"{nondominated(read.table, PLANE).sum()} designs on the front of error and EDAP" in first.lines[-1]
    assert f"{read.table['accuracy_key'].nunique()} trainings" in first.lines[-1]


def test_failed_trainings_are_recorded_and_survived(tmp_path, plain, estimator):
    estimator.fail_on = 32
    front = found(changed(plain, algorithm="random"), tmp_path / "run", estimator=estimator)
    accuracies = existing_store(tmp_path / "run").accuracies()
    failed = accuracies[accuracies["status"] == "failed"]
    assert len(failed) and (failed["error"] == "RuntimeError: made to fail").all()
    channels = [load_designs(tmp_path / f"run/designs/{name}.json")[0].layers[0].channels for name in front["id"]]
    assert channels and 32 not in channels


def test_constraints_hold_on_the_front_and_forbidden_designs_are_not_trained(tmp_path, plain, estimator):
    constrained = changed(plain, constraints=["area_um2 <= 3e7", "accuracy >= 0.5"])
    front = found(constrained, tmp_path / "run", estimator=estimator)
    assert len(front) and (front["area_um2"] <= 3e7).all() and (front["accuracy"] >= 0.5).all()
    evaluations = existing_store(tmp_path / "run").evaluations()
    too_large = evaluations[(evaluations["area_um2"] > 3e7) & (evaluations["generation"] > 0)]
    smaller_keys = set(evaluations.loc[evaluations["area_um2"] <= 3e7, "accuracy_key"])
    assert too_large.loc[~too_large["accuracy_key"].isin(smaller_keys), "accuracy"].isna().all()


def test_a_constraint_that_nothing_fulfils_is_named(tmp_path, plain, estimator):
    with pytest.raises(InputError, match=r"search.constraints: no design"):
        found(changed(plain, constraints=["area_um2 <= 1"]), tmp_path / "run", estimator=estimator)


def test_a_used_folder_needs_resume_and_the_same_problem_and_seed(finished_run, tmp_path, problem, estimator):
    out = shutil.copytree(finished_run, tmp_path / "run")
    before = (out / "front.csv").read_bytes()
    with pytest.raises(InputError, match="--resume"):
        found(problem, out, estimator=estimator)
    with pytest.raises(
        InputError,
        match=r"another problem, search.population is 12 there and 14 .* what the run tries next hangs on it",
    ):
        found(changed(problem, population=14), out, resume=True, estimator=estimator)
    with pytest.raises(InputError, match="begun with seed 1, not 2"):
        found(problem, out, seed=2, resume=True, estimator=estimator)
    assert (out / "front.csv").read_bytes() == before


def test_a_folder_of_something_else_is_left_alone(tmp_path, problem, estimator):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(InputError, match="holds no run"):
        found(problem, tmp_path, resume=True, estimator=estimator)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_resolved_problem_has_every_default(finished_run):
    content = tomllib.loads((finished_run / "problem.toml").read_text())
    assert content["space"]["adc_bits"] == [3, 4, 5, 6, 7, 8]
    assert content["hardware"]["preset"] == "xpert-rram"
    assert content["proxy"]["epochs"] >= 1


def test_a_folder_takes_one_search_at_a_time(tmp_path, plain, estimator):
    """The other is refused before it has trained anything, and the first goes on."""
    refused = []

    def estimate(design, seed):
        if not refused:
            with pytest.raises(InputError, match=rf"in use by another xpert-evo \(process {os.getpid()}\)"):
                found(plain, tmp_path / "run", resume=True, estimator=estimator)
            refused.append(design)
        return estimator.estimate(design, seed)

    front = found(plain, tmp_path / "run", estimator=SimpleNamespace(estimate=estimate))
    assert len(refused) == 1 and len(front)
