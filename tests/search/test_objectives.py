import numpy as np
import pytest
from pydantic import ValidationError

from xpert_evo.search.objectives import objective_matrix, violations
from xpert_evo.search.settings import Constraint, SearchSettings, parse_constraint


def test_objectives_are_minimised_on_a_log_scale():
    columns = {"error": np.array([0.1, 0.2]), "edap_pj_ns_um2": np.array([1e20, 1e18]), "tops_per_w": np.array([10, 1])}
    matrix = objective_matrix(columns, ("error", "edap_pj_ns_um2", "tops_per_w"))
    np.testing.assert_allclose(matrix, [[0.1, 20, -1], [0.2, 18, 0]])


def test_violations_are_relative_and_positive_where_violated():
    columns = {"area_um2": np.array([5e7, 1e8]), "accuracy": np.array([0.5, 0.2])}
    constraints = (parse_constraint("area_um2 <= 5e7"), parse_constraint("accuracy>=0.4"))
    np.testing.assert_allclose(violations(columns, constraints), [[0, -0.25], [1, 0.5]])


def test_a_constraint_is_read():
    assert parse_constraint(" tops_per_w >= 20 ") == Constraint("tops_per_w", False, 20.0)
    assert parse_constraint("error <= 0.3").needs_training
    assert not parse_constraint("macs <= 3e8").needs_training


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("area_um2 < 3", "METRIC <= NUMBER"),
        ("volume <= 3", "volume is no metric; valid are accuracy"),
        ("area_um2 <= big", "big is no number"),
        ("area_um2 <= -1", "above 0"),
        ("area_um2 <= nan", "above 0"),
    ],
)
def test_a_wrong_constraint_is_named(text, message):
    with pytest.raises(ValidationError, match=message):
        SearchSettings(constraints=(text,))


def test_objectives_need_error_and_no_repetition():
    with pytest.raises(ValidationError, match="'error' is missing"):
        SearchSettings(objectives=("energy_pj", "latency_ns"))
    with pytest.raises(ValidationError, match="stands twice"):
        SearchSettings(objectives=("error", "error"))
