import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.budget import Allowance, Budget, give, given_allowances
from xpert_evo.search.records.store import Store


def test_each_allowance_is_spent_before_the_next_counts():
    budget = Budget([Allowance(10, 100), Allowance(30, 100), Allowance(30, 200)])
    assert not budget.spent(9, 50) and budget.trainings == 10
    assert not budget.spent(12, 51) and budget.trainings == 30
    assert not budget.spent(12, 100), "by the third there are more generations"
    assert budget.spent(31, 101) and budget.spent(12, 200)


def test_one_that_gives_nothing_more_is_passed_over():
    budget = Budget([Allowance(10, 100), Allowance(12, 100), Allowance(30, 100)])
    assert not budget.spent(15, 5) and budget.trainings == 30


def test_what_a_run_was_given_is_noted_once(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    give(store, Allowance(10, 100), Allowance(10, 100))
    assert given_allowances(store) == [(10, 100)]
    give(store, Allowance(10, 100), Allowance(30, 100))
    assert given_allowances(store) == [(10, 100), (30, 100)]


def test_what_an_earlier_version_did_not_note_is_taken_from_its_problem(tmp_path):
    store = Store(tmp_path / "store.sqlite")
    give(store, Allowance(10, 100), Allowance(30, 100))
    assert given_allowances(store) == [(10, 100), (30, 100)]


@pytest.mark.parametrize("text", ['["a"]', "[[1]]", "[[0, 5]]", "[[true, 5]]"])
def test_a_strangers_note_is_looked_at(tmp_path, text):
    store = Store(tmp_path / "store.sqlite")
    store.put("budgets", text)
    with pytest.raises(InputError, match=r"store.sqlite: run, budgets: .* is no pair of counts"):
        given_allowances(store)
