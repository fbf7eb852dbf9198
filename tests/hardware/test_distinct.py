from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware.distinct import distinct, taken


@dataclass(frozen=True)
class Inner:
    values: np.ndarray
    scalar: float


@dataclass(frozen=True)
class Outer:
    inner: Inner
    values: np.ndarray


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 70000), st.integers(0, 2)), max_size=30))
def test_every_layer_finds_its_own_combination(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    first, combination = distinct(*columns)
    assert len(first) == len(set(rows))
    assert (columns[:, first][:, combination] == columns).all()


def test_taken_reaches_nested_arrays_and_leaves_scalars():
    record = Outer(Inner(np.array([1.0, 2.0]), 5.0), np.array([3, 4]))
    result = taken(record, np.array([1, 1, 0]))
    assert result.inner.values.tolist() == [2.0, 2.0, 1.0]
    assert result.inner.scalar == 5.0
    assert result.values.tolist() == [4, 4, 3]
    assert record.values.tolist() == [3, 4]
