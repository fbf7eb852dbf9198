"""Pictures as a reader meets them: letters large enough, none on another, shapes that grey print keeps apart."""

from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from tests.analysis.drawn import assert_legible, overlap
from tests.analysis.test_front import BASELINES, LABELS, repeats, stored
from xpert_evo.analysis import palette, plots, style
from xpert_evo.analysis.breakdown import Totals, breakdown_figure
from xpert_evo.analysis.comparison import ComparedRun, Scale, comparison_figure
from xpert_evo.analysis.front import evaluated, front_table
from xpert_evo.analysis.medium import FORMATS, Medium
from xpert_evo.analysis.outputs import baselines_table
from xpert_evo.analysis.pictured import METRICS, Knee, Pictured, from_tables
from xpert_evo.analysis.pictures import run_figures, write_plots
from xpert_evo.analysis.training_curves import curves_figure
from xpert_evo.design.design import homogeneous
from xpert_evo.hardware.quantities import QUANTITIES
from xpert_evo.hardware.simulate import simulate_with_layers

SAR = homogeneous(adc_type="sar").named()
BOTH = {**BASELINES, "sar": SAR.id}
WIDTHS = (3.5, 7.16)


@pytest.fixture(scope="module")
def run() -> Pictured:
    """Nine designs over six decades, all kinds of accuracies, both baselines close to each other."""
    accuracy = [0.93, 0.93, 0.9, 0.88, 0.8, 0.72, 0.6, 0.5, 0.31]
    table = stored(accuracy, [1.77e22, 1.56e22, 2e21, 4e20, 2e19, 3e19, 1e18, 5e17, 2e16])
    table.loc[1, "id"] = SAR.id
    table["tops_per_w"] = [5, 4.6, 10, 30, 40, 20, 60, 70, 80]
    table["tops_per_mm2"] = np.geomspace(0.002, 0.1, 9)
    longer = pd.DataFrame({"key": ["k0", "k3"], "epochs": 60, "status": "ok", "accuracy": [0.96, 0.94]})
    longer = longer.assign(standard_error=0.01, seconds=1.0)
    table = evaluated(table, repeats([("k2", 1, 0.89), ("k3", 1, 0.86), ("k4", 1, 0.8)]), longer)
    return Pictured(table, front_table(table, ("error", *METRICS), BOTH, LABELS), BOTH, LABELS)


@pytest.fixture(scope="module")
def knee() -> Knee:
    """With three digits on the channels' bars."""
    _, layers = simulate_with_layers([homogeneous(width=2, id="wide", adc_type="sar"), homogeneous(id="x")])
    wide, base = (rows for _, rows in layers.groupby("id", sort=False))
    wide = wide.assign(channels=wide["channels"].clip(upper=512))
    wide.loc[wide["layer"].between(1, 6), "adc_type"] = "flash"
    return Knee("design 6cd4250561, the knee", wide, Totals("flash", "VGG16", base))


@pytest.fixture(scope="module", params=WIDTHS)
def figures(run, knee, request) -> tuple[float, dict[str, Figure]]:
    """A width and a run's pictures at it, not drawn yet."""
    history = pd.DataFrame({"trainings": [1, 8, 40], "hypervolume": [0.0, 0.6, 0.7]})
    with style.drawing(request.param):
        return request.param, run_figures(run, history, knee, request.param)


@pytest.mark.parametrize("name", ["fronts", "accuracy_vs_edap", "convergence", "design_knee"])
def test_a_runs_pictures_are_legible_at_the_width_that_they_are_drawn_for(figures, monkeypatch, name):
    width, figure = figures[0], figures[1][name]
    with style.drawing(width):
        texts = " ".join(text.text for text in assert_legible(figure, monkeypatch))
    assert figure.get_figwidth() == width
    assert "network model xpertsim" in texts
    expected = {
        "fronts": ["proxy accuracy", "mJ ms mm²", "TOPS/W", "TOPS/mm²", "flash", "SAR", "60 epochs", "fresh seeds"],
        "accuracy_vs_edap": ["proxy accuracy", "(%)", "lower EDAP", "homogeneous VGG16, SAR"],
        "convergence": ["flash VGG16", "hypervolume"],
        "design_knee": ["energy (µJ)", "latency (µs)", "area (mm²)", "flash ADC", "SAR ADC", "flash VGG16"],
    }
    assert [words for words in expected[name] if words not in texts.replace("\n", " ")] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_so_are_comparisons_and_trainings(run, monkeypatch, width):
    designs = run.front[run.front["on_error_edap_front"]][:3]
    runs = [ComparedRun(f"cifar10-quick-{seed}", seed, "nsga2", 40, designs, run.baseline_rows) for seed in range(9)]
    epochs = pd.DataFrame({"epoch": range(1, 5), "fidelity": ["float"] * 2 + ["noise"] * 2})
    epochs = epochs.assign(train_loss=1.0, validation_accuracy=0.5)
    with style.drawing(width):
        compared = comparison_figure(runs, Scale(10, 1.77e22, "flash", "VGG16"), LABELS, width)
        texts = [text.text for text in assert_legible(compared, monkeypatch)]
        assert "homogeneous VGG16, flash" in texts and "accuracy of the search (± s.e.)" in texts
        assert_legible(curves_figure(epochs, width, title="x on CIFAR-10", valid=LABELS.sentence()), monkeypatch)


def test_so_is_a_design_whose_layers_share_nothing(monkeypatch):
    _, layers = simulate_with_layers([homogeneous(id="x")], network_model="xpertsim")
    with style.drawing(3.5):
        texts = assert_legible(breakdown_figure("design x", layers, LABELS.sentence(), 3.5), monkeypatch)
    assert any(text.text.startswith("area with filler layers' (mm²)") for text in texts)


def test_labels_on_each_other_would_be_found(run, monkeypatch):
    with style.drawing(3.5):
        figure = plots.accuracy_against("edap_pj_ns_um2", run, 3.5)
        figure.text(0.5, 0.5, "one")
        figure.text(0.51, 0.5, "two")
        with pytest.raises(AssertionError, match=r"on each other.*one"):
            assert_legible(figure, monkeypatch)


def test_edap_falls_to_the_left_and_the_baselines_stand_in_every_panel(run):
    with style.drawing(7.16):
        panels = plots.fronts(run, 7.16).axes
    for panel, metric in zip(panels, METRICS, strict=True):
        low, high = panel.get_xlim()
        assert low < high and panel.get_xscale() == "log"
        places = {float(line.get_xdata()[0]) for line in panel.get_lines() if len(line.get_xdata()) == 1}
        scale = QUANTITIES[metric].factor
        for row in run.baseline_rows.values():
            assert any(place == pytest.approx(row[metric] * scale) for place in places)


def test_a_baseline_of_unknown_accuracy_is_a_line_and_says_so(run, monkeypatch):
    references = baselines_table(run.table, BOTH)[["baseline", "id", "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2"]]
    front = run.front[~run.front["id"].isin(references["id"])]
    found = from_tables(front, references, LABELS, ("error", "edap_pj_ns_um2"))
    assert found.metrics == ("edap_pj_ns_um2",) and not found.whole
    with style.drawing(3.5):
        texts = assert_legible(plots.fronts(found, 3.5), monkeypatch)
    assert sum("VGG16" in text.text and "accuracy unknown" in text.text for text in texts) == 2


def test_a_run_read_from_its_tables_looks_the_same_on_the_front(run):
    found = from_tables(run.front, baselines_table(run.table, BOTH), LABELS, ("error", *METRICS))
    columns = ["id", "error", "accuracy", "edap_pj_ns_um2", "repeats"]
    whole = run.table[run.table["id"].isin(found.table["id"])].set_index("id").sort_index()
    again = found.table.set_index("id").sort_index()
    pd.testing.assert_frame_equal(whole[columns[1:]], again[columns[1:]], check_dtype=False)
    assert found.baselines == BOTH and set(found.baseline_rows) == {"flash", "sar"}


def test_a_run_without_a_front_is_drawn(run):
    nothing = replace(run, table=run.table.assign(feasible=0), front=run.front[:0])
    with style.drawing(3.5):
        assert plots.fronts(nothing, 3.5).axes


def test_of_many_dominated_designs_some_are_drawn_and_the_legend_says_so(run, monkeypatch):
    figure = plots.accuracy_against(METRICS[0], run, 7.16)
    assert "dominated here" in drawn_names(figure)
    monkeypatch.setattr(plots, "MOST_DOMINATED", 1)
    figure = plots.accuracy_against(METRICS[0], run, 7.16)
    assert "dominated here (1 of them drawn)" in drawn_names(figure)


def drawn_names(figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_grey_print_keeps_apart_what_stands_side_by_side():
    grey = {name: np.dot(to_rgb(colour), (0.299, 0.587, 0.114)) for name, colour in palette.PARTS.items()}
    for kinds in (list(palette.PARTS), ["flash", "sar"]):
        looks = [(palette.HATCHES[kind][0], round(grey.get(kind, 0), 1)) for kind in kinds]
        assert len(set(looks)) == len(kinds)
    assert len(set(palette.MARKERS.values())) == len(palette.MARKERS)
    assert len(set(palette.SERIES_MARKERS)) == len(palette.SERIES) == len(palette.SERIES_MARKERS)
    hatched = {kind: look for kind, look in palette.HATCHES.items() if look[0]}
    for kind, (_, line) in hatched.items():
        bar = np.dot(to_rgb({**palette.COLOURS, **palette.PARTS}[kind]), (0.299, 0.587, 0.114))
        assert abs(bar - np.dot(to_rgb(line), (0.299, 0.587, 0.114))) > 0.3, f"{kind}: its hatch can't be seen"


def test_files_hold_nothing_but_what_they_show(run, tmp_path):
    """Twice the same bytes, whatever a user has set for matplotlib."""
    few = replace(run, metrics=METRICS[:1])
    for name in ("one", "two"):
        with matplotlib.rc_context({"font.size": 4, "lines.linewidth": 9} if name == "two" else {}):
            paths = write_plots(tmp_path / name, few, None, None, Medium(3.5, FORMATS))
    assert [path.name for path in paths] == [f"accuracy_vs_edap.{kind}" for kind in FORMATS]
    for path in paths:
        content = path.read_bytes()
        assert content == (tmp_path / "one" / path.name).read_bytes()
        assert b"Matplotlib" not in content and b"Date" not in content
    pdf = paths[FORMATS.index("pdf")].read_bytes()
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf, "TrueType, embedded"


def test_overlap_counts_what_is_shared():
    box = Bbox.from_bounds(0, 0, 10, 10)
    assert overlap(box, Bbox.from_bounds(9, 9, 5, 5)) and not overlap(box, Bbox.from_bounds(10, 0, 5, 5))


def test_names_of_a_user_s_own_are_no_formulas(tmp_path):
    with style.drawing(3.5):
        figure = style.blank(3.5, 1)
        style.foot(figure, "folder:a$x_{$")
        style.save(figure, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 1000
