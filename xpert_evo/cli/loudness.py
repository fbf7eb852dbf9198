"""How much commands say on error output."""

from __future__ import annotations

from contextvars import ContextVar
from enum import IntEnum

from xpert_evo.errors import InputError


class Loudness(IntEnum):
    """From the least to the most."""

    QUIET = 0
    USUAL = 1
    VERBOSE = 2


_loudness = ContextVar("loudness", default=Loudness.USUAL)


def loudness() -> Loudness:
    """What was asked for."""
    return _loudness.get()


def set_loudness(value: Loudness) -> None:
    """For all that this process says from now on."""
    _loudness.set(value)


def ask_for(quiet: bool, verbose: bool) -> None:
    """What -q and -v ask for; neither leaves what was asked for before.

    Raises:
        InputError: both are given, or each at one side of the command's name.
    """
    wanted = {Loudness.QUIET: quiet, Loudness.VERBOSE: verbose}
    for value in (value for value, given in wanted.items() if given):
        if loudness() not in (Loudness.USUAL, value):
            raise InputError("--quiet and --verbose: give one of them")
        set_loudness(value)
