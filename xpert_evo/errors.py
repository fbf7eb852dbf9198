"""The one exception that means: the user's input was wrong."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


class InputError(ValueError):
    """Bad input: a file, key, value, data set or flag.

    The message is one line that names where (file and key), what was given and what is valid. The command
    line prints it without a traceback and exits with code 2.
    """


MOST_SHOWN = 60  # characters of the user's input that a message repeats


def in_short(text: str, most: int = MOST_SHOWN) -> str:
    """A text on one line, cut in the middle where it is too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]} ... {line[-most // 3 :]}"


def describe_validation_error(error: "ValidationError", where: str) -> str:
    """The first problem of a pydantic ValidationError as one line: file, key, what is wrong, what is valid.

    Args:
        error: what pydantic raised.
        where: the file, or what else the values came from.
    """
    problems = error.errors()
    first = problems[0]
    key = in_short(".".join(str(part) for part in first["loc"])) or "the whole file"
    message = in_short(first["msg"].removeprefix("Value error, "), 400)
    if first["type"] == "extra_forbidden":
        message = "unknown key"
    elif first["type"] == "missing":
        message = "missing"
    given = (
        ""
        if first["type"] in ("extra_forbidden", "missing", "value_error")
        else f", not {in_short(repr(first['input']))}"
    )
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{where}: {key}: {message}{given}{more}"
