"""The exceptions that mean: the user's input was wrong, the machine fails."""

import difflib
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pydantic import ValidationError


class InputError(ValueError):
    """Bad input: a file, key, value, data set or flag.

    The message is one line that names where (file and key), what was given and what is valid. The command
    line prints it without a traceback and exits with code 2.
    """


class MachineError(RuntimeError):
    """The machine fails again and again, so that going on would give no results; the message is one line.

    The command line prints it without a traceback and exits with code 1.
    """


ALIKE = 0.6  # of 1, what difflib holds to be a close match
MOST_SHOWN = 60  # characters of the user's input that a message repeats


def in_short(text: str, most: int = MOST_SHOWN) -> str:
    """A text on one line, cut in the middle where it is too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]} ... {line[-most // 3 :]}"


def closest(given: str, names: Collection[str]) -> str | None:
    """The name that somebody who misspelt it may have meant, of several the first; None where none is alike."""

    def likeness(name: str) -> float:
        return difflib.SequenceMatcher(None, given.lower(), name.lower()).ratio()

    best = max(names, key=likeness, default=None)
    return best if best is not None and likeness(best) >= ALIKE else None


def did_you_mean(given: str, names: Collection[str]) -> str:
    """The end of a message about an unknown name; nothing where no name is alike."""
    meant = closest(given, names)
    return f"; did you mean {meant}?" if meant else ""


class Keyed(Protocol):
    """A table of known keys; see `strict.Strict`."""

    def keys_at(self, place: Sequence[str | int], /) -> list[str]: ...

    def dotted_keys(self) -> list[str]: ...


def describe_validation_error(error: "ValidationError", where: str, table: Keyed | None = None) -> str:
    """The first problem of a pydantic ValidationError as one line: file, key, what is wrong, what is valid.

    Args:
        error: what pydantic raised.
        where: the file, or what else the values came from.
        table: what was to be read; tells which keys there are.
    """
    problems = error.errors()
    first = problems[0]
    if first["type"] == "missing":  # perhaps it is there, misspelt
        *place, key = first["loc"]
        unknown = [each for each in problems if each["type"] == "extra_forbidden" and [*each["loc"][:-1]] == place]
        first = next((each for each in unknown if closest(str(each["loc"][-1]), [str(key)])), first)
    where_in_it = in_short(".".join(str(part) for part in first["loc"]))
    instead = ""
    message = in_short(first["msg"].removeprefix("Value error, "), 400)
    if first["type"] == "extra_forbidden":
        message, instead = "unknown key", _instead(first["loc"], table)
    elif first["type"] == "missing":
        message = "missing"
    elif first["type"] == "literal_error":
        instead = did_you_mean(str(first["input"]), re.findall(r"'([^']+)'", first["ctx"]["expected"]))
    given = (
        ""
        if first["type"] in ("extra_forbidden", "missing", "value_error")
        else f", not {in_short(repr(first['input']))}"
    )
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if not where_in_it:  # of several keys together: those that see to it say which
        where_in_it = "" if first["type"] == "value_error" else "the whole file"
    return ": ".join(filter(None, (where, where_in_it, f"{message}{given}{instead}{more}")))


def _instead(place: Sequence[str | int], table: Keyed | None) -> str:
    """Which key may have been meant in place of an unknown one, here or in another table; else those that are here."""
    if table is None:
        return ""
    given, here = str(place[-1]), table.keys_at(place[:-1])
    elsewhere = {key.rpartition(".")[2]: key for key in table.dotted_keys()}
    meant = closest(given, here) or elsewhere.get(closest(given, elsewhere) or "")
    return f"; did you mean {meant}?" if meant else f"; valid are {', '.join(here)}"
