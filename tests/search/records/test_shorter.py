"""Trainings that were shorter: kept by their length, and forgotten where the machine lost them."""

from __future__ import annotations

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.accuracies import FAILED, LOST, OK, StoredAccuracy
from xpert_evo.search.records.store import Store

FOUND = StoredAccuracy("a", 0, OK, 0.5, 0.01, 300, 2.0)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store.sqlite")


def test_a_length_has_its_own(store):
    store.add_shorter(1, 1, FOUND)
    store.add_shorter(4, 2, StoredAccuracy("a", 0, FAILED, error="no loss"))
    assert store.shorter_of(["a", "b"], 1) == {"a": FOUND}
    assert store.shorter_of(["a"], 4)["a"].error == "no loss"
    assert list(store.shorter()["epochs"]) == [1, 4]
    assert store.accuracies().empty and store.counts()["distinct_trainings"] == 0


def test_what_the_machine_lost_is_forgotten_with_all_that_came_of_it(store):
    store.add_shorter(1, 1, FOUND)
    store.add_shorter(1, 2, StoredAccuracy("b", 0, LOST, error="no memory"))
    store.add_round(1, {"generation": 1})
    for number, generation in ((0, 1), (1, 2), (2, 3)):
        store._connection.execute(
            "INSERT INTO evaluations SELECT ?, ?, 'x', 'a', 1, '{}' "
            + ", 1.0" * (len(store._connection.execute("SELECT * FROM evaluations").description) - 6),
            (number, generation),
        )
    assert store.forget_lost() == 1
    assert list(store.shorter()["key"]) == ["a"] and store.counts()["evaluations"] == 1
    assert len(store.rounds()) == 1


def test_runs_of_earlier_versions_have_none(tmp_path, store):
    store._connection.execute("DROP TABLE shorter")
    store._connection.commit()
    store.close()
    there = Store(tmp_path / "store.sqlite", read_only=True)
    assert there.shorter().empty and list(there.shorter().columns[:2]) == ["key", "epochs"]


def test_what_is_no_training_is_told(store):
    store.add_shorter(1, 1, FOUND)
    store._connection.execute("UPDATE shorter SET accuracy = 'much'")
    with pytest.raises(InputError, match=r"store.sqlite: .*accuracy"):
        store.shorter()
