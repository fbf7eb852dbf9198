"""The page of a run: whole, offline, the same every time; also of a run that was stopped."""

import re
import shutil

import pandas as pd
import pytest

from xpert_evo.errors import InputError
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.search import run_search


@pytest.fixture
def run(tmp_path, finished_run):
    return shutil.copytree(finished_run, tmp_path / "run")


def test_a_search_leaves_a_page_that_works_offline(finished_run):
    text = (finished_run / "report.html").read_text()
    assert 3e6 < len(text) < 6e6 and text.count("plotly.js v") == 1
    page_alone = text[: text.index("<script>")] + text[text.index("</script>") :]
    assert not re.search(r"(src|href)=|https?://|@import", page_alone)


def test_the_page_holds_the_whole_front(run):
    text = write_report(run).read_text()
    front = pd.read_csv(run / "front.csv")
    for identity in front["id"]:
        assert f'<td data-value="{identity}">{identity}</td>' in text
    knee = front.loc[front["knee"], "id"].item()
    assert text.count('<tr class="knee">') == 1 and f"The knee, {knee}, layer by layer" in text
    for said in (
        "digits",
        "xpert-rram",
        "chip",
        "differential",
        "surrogate",
        "distinct",
        "proxy accuracy",
        "Convergence",
    ):
        assert said in text
    for figure in ("edap_pj_ns_um2", "tops_per_w", "tops_per_mm2", "breakdown", "convergence"):
        assert text.count(f'<div id="{figure}"') == 1


def test_the_same_run_gives_the_same_page(run):
    before = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == before


def test_a_stopped_run_has_a_page(tmp_path, problem, estimator):
    estimator.interrupt_after = 20
    with pytest.raises(KeyboardInterrupt):
        run_search(problem, tmp_path / "run", estimator=estimator)
    text = write_report(tmp_path / "run").read_text()
    assert "not finished: " in text and "of 40 trainings so far" in text


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no run"):
        write_report(tmp_path)
