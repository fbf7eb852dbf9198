import math

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.store import Store


def test_what_was_foretold_is_kept_and_the_first_word_counts(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    store.add_foretold([("a", 0.5), ("b", 0.25)])
    store.add_foretold([("b", 0.75), ("c", 1.0)])

    assert store.foretold(["a", "b", "c", "d"]) == {"a": 0.5, "b": 0.25, "c": 1.0}
    store.close()
    there = Store(tmp_path / "store.sqlite", read_only=True)
    assert there.foretold(["b"]) == {"b": 0.25}


def test_runs_of_earlier_versions_foretold_nothing(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    store._connection.execute("DROP TABLE foretold")
    store._connection.commit()
    store.close()

    assert Store(tmp_path / "store.sqlite", read_only=True).foretold(["a"]) == {}


@pytest.mark.parametrize("value", ["much", math.inf])
def test_what_is_no_accuracy_is_told(tmp_path, value):
    store = Store(tmp_path / "store.sqlite")
    store._connection.execute("INSERT INTO foretold VALUES ('a', ?)", (value,))

    with pytest.raises(InputError, match=r"store.sqlite: foretold, a: an accuracy is wanted"):
        store.foretold(["a"])
