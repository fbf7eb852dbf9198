import numpy as np
import pytest

from tests.analysis.test_front import NOTHING, stored
from xpert_evo.analysis.front import PLANE, evaluated, nondominated
from xpert_evo.analysis.indicators import convergence, hypervolume, unit_square


def test_scales_are_fixed_by_chance_and_the_baseline():
    points = unit_square(np.array([0.9, 0.0]), np.array([5.0, 5e-4]), classes=10, baseline_edap=5.0)
    np.testing.assert_allclose(points, [[1, 1], [0, 0]], atol=1e-12)


def test_hypervolume_of_known_points():
    assert hypervolume(np.array([[0.0, 0.0]])) == 1
    assert hypervolume(np.array([[0.5, 0.5]])) == pytest.approx(0.25)
    assert hypervolume(np.array([[0.2, 0.6], [0.6, 0.2], [0.9, 0.9]])) == pytest.approx(0.32 + 0.16)
    assert hypervolume(np.array([[1.0, 0.0], [1.2, 0.1]])) == 0


def test_hypervolume_never_falls_and_infeasible_designs_do_not_count():
    table = stored([0.5, 0.6, 0.4, 0.99], [1.0, 0.9, 0.1, 0.001], [1, 1, 1, 0])
    table["generation"] = [0, 1, 2, 3]
    history = convergence(evaluated(table, NOTHING), classes=10, baseline={"edap_pj_ns_um2": 1.0})
    assert history["generation"].tolist() == [0, 1, 2, 3]
    assert (np.diff(history["hypervolume"]) >= 0).all()
    assert history["hypervolume"].iloc[2] == history["hypervolume"].iloc[3] > history["hypervolume"].iloc[0]
    assert history["trainings"].tolist() == [1, 2, 3, 4]


def test_after_every_generation_it_is_that_of_all_designs_until_then():
    generator = np.random.default_rng(5)
    accuracy, edap = generator.random(40), 10.0 ** -generator.integers(0, 4, 40)
    table = stored(accuracy.tolist(), edap.tolist(), generator.integers(0, 2, 40).tolist())
    table["id"] = [f"design{row}" for row in range(40)]
    table["accuracy_key"] = [f"k{key}" for key in generator.integers(0, 25, 40)]
    table["generation"] = generator.permutation(np.repeat(np.arange(0, 16, 2), 5))
    whole = evaluated(table, NOTHING)
    for row in convergence(whole, classes=10, baseline={"edap_pj_ns_um2": 1.0}).itertuples():
        until = whole[whole["generation"] <= row.generation]
        feasible = until[until["feasible"] == 1]
        points = unit_square(
            feasible["error"].to_numpy(), feasible["edap_pj_ns_um2"].to_numpy(), classes=10, baseline_edap=1
        )
        assert row.hypervolume == pytest.approx(hypervolume(points))
        assert row.front_size == nondominated(until, PLANE).sum()
        assert (row.evaluations, row.trainings) == (len(until), until["accuracy_key"].nunique())
