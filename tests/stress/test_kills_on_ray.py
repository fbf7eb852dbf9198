"""Searches on a cluster that are killed at any moment, or lose a node, and find what an undisturbed one finds.

Needs Ray (`pip install "xpert-evo[ray]"`); skipped where it isn't.
"""

from __future__ import annotations

import random
import time

import pytest

from tests.stress.nodes import NODE
from tests.stress.runs import assert_ended_by, assert_same, command, finish, start
from tests.stress.test_kills import MOMENTS, WAYS

pytest.importorskip("ray", reason="Ray isn't installed")


@pytest.fixture(scope="module")
def on_cluster(cluster):
    """`xpert-evo search`'s arguments, with the cluster's nodes in place of processes."""

    def _on_cluster(out):
        arguments = command(out)
        place = arguments.index("--workers")
        return [*arguments[:place], "--device", "cpu", "--ray", cluster.address, *arguments[place + 2 :]]

    return _on_cluster


@pytest.fixture(scope="module")
def whole(tmp_path_factory, on_cluster):
    """A run on this machine's own processes, and the seconds that the same takes on the cluster."""
    folder = tmp_path_factory.mktemp("whole")
    finish(command(folder / "run"))
    began = time.monotonic()
    finish(on_cluster(folder / "cluster"))
    assert_same(folder / "cluster", folder / "run")
    return folder / "run", time.monotonic() - began


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_is_killed_goes_on(tmp_path, whole, on_cluster, way, moment):
    undisturbed, seconds = whole
    number, everybody = WAYS[way]
    process = start(on_cluster(tmp_path / "run"))
    time.sleep(seconds * (moment + random.Random(f"{way} {moment}").random()) / MOMENTS)
    assert_ended_by(process, number, everybody=everybody)
    finish(on_cluster(tmp_path / "run"))
    assert_same(tmp_path / "run", undisturbed)


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_run_whose_node_is_killed_comes_to_its_end(tmp_path, whole, on_cluster, cluster, moment):
    undisturbed, seconds = whole
    process = start(on_cluster(tmp_path / "run"))
    time.sleep(seconds * (moment + random.Random(f"node {moment}").random()) / MOMENTS)
    (node,) = cluster.worker_nodes
    cluster.remove_node(node, allow_graceful=False)
    _, said = process.communicate()
    cluster.add_node(**NODE)
    assert process.returncode == 0, said
    assert_same(tmp_path / "run", undisturbed)
