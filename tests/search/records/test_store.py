import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.texts import design_texts
from xpert_evo.errors import InputError
from xpert_evo.search.records.accuracies import StoredAccuracy
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.search.records.store import Store

METRICS = [float(number) for number, _ in enumerate(METRIC_COLUMNS, start=1)]


def evaluate(store: Store) -> None:
    designs = stack([homogeneous()])
    store.add_evaluations(
        [0],
        generation=1,
        ids=designs.ids,
        accuracy_keys=["k"],
        feasible=np.array([True]),
        designs=design_texts(designs),
        metrics=np.array([METRICS]),
    )


def test_what_was_written_is_there_when_opened_again(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    good = StoredAccuracy("k", 0, "ok", 0.5, 0.01, 1000, 2.5)
    bad = StoredAccuracy("k", 1, "failed", error="made to fail")
    store.add_accuracy(good)
    store.add_accuracy(bad)
    evaluate(store)
    store.close()
    again = Store(tmp_path / "store.sqlite")
    assert again.accuracy("k", 0) == good and again.accuracy("k", 1) == bad
    assert again.accuracy("other", 0) is None
    row = again.evaluations().iloc[0]
    assert row["accuracy"] == 0.5 and row["energy_pj"] == 1.0 and row["id"] == homogeneous().digest()
    assert again.homogeneous(again.evaluations()).tolist() == [True]
    assert again.designs([0]) == [homogeneous().named()]


def test_an_evaluation_can_be_replayed_but_not_replaced(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    evaluate(store)
    identity = homogeneous().digest()
    replayed = store.metrics_of([1, 0], ["another", identity])
    assert replayed[1].tolist() == METRICS and np.isnan(replayed[0]).all()
    with pytest.raises(InputError, match=f"evaluation 0 was {identity} and is now other"):
        store.metrics_of([0], ["other"])
    with pytest.raises(InputError):
        evaluate(store)
    assert len(store.evaluations()) == 1


def test_what_is_no_store_is_named(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_text("no database at all, and long enough to be read as a header")
    with pytest.raises(InputError, match="is no store of a run"):
        Store(path)


def test_another_format_is_named(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    store.put("format", "xpert-evo/store-9")
    store.close()
    with pytest.raises(InputError, match="store-9"):
        Store(tmp_path / "store.sqlite")


KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA cache_size = 5")  # so that a transaction reaches the disk before it ends
connection.execute("BEGIN")
for number in range(2000):
    connection.execute("INSERT INTO run VALUES (?, ?)", (str(number), "x" * 500))
os._exit(9)
"""


def test_a_store_whose_writer_was_killed_is_read(tmp_path):
    path = tmp_path / "store.sqlite"
    store = Store(path)
    store.put("seed", "3")
    store.close()
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.with_name("store.sqlite-journal").stat().st_size > 0, "there is something to be undone"
    again = Store(path, read_only=True)
    assert again.seed() == 3 and again.get("0") is None
    again.close()


def test_a_database_of_something_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="format is None"):
        Store(path)
    assert path.read_bytes() == before
