"""A Ray cluster of two nodes on one machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NODE = {"num_cpus": 1, "object_store_memory": 150 * 2**20}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def two_nodes(client_port: int) -> Iterator[Any]:
    """Of one CPU each, the second of which a test may end; nothing of them runs afterwards."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        head = {**NODE, "include_dashboard": False, "ray_client_server_port": client_port}
        there = Cluster(initialize_head=True, head_node_args=head)
        there.add_node(**NODE)
        processes = [info.process for node in there.list_all_nodes() for infos in processes_of(node) for info in infos]
        yield there
        there.shutdown()
    assert all(process.poll() is not None for process in processes), "nothing runs any more"


def processes_of(node: Any) -> list[list[Any]]:
    return list(node.all_processes.values())
