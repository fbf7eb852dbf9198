"""A run of another network than VGG16 speaks of that network wherever it speaks of a baseline."""

import shutil

import pandas as pd
import pytest

from tests.analysis.drawn import drawn_texts
from tests.conftest import FormulaEstimator, small_problem
from xpert_evo.analysis import style
from xpert_evo.analysis.comparison import comparison_figure
from xpert_evo.analysis.pictures import run_figures
from xpert_evo.cli.run_tables import front_sheet, promoted_sheet
from xpert_evo.design.networks.registry import backbone
from xpert_evo.workflows import plots
from xpert_evo.workflows.comparison import compare_runs
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.results import load_run, run_front, run_sentences, write_tables
from xpert_evo.workflows.search import evolve

DIFFERENT = ("fronts", "convergence", "design_knee")


def searched(out, **network):
    """A small search of a network on digits, one design and the baselines trained for longer."""
    content = small_problem().model_dump(mode="json", exclude_none=True, exclude={"backbone"})
    quick = {"algorithm": "nsga2", "population": 8, "offspring": 6, "trainings": 14, "rivals": 0, "promoted": 1}
    content |= {"search": {**content["search"], **quick}, **network}
    evolve(Problem.model_validate(content), out, estimator=FormulaEstimator())
    write_tables(out)
    return out


@pytest.fixture(scope="module")
def lenet(tmp_path_factory):
    """Of LeNet-5; to be read only."""
    out = searched(tmp_path_factory.mktemp("lenet") / "run", backbone="lenet5")
    write_report(out)
    return out


def texts_of(run, monkeypatch) -> list[str]:
    """Every text of those of a run's pictures that differ in what they say."""
    problem, found = plots.pictured(run)
    with style.drawing(7.16):
        history, knee = plots._history(run, problem, found), plots._knee(run, problem, found)
        figures = run_figures(found, history, knee, 7.16)
        return [text.text for name in DIFFERENT for text in drawn_texts(figures[name], monkeypatch)]


def test_sentences_and_tables_name_the_network(lenet):
    run = load_run(lenet)
    front = run_front(run)
    text = "\n".join(run_sentences(run, front))
    assert "The homogeneous LeNet-5 with flash ADCs" in text and "of the flash LeNet-5" in text
    promoted = pd.read_csv(lenet / "promoted.csv", dtype={"id": str})
    sheets = [front_sheet(front), promoted_sheet(promoted, "LeNet-5")]
    assert "flash LeNet-5" in str(sheets) and "VGG" not in text + str(sheets)
    assert set(front["network"]) == set(pd.read_csv(lenet / "front.csv")["network"]) == {"LeNet-5"}


def test_so_do_pictures(lenet, monkeypatch):
    texts = texts_of(lenet, monkeypatch)
    assert "homogeneous LeNet-5, flash" in texts
    together = " ".join(texts).replace("\n", " ")
    assert "0: error of chance, or the flash LeNet-5's EDAP" in together
    assert "knee's gain: over the flash LeNet-5" in together and "in all, flash LeNet-5 " in together
    assert "VGG" not in together.upper()


def test_so_does_the_page(lenet):
    text = (lenet / "report.html").read_text()
    assert "homogeneous LeNet-5" in text and "<dd>LeNet-5" in text and "vgg" not in text.lower()


def test_so_do_comparisons(lenet, tmp_path, monkeypatch):
    other = shutil.copytree(lenet, tmp_path / "other")
    drawn = []

    def kept(*arguments):
        drawn.append(comparison_figure(*arguments))
        return drawn[-1]

    monkeypatch.setattr("xpert_evo.analysis.comparison.comparison_figure", kept)
    monkeypatch.setattr("xpert_evo.analysis.style.save", lambda *_: None)
    result = compare_runs([lenet, other], tmp_path / "out")
    assert "the homogeneous LeNet-5 with flash ADCs" in result.sentence() and result.to_json()["network"] == "LeNet-5"
    assert drawn[0].legends[0].get_texts()[-1].get_text() == "homogeneous LeNet-5, flash"


def test_a_users_own_network_goes_by_the_name_in_its_file(tmp_path, without_pictures):
    own = {**backbone("lenet5").to_json(), "name": "tiny-Net"}
    run = load_run(searched(tmp_path / "run", network=own))
    text = "\n".join(run_sentences(run, run_front(run)))
    assert "The homogeneous tiny-Net with flash ADCs" in text and "VGG" not in text


def test_a_run_of_before_the_network_was_noted_is_read(finished_run, tmp_path):
    published = shutil.copytree(finished_run, tmp_path / "old", ignore=shutil.ignore_patterns("store.sqlite*"))
    front = pd.read_csv(published / "front.csv", dtype={"id": str})
    front.drop(columns="network").to_csv(published / "front.csv", index=False)
    assert plots.pictured(published)[1].labels.network == "VGG16"
    assert "homogeneous VGG16" in write_report(published).read_text()


def test_runs_of_several_networks_are_compared(lenet, tmp_path):
    """On one scale: the first run's."""
    other = searched(tmp_path / "vgg", backbone="vgg16")
    result = compare_runs([other, lenet], tmp_path / "out")
    assert "the homogeneous VGG16 with flash ADCs" in result.sentence()
    assert result.labels.network == "VGG16 and LeNet-5" and (tmp_path / "out" / "fronts.png").is_file()
    backwards = compare_runs([lenet, other])
    assert backwards.scale.baseline_edap < result.scale.baseline_edap
