import pytest

from xpert_evo.search.workers import deadlines
from xpert_evo.search.workers.deadlines import LEAST_SECONDS, TIMES_THE_LONGEST, Deadline


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(deadlines, "time", clock)
    return clock


def test_a_given_deadline_counts_from_the_start_of_a_training(clock):
    deadline = Deadline(10)
    assert deadline.exceeded(["first"]) == []
    clock.now = 10.5
    assert deadline.exceeded(["first", "waited"]) == ["first"]
    assert deadline.exceeded(["waited"]) == []


def test_without_one_the_longest_training_so_far_tells(clock):
    deadline = Deadline()
    clock.now = 1e6
    assert deadline.seconds is None and deadline.exceeded(["short", "long", "hung"]) == []
    clock.now += 1
    deadline.ended("short")
    assert deadline.seconds == LEAST_SECONDS
    clock.now += 99
    deadline.ended("long")
    assert deadline.seconds == TIMES_THE_LONGEST * 100
    clock.now += TIMES_THE_LONGEST * 100
    assert deadline.exceeded(["hung"]) == ["hung"]


def test_one_that_was_ended_for_its_deadline_is_no_measure(clock):
    deadline = Deadline(10)
    deadline.exceeded(["hung"])
    clock.now = 1000
    deadline.ended("hung", cancelled=True)
    deadline._given = None
    assert deadline.seconds is None
