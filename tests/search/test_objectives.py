import numpy as np
import pytest
from pydantic import ValidationError

from xpert_evo.hardware.metrics import METRICS
from xpert_evo.search.objectives import objective_matrix, plane_of, violations
from xpert_evo.search.settings import OBJECTIVES, Constraint, SearchSettings, parse_constraint


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


def test_an_objective_is_known_and_stands_once():
    with pytest.raises(
        ValidationError, match=r"'latency' is unknown; valid are error, energy_pj, .*did you mean latency_ns"
    ):
        SearchSettings(objectives=("error", "latency"))
    with pytest.raises(ValidationError, match="stands twice"):
        SearchSettings(objectives=("error", "error"))


def test_algorithms_that_trade_accuracy_want_error_and_others_do_not():
    for algorithm in ("surrogate", "two-phase"):
        with pytest.raises(ValidationError, match=r"'error' isn't among the objectives; .* factored, nsga2, random"):
            SearchSettings(objectives=("energy_pj", "latency_ns"), algorithm=algorithm)
    assert SearchSettings(objectives=("energy_pj", "latency_ns"), algorithm="nsga2").judged_by() == (
        "energy_pj",
        "latency_ns",
    )


def test_functions_stand_beside_the_metrics():
    settings = SearchSettings(
        functions={"transfer": "mine:transfer"}, objectives=("error", "transfer"), constraints=("transfer <= 3",)
    )
    assert settings.judged_by() == ("error", "transfer")
    assert settings.parsed_constraints() == (Constraint("transfer", True, 3.0),)
    for name in ("tiles", "Transfer", "a b", "knee", "repeated_error", "accuracy_key", ""):
        with pytest.raises(ValidationError, match="can't be the name of a function"):
            SearchSettings(functions={name: "mine:transfer"})


@pytest.mark.parametrize(
    ("objectives", "plane"),
    [
        (("tops_per_w", "error", "edap_pj_ns_um2"), ("error", "edap_pj_ns_um2")),
        (("latency_ns", "error"), ("error", "latency_ns")),
        (("error", "energy_pj", "area_um2"), ("error", "energy_pj")),
        (("tiles", "energy_pj", "latency_ns"), ("tiles", "energy_pj")),
        (("tiles", "energy_pj", "edap_pj_ns_um2"), ("tiles", "edap_pj_ns_um2")),
        (("error", "transfer"), ("error", "transfer")),
    ],
)
def test_a_run_is_looked_at_in_two_of_its_objectives(objectives, plane):
    assert plane_of(objectives) == plane


def test_every_metric_of_the_simulator_is_an_objective_in_its_direction():
    assert {*METRICS, "macs", "parameters", "tiles", "error"} == set(OBJECTIVES)
    columns = {name: np.array([1.0, 10.0]) for name in OBJECTIVES}
    falls = objective_matrix(columns, OBJECTIVES)[1] < objective_matrix(columns, OBJECTIVES)[0]
    assert [name for name, better in zip(OBJECTIVES, falls, strict=True) if better] == [
        "tops_per_w",
        "tops_per_mm2",
        "tops",
    ]


def test_values_of_functions_are_taken_as_they_are():
    np.testing.assert_array_equal(objective_matrix({"mine": np.array([-3.0, 0.0])}, ("mine",)), [[-3], [0]])
