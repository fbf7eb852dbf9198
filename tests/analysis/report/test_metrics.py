import pytest

from tests.analysis.report.found import EDAP, found
from xpert_evo.analysis.report.metrics import metrics_of, other_models


def test_metrics_are_those_that_a_design_has():
    run = found()
    keys = [metric.key for metric in metrics_of(run.table, {})]
    assert keys[:3] == ["accuracy", "repeated_accuracy", "edap_pj_ns_um2"] and "promoted_accuracy" not in keys
    longer = run.table.assign(promoted_accuracy=0.9, promoted_epochs=30.0)
    names = {metric.key: metric.quantity.label for metric in metrics_of(longer, {})}
    assert names["promoted_accuracy"] == "proxy accuracy, 30 epochs (%)"
    assert names["edap_pj_ns_um2"] == "EDAP (mJ ms mm²)"


def test_another_models_figures_of_a_baseline_follow_from_the_gains():
    run = found()
    away = run.front[run.front["id"] != run.baselines["flash"]]
    there = other_models(away, run.baselines)["xpertsim"]
    assert there.loc[run.baselines["flash"], "edap_pj_ns_um2"] == pytest.approx(EDAP[0])
    assert there.loc[run.baselines["flash"], "tops_per_mm2"] == pytest.approx(3.0)
    assert there.loc[run.table["id"][1], "edap_pj_ns_um2"] == pytest.approx(2 * EDAP[1])


def test_an_empty_front_tells_nothing_of_other_models():
    run = found()
    assert other_models(run.front[:0], run.baselines) == {}
