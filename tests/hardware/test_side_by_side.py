"""Parts side by side: every place once, whatever the number of cores, and what fails is raised."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.hardware import side_by_side as module
from xpert_evo.hardware.side_by_side import LEAST, side_by_side


@given(cores=st.integers(1, 5), count=st.integers(0, 5 * LEAST), largest=st.integers(100, 2 * LEAST))
def test_every_place_is_worked_at_once(cores: int, count: int, largest: int) -> None:
    times, sizes = np.zeros(count, int), []

    def work(parts: list[slice]) -> None:
        for part in parts:
            times[part] += 1
            sizes.append(part.stop - part.start)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "usable_cores", lambda: cores)
        side_by_side(work, count, largest)
    assert (times == 1).all()
    assert max(sizes) <= largest + 1  # parts that are alike differ by one


def test_a_small_batch_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "usable_cores", lambda: 8)
    threads: list[threading.Thread] = []
    side_by_side(lambda parts: threads.append(threading.current_thread()), 2 * LEAST - 1, LEAST)
    assert threads == [threading.current_thread()]


def test_what_a_thread_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "usable_cores", lambda: 2)

    def work(parts: list[slice]) -> None:
        if parts[-1].stop == 4 * LEAST:
            raise ValueError("the last part")

    with pytest.raises(ValueError, match="the last part"):
        side_by_side(work, 4 * LEAST, LEAST)
