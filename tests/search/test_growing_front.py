import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.test_front import NOTHING, stored
from xpert_evo.analysis.front import PLANE, evaluated, nondominated
from xpert_evo.search.growing_front import GrowingFront
from xpert_evo.search.objectives import objective_matrix

LEVELS = st.integers(0, 5).map(lambda level: level / 8)  # few, so that designs are equal in one or both
BATCHES = st.lists(st.lists(st.tuples(LEVELS, st.integers(0, 5)), max_size=6), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(BATCHES)
def test_batch_by_batch_it_is_the_front_of_all(batches):
    front, so_far = GrowingFront(), []
    for batch in batches:
        so_far += batch
        before = front.points
        changed = front.add(np.array(batch, dtype=float).reshape(-1, 2))
        assert changed == (not np.array_equal(before, front.points))
        if not so_far:
            continue
        accuracy = [1 - error for error, _ in so_far]
        table = evaluated(stored(accuracy, [10.0**decade for _, decade in so_far]), NOTHING)
        whole = nondominated(table, PLANE)
        assert sorted(front.rows) == np.flatnonzero(whole).tolist()
        matrix = objective_matrix({name: table[name].to_numpy() for name in PLANE}, PLANE)[whole]
        np.testing.assert_allclose(front.points, matrix[np.argsort(matrix[:, 0])])


def test_of_equal_designs_the_first_counts():
    front = GrowingFront()
    assert front.add(np.array([[0.5, 1.0], [0.5, 1.0], [0.4, 2.0]])) and front.rows.tolist() == [2, 0]
    assert not front.add(np.array([[0.5, 1.0], [0.6, 1.5]])) and len(front) == 2
