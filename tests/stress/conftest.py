"""Shared by the long tests: a Ray cluster, a module's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stress.nodes import free_port, two_nodes


@pytest.fixture(scope="module")
def client_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def cluster(client_port) -> Iterator[Any]:
    """Two nodes of one CPU each, the second of which a test may end."""
    with two_nodes(client_port) as there:
        yield there
