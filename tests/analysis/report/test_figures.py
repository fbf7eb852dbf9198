import pandas as pd
import pytest

from tests.analysis.test_front import BASELINES, LABELS, repeats, stored
from xpert_evo.analysis.front import evaluated, front_table
from xpert_evo.analysis.plots import PANELS
from xpert_evo.analysis.report.figures import ACCURACY, breakdown_figure, convergence_figure, figure_html, front_figure
from xpert_evo.analysis.summary import times
from xpert_evo.design.designs import homogeneous, stack
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel


@pytest.fixture
def table() -> pd.DataFrame:
    rows = repeats([("k0", 1, 0.89), ("k1", 1, 0.85)])
    return evaluated(stored([0.9, 0.88, 0.5, 0.4, 0.3], [1e24, 1e22, 8e21, 1e20, 1e21], [1, 1, 1, 1, 1]), rows)


@pytest.fixture
def front(table) -> pd.DataFrame:
    return front_table(table, ("error", "edap_pj_ns_um2"), BASELINES, LABELS)


def test_the_front_shows_both_accuracies_and_what_they_are(table, front):
    figure = front_figure("edap_pj_ns_um2", table, front, BASELINES)
    traces = {trace.name: trace for trace in figure.data}
    search = traces["front, accuracy of the search (± s.e.)"]
    assert list(search.y) == [90, 88, 50, 40] and list(search.x) == pytest.approx([1000, 10, 8, 0.1])
    assert search.line.shape == "vh"  # steps promise no accuracy that no design reaches
    assert list(traces["the same, fresh seeds (± s.e.)"].y) == [89, 85]
    assert list(traces["dominated here"].y) == [30]
    assert list(traces["homogeneous VGG16, flash"].x) == pytest.approx([1000])
    assert len(traces["knee of error and EDAP"].x) == 1
    assert figure.layout.yaxis.title.text == ACCURACY and "proxy" in ACCURACY
    assert f"against the flash VGG16: {times(100)} EDAP" in search.text[1]


@pytest.mark.parametrize("metric", PANELS)
def test_a_front_without_baselines_or_knee_is_drawn(table, front, metric):
    assert len(front_figure(metric, table, front[:0], {"flash": "nobody"}, legend=False).data) == 4
    infeasible = front_figure(metric, table.assign(feasible=0), front[:0], BASELINES)
    assert not len(infeasible.data[0].x)


def test_short_spans_have_marks_within_a_decade(table, front):
    near = table.assign(edap_pj_ns_um2=[3e21, 2e21, 1.9e21, 1e21, 1.5e21])
    axis = front_figure("edap_pj_ns_um2", near, front, BASELINES).layout.xaxis
    assert {"1", "2", "5"} <= set(axis.ticktext)
    assert front_figure("edap_pj_ns_um2", table, front, BASELINES).layout.xaxis.ticktext is None


def test_bars_add_up_to_the_designs_figures():
    designs, hardware = stack([homogeneous(width=0.25, id="x")]), HardwareModel.from_preset("xpert-rram")
    layers = breakdown_frame(designs, hardware.costs(designs))
    metrics = hardware.evaluate(designs)
    figure = breakdown_figure(layers)
    for axis, whole in (
        ("y", metrics.energy_pj * 1e-6),
        ("y2", metrics.latency_ns * 1e-3),
        ("y3", metrics.area_um2 * 1e-6),
    ):
        bars = [trace for trace in figure.data if trace.yaxis == axis]
        assert sum(sum(trace.y) for trace in bars) == pytest.approx(whole[0])
        assert all(list(trace.x) == [*map(str, range(1, 14)), "shared"] for trace in bars)


def test_convergence_is_steps_over_trainings():
    history = pd.DataFrame({"trainings": [2, 9], "hypervolume": [0.1, 0.4], "generation": [0, 1], "front_size": [1, 3]})
    html = figure_html(convergence_figure(history), "convergence")
    assert 'id="convergence"' in html and '"shape":"hv"' in html and "hypervolume" in html
