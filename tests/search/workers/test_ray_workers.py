"""What needs no Ray; whole searches on a cluster are in tests/stress/test_ray.py."""

import pytest

from xpert_evo.errors import InputError
from xpert_evo.search.workers.ray_workers import _require_room, task_options

NODES = [{"CPU": 4.0}, {"CPU": 16.0}, {"CPU": 2.0, "GPU": 1.0}]


def test_a_task_gets_the_cpus_of_its_threads_or_its_part_of_a_gpu():
    options = task_options(threads=3, per_gpu=0)
    assert (options["num_cpus"], options["num_gpus"]) == (3, 0)
    assert options["runtime_env"] == {"env_vars": {"OMP_NUM_THREADS": "3"}}
    assert task_options(threads=1, per_gpu=4)["num_gpus"] == 0.25


@pytest.mark.parametrize(("threads", "per_gpu"), [(16, 0), (1, 2), (2, 1)])
def test_what_fits_a_node_is_accepted(threads, per_gpu):
    _require_room(NODES, threads, per_gpu)


@pytest.mark.parametrize(
    ("nodes", "threads", "per_gpu", "message"),
    [
        (NODES, 17, 0, "--threads 17: no node .* valid is 1 to 16"),
        (NODES, 3, 1, "--threads 3: no node .* valid is 1 to 2"),
        (NODES[:2], 1, 1, "--device cuda: no node of the Ray cluster has a GPU"),
    ],
)
def test_what_would_wait_for_ever_is_refused(nodes, threads, per_gpu, message):
    with pytest.raises(InputError, match=message):
        _require_room(nodes, threads, per_gpu)
