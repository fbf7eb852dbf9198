"""What every refusal of bad input looks like."""

import re


def refused(result: tuple[int, str, str], *named: str) -> None:
    """One line that names what is wrong, exit code 2, no traceback.

    Args:
        result: of the fixture `run`.
        named: what the line has to hold.
    """
    code, _, error = result
    assert code == 2
    before, at, told = error.rpartition("xpert-evo: ")
    assert at and told.count("\n") == 1, error
    # Where a test is the first to load it, or images of a user's own are read.
    known = r".*loading PyTorch|(reading|looking at) [\d,]+ images of |looking for images in "
    assert [line for line in before.splitlines() if not re.match(known, line)] == [], error
    assert "Traceback" not in error
    for part in named:
        assert part in error
