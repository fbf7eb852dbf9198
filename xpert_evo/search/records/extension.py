"""What of a run's problem may change when the run goes on, and why the rest may not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from xpert_evo.errors import InputError, in_short

# Budgets of what is done, and how it is watched: no accuracy and no design that was tried hangs on them.
FREE = ("trainings", "generations", "confirm_seeds", "rivals", "promoted", "promotion_factor", "deadline_s")
ONLY_MORE = ("trainings", "generations")
WHY = {
    "search": "what the run tries next hangs on it",
    "proxy": "the accuracies that the run holds were found with it",
    "space": "the designs that the run holds were drawn from it",
    "images": "the accuracies that the run holds were found on them",
    "hardware": "the costs that the run holds were computed with it",
}
MAY = ", ".join(f"search.{key}" for key in FREE)


def require_extension(there: dict[str, Any], given: dict[str, Any], problem_file: Path) -> None:
    """Looks whether a run of the problem `there` may go on as the problem `given`, both with all their defaults.

    Raises:
        InputError: another key differs, of which the message names the first and says why, or one that may only grow
            has become less.
    """
    before, now = _without_free(there), _without_free(given)
    if "images" in there and "images" in given:  # which they are their fingerprint tells, wherever they are by now
        before.pop("dataset"), now.pop("dataset")
    difference = first_difference(before, now)
    if difference:
        reason = WHY.get(difference.split(" ")[0].split(".")[0], "it says what the run is of")
        raise InputError(
            f"{problem_file}: holds another problem, {difference}; {reason}. Only {MAY} may change: name a new folder"
        )
    for key in ONLY_MORE:
        had, has = there["search"][key], given["search"][key]
        if has < had:
            raise InputError(f"{problem_file}: search.{key} is {had} there, {has} is given; only more may be asked for")


def changes(there: dict[str, Any], given: dict[str, Any]) -> str:
    """What differs in the keys that may change, such as "search.trainings 40 -> 100"; empty where nothing does."""
    before, now = there["search"], given["search"]
    changed = [key for key in FREE if before.get(key) != now.get(key)]
    return ", ".join(f"search.{key} {before.get(key, 'none')} -> {now.get(key, 'none')}" for key in changed)


def _without_free(problem: dict[str, Any]) -> dict[str, Any]:
    rest = copy.copy(problem)
    rest["search"] = {key: value for key, value in problem["search"].items() if key not in FREE}
    rest.pop("ranking", None)  # said, not done
    return rest


def first_difference(there: Any, given: Any, key: str = "") -> str | None:
    """The first key in which two parsed TOML documents differ, in words; None where they are equal."""
    if isinstance(there, dict) and isinstance(given, dict):
        for name in [*there, *(name for name in given if name not in there)]:
            path = f"{key}.{name}" if key else name
            if name not in there or name not in given:
                where = "there" if name in there else "in the given problem"
                return f"{path} stands only {where}"
            difference = first_difference(there[name], given[name], path)
            if difference:
                return difference
        return None
    return (
        None
        if there == given
        else f"{key} is {in_short(repr(there))} there and {in_short(repr(given))} in the given problem"
    )
