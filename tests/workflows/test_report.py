"""The page of a run: whole, offline, the same every time; also of a run that was stopped, or whose store is gone."""

import json
import re
import shutil

import pandas as pd
import pytest

from tests.workflows.test_search import changed, found
from xpert_evo.errors import InputError
from xpert_evo.workflows import report
from xpert_evo.workflows.report import checked_rounds, write_report
from xpert_evo.workflows.search import run_search


@pytest.fixture
def run(tmp_path, finished_run):
    return shutil.copytree(finished_run, tmp_path / "run")


def content_of(page) -> dict:
    return json.loads(re.search(r'id="content">(.*?)</script>', page.read_text(), re.DOTALL)[1])


def test_a_page_works_offline(run):
    text = write_report(run).read_text()
    assert 3e6 < len(text.encode()) < 6e6 and text.count("plotly.js v") == 1
    plotly = text.index("<script>/**")
    page_alone = text[:plotly] + text[text.index("</script>", plotly) :]
    page_alone = page_alone.replace("http://www.w3.org/2000/svg", "")  # the name of a language, which nobody asks for
    assert not re.search(r"\ssrc=|https?://|@import|url\((?!#)", page_alone)
    assert set(re.findall(r'href="(.)', page_alone)) == {"#"}


def test_the_page_holds_the_whole_front_and_the_baselines(run):
    page = write_report(run)
    front, content = pd.read_csv(run / "front.csv"), content_of(page)
    designs = {design["id"]: design for design in content["designs"]}
    assert {identity for identity, design in designs.items() if design.get("front")} == set(front["id"])
    assert {identity for identity, design in designs.items() if design.get("plane")} == set(
        front.loc[front["on_error_edap_front"], "id"]
    )
    (knee,) = (identity for identity, design in designs.items() if design.get("knee"))
    assert knee == front.loc[front["knee"], "id"].item()
    assert set(content["baselines"]) == {"flash", "sar"} and set(content["baselines"].values()) <= set(designs)
    assert all("layers" in design and "parts" in design for design in designs.values())
    assert content["rounds"] and content["history"] and content["sensitivity"] and content["whole_run"]
    assert content["predictions"] is not None


def test_the_page_says_what_it_shows(run):
    text = write_report(run).read_text()
    for said in (
        "surrogate",
        "distinct",
        "proxy accuracies",
        "conftest:FormulaEstimator gives",
        "the search's kind of predictor",
    ):
        assert said in text
    assert text.count("differential weight encoding") == 1  # what figures are valid for stands there once
    assert f'data-id="{pd.read_csv(run / "front.csv").query("knee")["id"].item()}"' in text


@pytest.mark.parametrize(("width", "said"), [(0.25, "reduced networks"), (1.0, "the networks themselves")])
def test_accuracies_of_the_proxy_are_called_short_trainings(problem, width, said):
    whole = problem.with_proxy(width_factor=width, resolution=32)
    assert f"short trainings of {said}, scored on held-out" in report._accuracies(whole, 32)


def test_the_same_run_gives_the_same_page(run):
    before = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == before


def test_a_stopped_run_has_a_page(tmp_path, problem, estimator):
    estimator.interrupt_after = 20
    with pytest.raises(KeyboardInterrupt):
        run_search(problem, tmp_path / "run", estimator=estimator)
    text = write_report(tmp_path / "run").read_text()
    assert "not finished: " in text and "of 40 trainings so far" in text


def test_a_run_without_a_predictor_says_so(tmp_path, problem, estimator):
    out = tmp_path / "run"
    found(changed(problem, algorithm="two-phase", trainings=12), out, estimator=estimator)
    page = write_report(out)
    assert content_of(page)["rounds"] == [] and "has no predictor of accuracy" in page.read_text()


def test_a_run_whose_store_is_gone_shows_its_front(run):
    whole = content_of(write_report(run))
    (run / "store.sqlite").unlink()
    lost = sorted(path.stem for path in (run / "designs").glob("*.json"))[::2]
    for identity in lost:
        (run / f"designs/{identity}.json").unlink()
    page = write_report(run)
    content = content_of(page)
    front = {design["id"]: design for design in whole["designs"] if design.get("front") or design.get("baseline")}
    assert {design["id"] for design in content["designs"]} == set(front)
    for design in content["designs"]:
        assert design["values"] == front[design["id"]]["values"]
        if design["id"] in lost and not design.get("baseline"):
            assert "layers" not in design
        else:
            assert design["layers"] == front[design["id"]]["layers"] and design["parts"]
    assert content["history"] == whole["history"] and content["rounds"] == whole["rounds"]
    assert content["sensitivity"] is None and not content["whole_run"]
    assert "The run's store isn't in this folder" in page.read_text()


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("front.csv", ",True", ",yes", "front.csv: .*: numbers are wanted"),
        ("convergence.csv", "0,2,1,", "0,2,many,", "convergence.csv: numbers are wanted"),
        ("rounds.csv", "rank_correlation_low", "low", None),
    ],
)
def test_tables_that_no_run_wrote_are_refused(run, name, old, new, says):
    """What is missing is missing; what is wrong is named."""
    (run / "store.sqlite").unlink()
    path = run / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    if says:
        with pytest.raises(InputError, match=says):
            write_report(run)
    else:
        assert content_of(write_report(run))["rounds"] == []


def test_rounds_that_no_search_wrote_are_refused(tmp_path):
    with pytest.raises(InputError, match="rounds: numbers are wanted"):
        checked_rounds([{"rank_correlation": "high"}], tmp_path)
    assert checked_rounds([{"phase": 1}, 3], tmp_path).empty


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no run"):
        write_report(tmp_path)
