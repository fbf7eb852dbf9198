from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpert_evo.analysis.front import Labels, evaluated, front_table, knee, nondominated
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.search.records.evaluations import METRIC_COLUMNS

LABELS = Labels("digits", "VGG16", "xpert-rram", "xpertsim", "offset", "default")
BASELINES = {"flash": homogeneous().digest()}


def some_designs(count: int) -> list[Design]:
    """Homogeneous ones; the first is the flash baseline."""
    genes = [{"adc_bits": 8 - row % 6, "input_bits": 8 - row // 6, "column_sharing": 4} for row in range(1, count)]
    return [homogeneous().named(), *(homogeneous(**choice).named() for choice in genes)]


def stored(accuracy: list[float], edap: list[float], feasible: list[int] | None = None) -> pd.DataFrame:
    """A table of `some_designs` as `Store.evaluations()` gives it."""
    count = len(accuracy)
    return pd.DataFrame(
        {
            "number": range(count),
            "generation": 1,
            "id": [design.id for design in some_designs(count)],
            "accuracy_key": [f"k{row}" for row in range(count)],
            "feasible": feasible or [1] * count,
            "homogeneous": True,
            **dict.fromkeys(METRIC_COLUMNS, 1.0),
            "edap_pj_ns_um2": edap,
            "tops_per_w": 2.0,
            "status": "ok",
            "accuracy": accuracy,
            "standard_error": 0.01,
            "images": 100,
        }
    )


def repeats(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["key", "replicate", "accuracy"])
    return frame.assign(status="ok", standard_error=0.01)


NOTHING = repeats([])


def test_dominated_infeasible_and_untrained_designs_are_not_on_the_front():
    table = stored([0.9, 0.8, 0.7, 0.95], [10.0, 1.0, 5.0, 20.0], [1, 1, 1, 0])
    table.loc[4] = {**table.loc[1].to_dict(), "status": "failed", "accuracy": np.nan, "id": "x"}
    result = evaluated(table, NOTHING)
    assert len(result) == 4
    assert nondominated(result, ("error", "edap_pj_ns_um2")).tolist() == [True, True, False, False]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 1e6)), min_size=1, max_size=24))
def test_front_is_what_the_definition_says(points):
    accuracy, edap = map(list, zip(*points, strict=True))
    result = evaluated(stored(accuracy, edap), NOTHING)
    found = nondominated(result, ("error", "edap_pj_ns_um2"))
    error, cost = result["error"].to_numpy(), np.log10(result["edap_pj_ns_um2"].to_numpy())
    for row in range(len(result)):
        no_worse = (error <= error[row]) & (cost <= cost[row])
        better = no_worse & ((error < error[row]) | (cost < cost[row]))
        assert not (found[row] and better.any())
        assert found[row] or no_worse.sum() > 1


def test_repeated_accuracy_holds_images_and_seeds():
    rows = repeats([("k0", 0, 0.9), ("k0", 1, 0.80), ("k0", 2, 0.84), ("k1", 0, 0.7)])
    result = evaluated(stored([0.9, 0.7], [10.0, 1.0]), rows)
    assert result["repeats"].tolist() == [2, 0]
    assert result["repeated_accuracy"][0] == pytest.approx(0.82)
    expected = np.sqrt(0.01**2 + np.var([0.80, 0.84], ddof=1) / 2)
    assert result["repeated_standard_error"][0] == pytest.approx(expected)
    assert np.isnan(result["repeated_accuracy"][1])


def test_front_table_marks_knee_gains_and_what_holds():
    accuracy, edap = [0.9, 0.88, 0.5, 0.4], [1000.0, 10.0, 8.0, 1.0]
    rows = repeats([("k0", 1, 0.89), ("k1", 1, 0.90), ("k2", 1, 0.5), ("k3", 1, 0.41)])
    table = evaluated(stored(accuracy, edap), rows)
    front = front_table(table, ("error", "edap_pj_ns_um2"), BASELINES, LABELS)
    assert front["accuracy"].tolist() == accuracy
    assert front["knee"].tolist() == [False, True, False, False]
    assert front["holds_when_repeated"].tolist() == [False, True, True, True]
    assert front["edap_gain_over_flash_baseline"].tolist() == pytest.approx([1, 100, 125, 1000])
    assert (front["tops_per_w_gain_over_flash_baseline"] == 1).all()
    assert (front["accuracy_source"] == "proxy").all() and (front["network_model"] == "xpertsim").all()


def test_gains_are_missing_without_a_baseline():
    table = evaluated(stored([0.9, 0.8], [10.0, 1.0]), NOTHING)
    elsewhere = table[["id", "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2"]].assign(
        edap_pj_ns_um2=lambda frame: frame["edap_pj_ns_um2"] ** 2
    )
    both = front_table(table, ("error", "edap_pj_ns_um2"), BASELINES, LABELS, {"moon": elsewhere})
    here, there = both["edap_gain_over_flash_baseline"], both["moon_edap_gain_over_flash_baseline"]
    assert there.to_numpy() == pytest.approx(here.to_numpy() ** 2)
    assert both["moon_edap_pj_ns_um2"].to_numpy() == pytest.approx(both["edap_pj_ns_um2"].to_numpy() ** 2)
    front = front_table(table, ("error", "edap_pj_ns_um2"), {"flash": "nobody"}, LABELS)
    assert front["edap_gain_over_flash_baseline"].isna().all()


def test_knee_is_where_both_are_good():
    assert knee(np.array([[0.1, 6], [0.12, 2], [0.5, 1]])) == 1
    assert knee(np.array([[0.3, 0.0]])) == 0


@pytest.mark.parametrize(
    ("estimator", "said"), [("training", None), ("fine-tuning", "by fine-tuning"), ("supernet", "by a supernet")]
)
def test_labels_say_where_accuracies_are_no_trainings_of_the_designs_own(estimator, said):
    sentence = replace(LABELS, estimator=estimator).sentence()
    assert ("accuracies" in sentence) == bool(said) and (said or "") in sentence
