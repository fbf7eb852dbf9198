import os
import shutil
import subprocess
import sys

import matplotlib
import pandas as pd
import pytest
from matplotlib.figure import Figure

import xpert_evo
from xpert_evo.errors import InputError
from xpert_evo.workflows.plots import pictured


@pytest.fixture
def published(finished_run, tmp_path):
    """A run's folder as it is published: without its store."""
    left = shutil.ignore_patterns("store.sqlite*", "plots")
    return shutil.copytree(finished_run, tmp_path / "published", ignore=left)


def test_pictures_of_a_run_without_its_store_show_the_same(finished_run, published):
    (_, whole), (_, tables) = pictured(finished_run), pictured(published)
    assert whole.whole and not tables.whole
    front = whole.front["id"]
    for run in (whole, tables):
        assert set(front) <= set(run.table["id"])
        for kind, row in run.baseline_rows.items():
            assert row["id"] == whole.baselines[kind]
            assert row["accuracy"] == pytest.approx(whole.baseline_rows[kind]["accuracy"])


def test_baselines_whose_accuracy_was_not_kept_have_their_costs(finished_run, published):
    (published / "baselines.csv").unlink()
    rows, known = pictured(published)[1].baseline_rows, pictured(finished_run)[1].baseline_rows
    on_front = set(pd.read_csv(published / "front.csv", dtype={"id": str})["id"])
    assert set(rows) == {"flash", "sar"}
    for kind, row in rows.items():
        assert row["edap_pj_ns_um2"] == pytest.approx(known[kind]["edap_pj_ns_um2"])
        assert pd.isna(row["accuracy"]) == (row["id"] not in on_front)


@pytest.mark.parametrize("content", ["", "id,accuracy\na,0.5\n", "\x00\xff"])
def test_a_table_that_no_run_wrote_is_named(published, content):
    (published / "front.csv").write_text(content, encoding="latin-1")
    with pytest.raises(InputError, match=r"front\.csv: "):
        pictured(published)
    with pytest.raises(InputError, match="holds no run"):
        xpert_evo.plot_front(published / "nowhere")


def test_a_front_is_drawn_into_somebody_elses_picture(finished_run):
    """Without touching their settings, or choosing a backend for them."""
    before, axes = dict(matplotlib.rcParams), Figure().subplots()
    assert xpert_evo.plot_front(str(finished_run), ax=axes) is axes
    assert dict(matplotlib.rcParams) == before
    assert "EDAP" in axes.get_xlabel() and "proxy accuracy" in axes.get_ylabel() and axes.get_xscale() == "log"
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"homogeneous VGG16, flash", "homogeneous VGG16, SAR", "front, accuracy of the search"} <= set(names)


def test_new_axes_are_made_where_none_are_given(finished_run, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    axes = xpert_evo.plot_front(finished_run)
    assert axes.get_figure() is plt.gcf()
    plt.close(axes.get_figure())


def test_importing_the_package_loads_no_matplotlib_and_plotting_no_torch(finished_run):
    script = f"""
import sys, xpert_evo
assert not {{"matplotlib", "torch", "pandas"}} & set(sys.modules)
from matplotlib.figure import Figure
xpert_evo.plot_front({str(finished_run)!r}, ax=Figure().subplots())
assert not {{"torch", "pymoo", "matplotlib.pyplot"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
