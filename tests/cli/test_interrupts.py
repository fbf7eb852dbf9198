"""Ctrl-C once, twice, three times."""

import os
import signal

import pytest

from xpert_evo.cli.interrupts import interruptible


@pytest.fixture(autouse=True)
def handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_stops_the_second_waits_and_the_third_ends(monkeypatch, capfd):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with pytest.raises(KeyboardInterrupt), interruptible(130):
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            assert "stopping" in capfd.readouterr().err and ended == []
            signal.raise_signal(signal.SIGINT)
            assert ended == [130]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN, "nothing disturbs the end of Python itself"


def test_nothing_is_changed_where_nobody_interrupts_or_somebody_else_listens():
    with interruptible(130):
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interruptible(130):
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
