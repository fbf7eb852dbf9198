"""A finished run that the pages' commands go on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.run import write_run


@pytest.fixture(scope="session")
def accurate_run(tmp_path_factory) -> Path:
    """The folder of a search that has ended, as accurate as one on digits is; to be copied."""
    out = tmp_path_factory.mktemp("accurate") / "run"
    write_run(out)
    return out
