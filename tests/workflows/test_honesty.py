"""What a run must not claim, hide or leave behind."""

import json
import re
import shutil
from dataclasses import dataclass, replace

import pandas as pd
import pytest

from tests.conftest import IMAGES
from tests.workflows.test_search import changed, found
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.analysis.front import trusted_accuracy
from xpert_evo.errors import InputError
from xpert_evo.export.pick import FLOOR_SHARE, default_pick, pick_design
from xpert_evo.search.records.run_folder import existing_store, read_run_file
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.promotion import promote_designs
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.results import load_run, run_front, run_sentences


@dataclass
class Level:
    """Every network has the same accuracy but for the images' chance, which the seed draws."""

    accuracy: float

    def estimate(self, design, seed):
        off = (seed % 1000 / 1000 - 0.5) * 0.02
        return AccuracyEstimate(
            self.accuracy + off, (self.accuracy * (1 - self.accuracy) / IMAGES) ** 0.5, IMAGES, 0.01
        )


def sentences(out):
    run = load_run(out)
    return run_sentences(run, run_front(run))


@pytest.mark.parametrize(
    ("accuracy", "says"),
    [(0.1, "Nothing was learned: the best of .* and chance is 10 %"), (0.5, "Nothing was learned of designs: ")],
)
def test_a_front_of_equal_networks_claims_nothing(tmp_path, plain, accuracy, says):
    found(changed(plain, trainings=20), tmp_path / "run", estimator=Level(accuracy))

    first, *others = sentences(tmp_path / "run")

    assert re.match(says, first), first
    assert len(others) == 1 and "lower EDAP" not in first + others[0]


def test_a_front_that_learned_something_says_what(finished_run):
    text = " ".join(sentences(finished_run))
    assert "lower EDAP" in text and "Nothing was learned" not in text


def test_what_is_known_of_a_proxy_s_ranking_is_said_before_what_the_figures_are_valid_for(finished_run):
    run, known = load_run(finished_run), "Within similar EDAP it ranks as dice do."
    problem = run.problem.model_copy(update={"ranking": known})
    told = run_sentences(replace(run, problem=problem), run_front(run))
    assert told[-2] == known and [*told[:-2], told[-1]] == sentences(finished_run)


def test_a_page_says_it_beside_what_its_accuracies_are_with_and_without_a_store(tmp_path, finished_run):
    known = "Within similar EDAP it ranks as dice do."
    folder = shutil.copytree(finished_run, tmp_path / "run")
    text = (folder / "problem.toml").read_text().replace('ranking = ""', f'ranking = "{known}"')
    (folder / "problem.toml").write_text(text)
    assert write_report(folder).read_text().count(known) == 1
    (folder / "store.sqlite").unlink()
    assert write_report(folder).read_text().count(known) == 1


def test_a_run_without_a_feasible_design_has_a_page_and_says_so(tmp_path, plain, estimator):
    front = found(changed(plain, constraints=["accuracy >= 0.9999"], trainings=12), tmp_path, estimator=estimator)

    assert front.empty and "No feasible design was found" in sentences(tmp_path)[0]
    assert "No feasible design was found" in write_report(tmp_path).read_text()


def with_chip(problem: Problem, path) -> Problem:
    content = problem.model_dump(mode="json", exclude_none=True)
    content["hardware"] = {"preset": str(path)}
    return Problem.model_validate(content)


@pytest.fixture
def chip(tmp_path, pytestconfig):
    path = tmp_path / "chip.toml"
    path.write_text((pytestconfig.rootpath / "xpert_evo/hardware/presets/xpert-rram.toml").read_text())
    return path


def test_a_runs_folder_holds_its_chip(tmp_path, plain, estimator, chip):
    few = changed(with_chip(plain, chip), trainings=12)
    found(few, tmp_path / "run", estimator=estimator)
    before = (tmp_path / "run/front.csv").read_bytes()

    chip.write_text(chip.read_text().replace("tech_node_nm = 32", "tech_node_nm = 22"))
    with pytest.raises(InputError, match=r"hardware.content.tech_node_nm is 32 there and 22 in the given problem"):
        found(changed(with_chip(plain, chip), trainings=12), tmp_path / "run", resume=True, estimator=estimator)
    chip.unlink()

    assert load_problem(tmp_path / "run/problem.toml") == few
    run = load_run(tmp_path / "run")
    run_front(run).to_csv(tmp_path / "again.csv", index=False)
    assert (tmp_path / "again.csv").read_bytes() == before == (tmp_path / "run/front.csv").read_bytes()


def test_runs_of_earlier_versions_go_on(tmp_path, plain, estimator):
    """They name a preset and don't hold what is in it."""
    found(plain, tmp_path / "run", estimator=estimator)
    path = tmp_path / "run/problem.toml"
    text = path.read_text()
    path.write_text(text[: text.index("[hardware.content]")] + text[text.index("[proxy]") :])
    found(plain, tmp_path / "run", resume=True, estimator=estimator)


def test_a_preset_that_is_named_anew_is_read_anew(problem):
    content = problem.model_dump(mode="json", exclude_none=True)
    content["hardware"]["preset"] = "rram-22nm"
    assert Problem.model_validate(content).hardware.load().name == "rram-22nm"


def test_random_search_keeps_to_few_trainings(tmp_path, problem, estimator):
    few = changed(problem, algorithm="random", trainings=4, population=24, confirm_seeds=0)
    found(few, tmp_path / "run", estimator=estimator)
    facts = read_run_file(tmp_path / "run")
    assert facts is not None and facts["counts"]["distinct_trainings"] <= 5


def test_constraints_that_cannot_be_met_name_what_can_and_leave_the_folder_free(tmp_path, problem, plain, estimator):
    for impossible in (changed(searched, constraints=["area_um2 <= 1"]) for searched in (problem, plain)):
        with pytest.raises(InputError, match=r"the least area_um2 of 2000 designs was [\d.e+]+"):
            found(impossible, tmp_path / "run", estimator=estimator)
    assert not (tmp_path / "run").exists()


def test_a_refused_resume_is_refused_before_images_are_loaded(tmp_path, problem, finished_run):
    class Unloadable:
        def train(self, *_args, **_options):
            raise AssertionError("nothing is to be loaded")

    with pytest.raises(InputError, match="name a new folder"):
        found(problem, finished_run, seed=9, resume=True, images=Unloadable())  # type: ignore[arg-type]  # stands in its place


def test_sharings_that_cost_the_same_are_not_searched(problem):
    content = problem.model_dump(mode="json", exclude_none=True)
    content["space"]["array"] = {"crossbar_size": [32]}
    small = Problem.model_validate(content)
    assert small.search_space().choices(0, "column_sharing").tolist() == [2, 4, 8, 16]
    assert "column sharing 32 isn't searched" in small.remarks()[0]
    assert problem.remarks() == [] and problem.search_space().choices(0, "column_sharing").tolist()[-1] == 32


def test_nothing_worth_promoting_is_said(tmp_path, plain):
    found(changed(plain, trainings=12), tmp_path / "run", estimator=Level(0.05))
    with pytest.raises(InputError, match="none is worth it by hypervolume"):
        promote_designs(tmp_path / "run", designs=1)


def test_a_design_picked_by_default_is_not_much_less_accurate_than_the_best(finished_run):
    run = load_run(finished_run)
    front = run_front(run)
    best = trusted_accuracy(front[front["on_error_edap_front"]]).max()
    identity = pick_design(front, run.table, default_pick(front))
    assert trusted_accuracy(front[front["id"] == identity]).item() >= FLOOR_SHARE * best - 1e-3


def test_a_design_that_fresh_seeds_deflated_is_not_outdone_by_luck():
    table = pd.DataFrame(
        {
            "id": ["lucky", "confirmed"],
            "feasible": [1, 1],
            "accuracy": [0.981, 0.985],
            "standard_error": [0.004, 0.004],
            "repeated_accuracy": [float("nan"), 0.979],
            "edap_pj_ns_um2": [2.0, 1.0],
        }
    )
    with pytest.raises(InputError, match=r"the best proxy accuracy is 0.9790"):
        pick_design(table.assign(knee=False), table, "best-edap@0.98")
    assert pick_design(table.assign(knee=False), table, "best-edap@0.975") == "confirmed"


def test_a_store_that_cannot_be_closed_hides_no_error(tmp_path, plain, estimator, monkeypatch):
    from xpert_evo.search.records.store import Store

    put = Store.put

    def full(self, key, value):
        if key == "waited_seconds":
            raise OSError(28, "No space left on device")
        put(self, key, value)

    monkeypatch.setattr(Store, "put", full)
    estimator.interrupt_after = 3
    with pytest.raises(KeyboardInterrupt):
        found(plain, tmp_path / "run", estimator=estimator)


@pytest.mark.parametrize("damage", ["{", '{"version": 1}', "[]", '{"counts": null}', "\x00"])
def test_what_a_run_wrote_is_looked_at_when_it_is_read_back(tmp_path, finished_run, damage):
    run = shutil.copytree(finished_run, tmp_path / "run", ignore=shutil.ignore_patterns("plots", "*.html"))
    (run / "run.json").write_text(damage)
    with pytest.raises(InputError, match=r"run\.json: "):
        write_report(run)
    assert json.loads(existing_store(run).get("baselines") or "")
