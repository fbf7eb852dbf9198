"""Stores that were damaged, or made by somebody else: refused in a line that names the place."""

import json
import sqlite3

import numpy as np
import pytest

from xpert_evo.design.designs import homogeneous, stack
from xpert_evo.design.texts import design_texts
from xpert_evo.errors import InputError
from xpert_evo.search.store import METRIC_COLUMNS, Store, StoredAccuracy


def add(store, designs, *, begin=0):
    """A batch of evaluations of one accuracy."""
    count = len(designs)
    store.add_evaluations(
        range(begin, begin + count),
        generation=1,
        ids=designs.ids,
        accuracy_keys=["key"] * count,
        feasible=np.ones(count, dtype=bool),
        designs=design_texts(designs),
        metrics=np.ones((count, len(METRIC_COLUMNS))),
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "store.sqlite"
    store = Store(path)
    store.add_accuracy(StoredAccuracy("key", 0, "ok", 0.5, 0.01, 100, 1.0))
    add(store, stack([homogeneous()]))
    store.close()
    return path


def change(path, text, *values):
    connection = sqlite3.connect(path)
    connection.execute(text, values)
    connection.commit()
    connection.close()


def read(path):
    store = Store(path, read_only=True)
    try:
        return store.designs(store.evaluations()["number"]), store.accuracies(), store.promotions()
    finally:
        store.close()


def test_a_whole_store_is_read(path):
    designs, accuracies, promotions = read(path)
    assert designs == [homogeneous().named()] and accuracies["accuracy"].tolist() == [0.5] and promotions.empty


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("evaluations", "id", "../../x", "id is '../../x'"),
        ("evaluations", "id", '"\nimport os\n"', "id is "),
        ("evaluations", "id", "..", "id is '..'"),
        ("evaluations", "id", "another", "its design is"),
        ("evaluations", "design", "{", "Invalid JSON"),
        ("evaluations", "design", json.dumps({"id": "a/b"}), "id: "),
        ("evaluations", "energy_pj", "much", "energy_pj is 'much'"),
        ("evaluations", "energy_pj", 0.0, "a number above 0"),
        ("evaluations", "area_um2", float("inf"), "a number above 0"),
        ("evaluations", "generation", -1, "generation is -1"),
        ("evaluations", "feasible", 7, "0 or 1"),
        ("accuracies", "accuracy", 1.5, "a number from 0 to 1"),
        ("accuracies", "accuracy", b"\x00", "accuracy is "),
        ("accuracies", "standard_error", float("-inf"), "standard_error"),
        ("accuracies", "images", 0, "images is 0"),
        ("accuracies", "status", "good", "ok, failed or lost"),
    ],
)
def test_a_wrong_value_is_named(path, table, column, value, says):
    change(path, f"UPDATE {table} SET {column} = ?", value)
    with pytest.raises(InputError) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}: ") and says in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("key", "value", "ask"),
    [
        ("seed", "one", lambda store: store.seed()),
        ("seed", "9" * 400, lambda store: store.seed()),
        ("seconds", "nan", lambda store: store.seconds("seconds")),
        ("seconds", "1e300", lambda store: store.seconds("seconds")),
        ("baselines", "[1]", lambda store: store.baselines()),
        ("baselines", '{"flash": 3}', lambda store: store.baselines()),
        ("baselines", '{"pipeline": "a"}', lambda store: store.baselines()),
        ("rounds", "[NaN]", lambda store: store.content("rounds", list)),
        ("rounds", "{}", lambda store: store.content("rounds", list)),
    ],
)
def test_a_wrong_fact_of_the_run_is_named(path, key, value, ask):
    change(path, "INSERT OR REPLACE INTO run VALUES (?, ?)", key, value)
    store = Store(path, read_only=True)
    with pytest.raises(InputError, match=f"run, {key}: "):
        ask(store)
    store.close()


@pytest.mark.parametrize("table", ["accuracies", "evaluations", "run"])
def test_a_missing_table_is_named(path, table):
    change(path, f"DROP TABLE {table}")
    with pytest.raises(InputError, match=f"no such table: {table}"):
        read(path)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_half_a_store_is_no_store(path, size):
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError, match=str(path)):
        read(path)


def test_reading_writes_nothing(path):
    before = path.read_bytes()
    store = Store(path, read_only=True)
    with pytest.raises(InputError, match="readonly"):
        store.put("seed", "1")
    store.close()
    assert path.read_bytes() == before and [other.name for other in path.parent.iterdir()] == [path.name]
