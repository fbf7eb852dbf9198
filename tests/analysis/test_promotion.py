import numpy as np
import pandas as pd
import pytest

from tests.analysis.test_front import BASELINES, LABELS, NOTHING, stored
from xpert_evo.analysis.front import evaluated, front_table
from xpert_evo.analysis.promotion import most_valuable, promoted_table


def promoted(rows: list[tuple[str, int, float]], status: str = "ok") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["key", "epochs", "accuracy"])
    return frame.assign(status=status, standard_error=0.005, images=100, seconds=3.0)


def test_the_longest_trainings_alone_are_shown():
    trainings = promoted([("k0", 20, 0.95), ("k1", 20, 0.93), ("k1", 40, 0.94), ("k3", 40, 0.5)])
    table = evaluated(stored([0.9, 0.88, 0.5, 0.4], [1e3, 10.0, 8.0, 1.0]), NOTHING, trainings)
    assert table["promoted_accuracy"].tolist() == pytest.approx([np.nan, 0.94, np.nan, 0.5], nan_ok=True)
    front = front_table(table, ("error", "edap_pj_ns_um2"), BASELINES, LABELS)
    assert front["promoted_epochs"].tolist() == pytest.approx([np.nan, 40, np.nan, 40], nan_ok=True)


def test_failed_trainings_show_nothing():
    table = evaluated(stored([0.9], [1.0]), NOTHING, promoted([("k0", 20, np.nan)], status="failed"))
    assert table["promoted_accuracy"].isna().all()
    assert promoted_table(table, BASELINES).empty


def test_of_designs_that_share_a_training_the_cheapest_is_listed_and_the_baseline():
    evaluations = stored([0.95, 0.95, 0.9, 0.9], [1e3, 10.0, 20.0, 50.0])
    evaluations["accuracy_key"] = ["k0", "k0", "k1", "k1"]
    table = evaluated(evaluations, NOTHING, promoted([("k0", 20, 0.97), ("k1", 20, 0.98)]))
    found = promoted_table(table, BASELINES)
    assert found["edap_pj_ns_um2"].tolist() == [20.0, 1e3, 10.0]
    assert found["baseline"].fillna("").tolist() == ["", "flash", ""]
    assert found["edap_gain_over_flash_baseline"].tolist() == pytest.approx([50, 1, 100])


def test_value_is_what_the_front_would_lose():
    plane = pd.DataFrame({"id": list("abcd")})
    points = np.array([[0.1, 0.9], [0.2, 0.2], [0.22, 0.19], [0.9, 1.2]])
    assert most_valuable(plane, points, 1) == ["b"]
    assert set(most_valuable(plane, points, 9)) == {"a", "b", "c"}, "what is beyond the square is worth nothing"
    assert most_valuable(plane, points, 0) == []
    assert most_valuable(plane[3:], points[3:], 2) == []
