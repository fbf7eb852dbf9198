"""Ctrl-C once, twice, three times."""

import os
import signal
import time

import pytest

from xpert_evo.cli.interrupts import UNCHANGED, interruptible


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.signal(number, handler) for number, handler in UNCHANGED.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_first_stops_the_second_waits_and_the_third_ends(monkeypatch, capfd):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with pytest.raises(KeyboardInterrupt), interruptible():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            assert "stopping" in capfd.readouterr().err and ended == []
            signal.raise_signal(signal.SIGINT)
            assert ended == [130]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN, "nothing disturbs the end of Python itself"


def test_nothing_is_changed_where_nobody_interrupts_or_somebody_else_listens():
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_scheduler_and_a_closed_terminal_stop_as_ctrl_c_does(number):
    with pytest.raises(KeyboardInterrupt), interruptible() as interrupted:
        signal.raise_signal(number)
    assert interrupted.exit_code == 128 + number


def test_what_nohup_ignores_stays_ignored():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


class Ends:
    """A signal comes when it goes, as one may come during any callback in which nothing can be raised."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_comes_where_nothing_can_be_raised_is_heard_all_the_same():
    went_on = []
    with pytest.raises(KeyboardInterrupt), interruptible() as interrupted:
        Ends()
        went_on.append(True)
        time.sleep(5)
        went_on.append(False)
    assert went_on == [True] and interrupted.exit_code == 128 + signal.SIGTERM and interrupted.times == 1
