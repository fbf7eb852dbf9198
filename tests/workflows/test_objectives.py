"""Runs for other objectives than error and EDAP: what they find, and that all they leave says the right words."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import FormulaEstimator, small_problem
from tests.workflows.test_search import changed
from xpert_evo.analysis import plots, style
from xpert_evo.analysis.front import nondominated
from xpert_evo.analysis.pictures import run_figures
from xpert_evo.cli.run_tables import front_sheet
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.comparison import compare_runs
from xpert_evo.workflows.plots import pictured
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.promotion import best_of
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.results import load_run, run_convergence, run_front, run_sentences, write_tables
from xpert_evo.workflows.search import evolve


def transfer(table: pd.DataFrame) -> pd.Series:
    """Below 0 for small designs: nothing that a logarithm could be taken of."""
    return table["latency_ns"] * 1e-3 + 5 * table["tiles"] - 300


def searched(**search) -> Problem:
    quick = {"algorithm": "nsga2", "population": 8, "offspring": 6, "trainings": 16, "confirm_seeds": 1, "rivals": 0}
    return changed(small_problem(), **{**quick, **search})


RUNS = {
    "latency": (searched(objectives=["latency_ns", "error"], rivals=1), None),
    "hardware": (searched(objectives=["energy_pj", "area_um2"], constraints=["accuracy >= 0.3"]), None),
    "four": (searched(objectives=["tiles", "tops", "leakage_energy_pj", "macs"], algorithm="factored"), None),
    "own": (
        searched(
            objectives=["error"],
            algorithm="surrogate",
            rivals=1,
            surrogate={"first": 8, "batch": 4, "candidates": 1000},
        ),
        {"transfer": transfer},
    ),
}
PLANES = {
    "latency": ("error", "latency_ns"),
    "hardware": ("energy_pj", "area_um2"),
    "four": ("tiles", "tops"),
    "own": ("error", "transfer"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a run by its name; each is searched once, to be read only."""
    runs = tmp_path_factory.mktemp("runs")

    def find(name: str) -> Path:
        if not (runs / name).exists():
            problem, objectives = RUNS[name]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("xpert_evo.search.candidates.sampling.CANDIDATES", 200)
                evolve(problem, runs / name, estimator=FormulaEstimator(), objectives=objectives)
            write_tables(runs / name)
        return runs / name

    return find


@pytest.mark.parametrize("name", RUNS)
def test_the_front_is_that_of_the_objectives_and_shown_in_two_of_them(folder, name):
    run = load_run(folder(name))
    front = pd.read_csv(folder(name) / "front.csv", dtype={"id": str})
    objectives = run.problem.search.objectives
    assert run.plane == PLANES[name] and set(run.table.loc[nondominated(run.table, objectives), "id"]) <= set(
        front["id"]
    )
    marked = front[f"on_{'_'.join(re.sub('_(pj|ns|um2)$', '', each) for each in PLANES[name])}_front"]
    assert set(front.loc[marked, "id"]) == set(run.table.loc[nondominated(run.table, run.plane), "id"])
    assert front["knee"].sum() == 1 and front.loc[marked, "repeats"].min() == 1, "fresh seeds are spent on it"
    assert set(objectives) - {"error"} <= set(front) & set(pd.read_csv(folder(name) / "baselines.csv"))


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("latency", ["on that of error and latency", "in latency.", "x lower latency than the flash VGG16"], ["EDAP"]),
        (
            "hardware",
            ["on that of energy and area", "That of least energy", "lower energy and", "are better in both"],
            ["EDAP", "TOPS", "The most accurate"],
        ),
        (
            "four",
            ["on that of tiles and TOPS", "That of least tiles", "x TOPS", "lower leakage energy"],
            ["EDAP", "µJ ms"],
        ),
        ("own", ["on that of error and transfer", "with transfer", "Lower transfer than the best"], ["EDAP", "nan"]),
    ],
)
def test_what_was_found_is_said_in_its_objectives(folder, name, said, unsaid):
    run = load_run(folder(name))
    text = "\n".join(run_sentences(run, run_front(run)))
    assert all(words in text for words in said), text
    assert not any(words in text for words in unsaid), text


@pytest.mark.parametrize(
    ("name", "title", "heads"),
    [
        ("latency", "Front of proxy error and latency", ["latency (µs)", "gain"]),
        ("hardware", "Front of energy and area", ["energy (µJ)", "area (mm²)", "gain"]),
        ("four", "Front of tiles and TOPS", ["tiles", "TOPS", "gain"]),
        ("own", "Front of proxy error and transfer", ["transfer"]),
    ],
)
def test_tables_have_its_columns(folder, name, title, heads):
    run = load_run(folder(name))
    sheet = front_sheet(run_front(run), run.problem.search.objectives)
    columns = [column.head for column in sheet.columns]
    start = columns.index(heads[0])
    assert sheet.title == title and columns[start : start + len(heads)] == heads
    assert ("gain" in columns) == (name != "own")


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("latency", {"accuracy_vs_latency": ("latency (µs), lower is better", "log", "proxy accuracy on", "linear")}),
        ("hardware", {"energy_vs_area": ("area (mm²), lower is better", "log", "energy (µJ), lower is better", "log")}),
        (
            "four",
            {
                "tiles_vs_tops": ("TOPS, higher is better", "log", "tiles, lower is better", "log"),
                "tiles_vs_macs": ("multiply-accumulates (millions), lower", "log", "tiles, lower is better", "log"),
            },
        ),
        ("own", {"accuracy_vs_transfer": ("transfer, lower is better", "linear", "proxy accuracy on", "linear")}),
    ],
)
def test_pictures_have_its_axes(folder, name, labels):
    run = load_run(folder(name))
    _, found = pictured(folder(name))
    with style.drawing(7.16):
        figures = run_figures(found, run_convergence(run), None, 7.16)
    assert set(labels) <= set(figures) and not any("edap" in figure for figure in figures)
    for figure, (right, right_scale, up, up_scale) in labels.items():
        (axis,) = figures[figure].axes
        assert axis.get_xlabel().startswith(right) and axis.get_xscale() == right_scale
        assert axis.get_ylabel().startswith(up) and axis.get_yscale() == up_scale
        front = max(axis.get_lines(), key=lambda line: line.get_drawstyle() == "steps-pre")
        assert len(front.get_xdata()) == nondominated(run.table, (run.plane[0], _metric(found, right))).sum()
    history = figures["convergence"].axes[0].get_ylabel()
    assert (
        history
        == {
            "latency": "hypervolume\n(proxy error, log latency)",
            "hardware": "hypervolume\n(log energy, log area)",
            "four": "hypervolume\n(log tiles, log TOPS)",
            "own": "hypervolume\n(proxy error, transfer)",
        }[name]
    )


def _metric(found, label: str) -> str:
    return next(name for name in found.metrics if plots.quantity_of(name).directed.startswith(label))


@pytest.mark.parametrize("name", RUNS)
def test_the_page_opens_with_its_axes(folder, name):
    text = write_report(folder(name)).read_text()
    content = json.loads(re.search(r'id="content">(.*?)</script>', text, re.DOTALL)[1])
    up, right = PLANES[name]
    assert (content["plane"]["x"], content["plane"]["y"]) == (right, "accuracy" if up == "error" else up)
    keys = [metric["key"] for metric in content["metrics"]]
    assert {*content["shown"], right} - {"macs"} <= set(keys)
    places = [keys.index(content["plane"][axis]) for axis in "xy"]
    assert all(design["values"][place] is not None for design in content["designs"] for place in places)
    words = text.partition("<main>")[2].partition('<script type="application/json"')[0]
    assert f"Front of {content['plane']['words']}, the" in words and "EDAP" not in words


def test_a_run_whose_store_is_gone_reads_the_same(folder, tmp_path):
    for name in RUNS:
        out = shutil.copytree(folder(name), tmp_path / name)
        (out / "store.sqlite").unlink()
        (_, whole), (_, tables) = pictured(folder(name)), pictured(out)
        assert tables.plane == whole.plane and set(tables.metrics) == set(whole.metrics)
        assert list(tables.front["id"]) == list(whole.front["id"])
        write_report(out)
    (tmp_path / "own/baselines.csv").unlink()  # what its function gives the baselines nobody knows any more
    assert not pictured(tmp_path / "own")[1].baseline_rows


def test_fronts_of_earlier_versions_are_shown_as_they_were(folder, tmp_path):
    out = shutil.copytree(folder("latency"), tmp_path / "old")
    (out / "store.sqlite").unlink()
    text = (out / "front.csv").read_text()
    (out / "front.csv").write_text(text.replace("on_error_latency_front", "on_error_edap_front", 1))
    _, found = pictured(out)
    assert found.plane == ("error", "edap_pj_ns_um2") and found.front["on_error_edap_front"].any()


def test_runs_are_compared_in_error_and_edap_whatever_they_were_for(folder, tmp_path):
    other = shutil.copytree(folder("latency"), tmp_path / "other")
    table = compare_runs([folder("latency"), other]).indicators
    front = load_run(other).table
    assert table["designs_search"].tolist() == [nondominated(front, ("error", "edap_pj_ns_um2")).sum()] * 2
    (other / "store.sqlite").unlink()
    with pytest.raises(InputError, match="its front is of error and latency; fronts of error and EDAP are compared"):
        compare_runs([folder("latency"), other])


def test_its_most_valuable_designs_are_on_its_front(folder):
    for name in RUNS:
        run, store = load_run(folder(name)), existing_store(folder(name))
        best = best_of(run.problem, store, 2)
        store.close()
        assert set(best) <= set(run.table.loc[nondominated(run.table, run.plane), "id"]) and (best or name == "four")


def test_values_of_functions_are_kept_and_the_same_ones_go_on(folder, tmp_path):
    out = shutil.copytree(folder("own"), tmp_path / "run")
    problem = RUNS["own"][0]
    assert load_problem(out / "problem.toml").search.functions == {"transfer": f"{__name__}:transfer"}
    evolve(
        changed(problem, trainings=18),
        out,
        resume=True,
        estimator=FormulaEstimator(),
        objectives={"transfer": transfer},
    )
    table = load_run(out).table
    assert table["transfer"].to_numpy() == pytest.approx(transfer(table.assign(tiles=_tiles(out, table))).to_numpy())
    with pytest.raises(InputError, match=r"search\.functions"):
        evolve(problem, out, resume=True, estimator=FormulaEstimator(), objectives={"transfer": max})


def _tiles(out: Path, table: pd.DataFrame):
    from xpert_evo.design.designs import stack

    run = load_run(out)
    return run.problem.hardware.load().evaluate(stack(run.designs(table))).tiles


def test_a_function_that_gives_something_else_now_is_refused(folder, tmp_path, monkeypatch):
    out = shutil.copytree(folder("own"), tmp_path / "run")

    def other(table):
        return transfer(table) + 1

    other.__module__, other.__qualname__ = transfer.__module__, transfer.__qualname__
    with pytest.raises(InputError, match=r"transfer of \w+ was [\d.]+ and is [\d.]+ now; a run goes on with its own"):
        evolve(
            changed(RUNS["own"][0], trainings=18),
            out,
            resume=True,
            estimator=FormulaEstimator(),
            objectives={"transfer": other},
        )


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (
            lambda table: table["accuracy"],
            "KeyError: 'accuracy'; a function of the metrics table is wanted, whose columns",
        ),
        (lambda table: 1.0, "gives an array of shape"),
        (lambda table: table["tops"] / 0, "gives a number that isn't finite"),
        ("tops", "is no function"),
    ],
)
def test_what_is_no_function_of_the_metrics_is_refused(tmp_path, plain, estimator, function, says):
    with pytest.raises(InputError, match=rf"search\.functions\.mine: .*{says}"):
        evolve(plain, tmp_path / "run", estimator=estimator, objectives={"mine": function})
    assert not (tmp_path / "run").exists() and not estimator.asked


def test_a_name_that_tables_have_and_one_objective_alone_are_refused(tmp_path, plain, estimator):
    with pytest.raises(InputError, match="objectives: functions: 'knee' can't be the name of a function"):
        evolve(plain, tmp_path / "run", estimator=estimator, objectives={"knee": transfer})
    with pytest.raises(InputError, match=r"search\.objectives: error alone; two or more are wanted"):
        evolve(changed(plain, objectives=["error"]), tmp_path / "run", estimator=estimator)


def test_a_file_names_a_function(tmp_path, monkeypatch, plain, estimator):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "a_users_functions.py").write_text("def pins(table):\n    return table['tiles'] ** 0.5\n")
    search = {"functions": {"pins": "a_users_functions:pins"}, "objectives": ["error", "pins"], "trainings": 8}
    evolve(changed(plain, **search, constraints=["pins <= 18"]), tmp_path / "run", estimator=estimator)
    table = load_run(tmp_path / "run").table
    assert (table.loc[table["feasible"] == 1, "pins"] <= 18).all() and table["pins"].nunique() > 2
    sys.modules.pop("a_users_functions")


def test_a_search_that_the_smallest_network_wins_says_so():
    remarks = changed(small_problem(), objectives=["energy_pj", "area_um2"], algorithm="nsga2").remarks()
    assert any("the smallest networks win" in remark for remark in remarks)
    assert not any("the smallest networks win" in remark for remark in RUNS["hardware"][0].remarks())
