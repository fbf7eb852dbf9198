import pytest

from xpert_evo.design.designs import homogeneous
from xpert_evo.errors import InputError
from xpert_evo.search.store import METRIC_COLUMNS, Store, StoredAccuracy

METRICS = {name: float(number) for number, name in enumerate(METRIC_COLUMNS, start=1)}


def evaluate(store: Store, number: int, adc_bits: int = 6) -> None:
    design = homogeneous(adc_bits=adc_bits).named()
    store.add_evaluation(number, generation=1, design=design, accuracy_key="k", feasible=True, metrics=METRICS)


def test_what_was_written_is_there_when_opened_again(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    good = StoredAccuracy("k", 0, "ok", 0.5, 0.01, 1000, 2.5)
    bad = StoredAccuracy("k", 1, "failed", error="made to fail")
    store.add_accuracy(good)
    store.add_accuracy(bad)
    evaluate(store, 0)
    store.close()
    again = Store(tmp_path / "store.sqlite")
    assert again.accuracy("k", 0) == good and again.accuracy("k", 1) == bad
    assert again.accuracy("other", 0) is None
    row = again.evaluations().iloc[0]
    assert row["accuracy"] == 0.5 and row["energy_pj"] == 1.0 and row["id"] == homogeneous().digest()


def test_an_evaluation_can_be_replayed_but_not_replaced(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    evaluate(store, 0)
    evaluate(store, 0)
    assert len(store.evaluations()) == 1
    with pytest.raises(InputError, match="evaluation 0 was"):
        evaluate(store, 0, adc_bits=5)


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
