import copy
from pathlib import Path

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.records.extension import FREE, changes, require_extension

PROBLEM = {
    "dataset": "digits",
    "proxy": {"epochs": 4},
    "search": {"trainings": 40, "generations": 200, "population": 12, "confirm_seeds": 3, "promoted": 0},
}


def changed(table: str, **keys):
    problem = copy.deepcopy(PROBLEM)
    problem[table] |= keys
    return problem


@pytest.mark.parametrize("key", FREE)
def test_budgets_and_deadlines_may_change(key):
    given = changed("search", **{key: 500})
    require_extension(PROBLEM, given, Path("problem.toml"))
    assert changes(PROBLEM, given).startswith(f"search.{key} ") and changes(PROBLEM, given).endswith("-> 500")
    assert changes(given, given) == ""


def test_what_is_said_of_a_proxy_may_change():
    require_extension(PROBLEM, {**PROBLEM, "ranking": "Like dice."}, Path("problem.toml"))


def test_images_of_a_user_s_own_are_known_by_their_fingerprint_wherever_they_are():
    there = {**PROBLEM, "dataset": "folder:here", "images": {"content": {"fingerprint": "a"}}}
    require_extension(there, {**there, "dataset": "folder:there"}, Path("problem.toml"))
    other = {**there, "images": {"content": {"fingerprint": "b"}}}
    with pytest.raises(InputError, match=r"images.content.fingerprint is 'a' there and 'b' .* were found on them"):
        require_extension(there, other, Path("problem.toml"))
    with pytest.raises(InputError, match=r"dataset is 'folder:here' there"):
        require_extension(there, PROBLEM, Path("problem.toml"))


@pytest.mark.parametrize("key", ["trainings", "generations"])
def test_what_was_spent_can_not_be_taken_back(key):
    with pytest.raises(InputError, match=rf"problem.toml: search.{key} is \d+ there, 10 is given; only more"):
        require_extension(PROBLEM, changed("search", **{key: 10}), Path("problem.toml"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            changed("proxy", epochs=8),
            r"proxy.epochs is 4 there and 8 .* accuracies that the run holds were found",
        ),
        (changed("search", population=24), r"search.population is 12 there and 24 .* what the run tries next"),
        ({**PROBLEM, "dataset": "cifar10"}, r"dataset is 'digits' there"),
    ],
)
def test_what_would_change_the_meaning_of_what_is_there_is_refused_with_the_reason(given, words):
    with pytest.raises(InputError, match=words) as caught:
        require_extension(PROBLEM, given, Path("problem.toml"))
    assert "search.trainings" in str(caught.value) and "name a new folder" in str(caught.value)
