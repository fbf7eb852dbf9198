import pytest

from xpert_evo.errors import InputError
from xpert_evo.workflows import resources
from xpert_evo.workflows.resources import Resources


def test_on_a_cluster_a_gpu_of_another_machine_can_be_asked_for():
    assert Resources.choose("cuda", ray="auto") == Resources("cuda", 1, 1, "auto")
    assert Resources.choose("cuda", workers=4, ray="h:6379") == Resources("cuda", 1, 4, "h:6379")


@pytest.mark.parametrize(("here", "chosen"), [("cuda", "cuda"), ("mps", "cpu"), ("cpu", "cpu")])
def test_by_default_the_cluster_is_like_this_machine(monkeypatch, here, chosen):
    monkeypatch.setattr(resources, "resolve_device", lambda device: here)
    assert Resources.choose(ray="auto").device == chosen


def test_a_number_of_workers_says_nothing_to_a_clusters_cpus():
    with pytest.raises(InputError, match="--workers 2: with --ray the cluster's CPUs say"):
        Resources.choose("cpu", workers=2, ray="auto")


def test_a_cluster_has_no_mps():
    with pytest.raises(InputError, match="--device mps"):
        Resources.choose("mps", ray="auto")
