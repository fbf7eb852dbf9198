"""What a search may spend, and may spend more of when its run is extended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from xpert_evo.errors import InputError, in_short
from xpert_evo.search.records.store import Store
from xpert_evo.search.settings import SearchSettings

_FACT = "budgets"


class Allowance(NamedTuple):
    """Distinct trainings and generations after which nothing more is begun."""

    trainings: int
    generations: int

    @classmethod
    def of(cls, problem: dict[str, Any]) -> Allowance:
        """That of a parsed problem file with all its defaults."""
        return cls(problem["search"]["trainings"], problem["search"]["generations"])


@dataclass
class Budget:
    """The allowances that a run was given one after the other.

    What algorithms try hangs on what they may spend. A run that was extended is therefore replayed with what it was
    given at first, to the end of that, and then with what it was given next.
    """

    allowances: Sequence[Allowance]
    _given: int = 0

    @classmethod
    def of(cls, settings: SearchSettings) -> Budget:
        """That of a run that was never extended."""
        return cls([Allowance(settings.trainings, settings.generations)])

    @property
    def trainings(self) -> int:
        """Distinct trainings that may be spent by now."""
        return self.allowances[self._given].trainings

    def left(self, trainings: int) -> int:
        """Distinct trainings that may still be begun, now and later, after so many."""
        self.spent(trainings, 0)
        return max(0, self.trainings - trainings)

    def spent(self, trainings: int, generations: int) -> bool:
        """Whether nothing more may be begun, now and later, after so many trainings and generations."""
        while trainings >= self.trainings or generations >= self.allowances[self._given].generations:
            if self._given + 1 == len(self.allowances):
                return True
            self._given += 1
        return False


def given_allowances(store: Store) -> list[Allowance]:
    """What a run was given so far; empty where it was begun before that was noted, or just now.

    Raises:
        InputError: it isn't what `give` writes.
    """
    found = store.content(_FACT, list)
    for entry in found:
        if not (isinstance(entry, list) and len(entry) == 2 and all(type(n) is int and n > 0 for n in entry)):
            raise InputError(f"{store.path}: run, {_FACT}: {in_short(repr(entry))} is no pair of counts")
    return [Allowance(*entry) for entry in found]


def give(store: Store, before: Allowance, now: Allowance) -> None:
    """Notes what a run is given from now on, after what it had, which wasn't noted by earlier versions."""
    noted = given_allowances(store)
    given = [*(noted or [before]), now]
    if given[-1] == given[-2]:
        given.pop()
    if given != noted:
        store.put(_FACT, json.dumps(given))
