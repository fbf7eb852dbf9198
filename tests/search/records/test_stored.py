"""Stores that were damaged, or made by somebody else: refused in a line that names the place."""

import json
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.texts import design_ids, design_texts
from xpert_evo.errors import InputError
from xpert_evo.search.keys import accuracy_keys
from xpert_evo.search.records import stored
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.search.records.store import Store


def add(store, designs, *, begin=0, keys=None):
    """A batch of evaluations, of one accuracy where no keys are given."""
    count = len(designs)
    store.add_evaluations(
        range(begin, begin + count),
        generation=1,
        ids=designs.ids,
        accuracy_keys=keys or ["key"] * count,
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
        ("evaluations", "design", b"{}", "design is 'blob'; a text"),
        ("evaluations", "design", json.dumps({"id": "a/b"}), "id: "),
        ("evaluations", "energy_pj", "much", "energy_pj is 'much'"),
        ("evaluations", "energy_pj", 0.0, "a number above 0"),
        ("evaluations", "area_um2", float("inf"), "a number above 0"),
        ("evaluations", "generation", -1, "generation is -1"),
        ("evaluations", "feasible", 7, "0 or 1"),
        ("evaluations", "feasible", 0.5, "0 or 1"),
        ("evaluations", "id", "a\nb", "id is "),
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


@pytest.fixture
def portions(monkeypatch):
    """Rows are read two at a time, and few are asked for at once."""
    monkeypatch.setattr(stored, "PORTION", 2)
    monkeypatch.setattr("xpert_evo.search.records.rows.MOST_PARAMETERS", 2)


def test_portions_are_put_together_and_looked_at(path, portions):
    store = Store(path)
    add(store, stack([homogeneous(adc_bits=bits) for bits in (3, 4, 5)]), begin=1)
    for replicate in (2, 1):
        store.add_accuracy(StoredAccuracy("key", replicate, "failed", error="made to fail"))
    store.close()
    designs, accuracies, _ = read(path)
    assert [design.layers[0].adc_bits for design in designs] == [6, 3, 4, 5]
    assert accuracies["replicate"].tolist() == [0, 1, 2] and accuracies["accuracy"].notna().tolist() == [
        True,
        False,
        False,
    ]
    change(path, "UPDATE evaluations SET area_um2 = 'wide' WHERE number = 3")
    with pytest.raises(InputError, match="number 3: area_um2 is 'wide'; a number above 0 is wanted"):
        read(path)


def test_designs_that_nobody_asks_for_are_not_parsed(path, space, monkeypatch):
    """Those alone that may be homogeneous by their keys, and have the same peripherals in every layer; and the first,
    which says of which network they are."""
    store = Store(path)
    wide = stack([homogeneous(column_sharing=4)])
    mixed = space.decode(space.sample(30, np.random.default_rng(0)))
    sharing = np.where(np.arange(13) < 6, 4, 8)[None]
    batches = [wide, replace(mixed, ids=design_ids(mixed)), replace(wide, ids=("shared",), column_sharing=sharing)]
    begin = 1
    for batch in batches:
        add(store, batch, begin=begin, keys=accuracy_keys(batch))
        begin += len(batch)
    parsed = []
    monkeypatch.setattr(
        "xpert_evo.search.records.evaluations.stored_designs",
        lambda rows, path: parsed.append(list(rows)) or stored.stored_designs(parsed[-1], path),
    )
    found = store.homogeneous(store.evaluations())
    store.close()
    assert np.flatnonzero(found).tolist() == [0, 1]
    assert list(map(len, parsed)) == [1, 2]


def test_rounds_of_an_earlier_version_are_read_and_gone_on_with(path):
    old = [{"generation": generation, "rank_correlation": 0.5} for generation in (1, 2, 3)]
    change(path, "DROP TABLE rounds")
    change(path, "INSERT INTO run VALUES ('rounds', ?)", json.dumps(old))
    store = Store(path, read_only=True)
    assert store.rounds() == old
    store.close()
    store = Store(path)
    for row in (old[0], {"generation": 2, "rank_correlation": 0.7}):
        store.add_round(row["generation"], row)
    assert store.rounds() == [old[0], {"generation": 2, "rank_correlation": 0.7}, old[2]]
    store.add_round(1, {"generation": 1, "rank_correlation": 0.9})  # replayed
    assert store.rounds()[0] == old[0]
    store.close()
    change(path, "UPDATE rounds SET content = '{' WHERE generation = 2")
    store = Store(path)
    with pytest.raises(InputError, match="rounds, 2"):
        store.rounds()
    store.close()


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
