"""Where trainings run: the device, threads and processes that a command may use."""

from __future__ import annotations

from dataclasses import dataclass

from xpert_evo.accuracy.settings import Compute
from xpert_evo.errors import InputError
from xpert_evo.machine import usable_cores


@dataclass(frozen=True)
class Resources:
    """What a command may use. Equal seed and threads give equal results, whatever the number of workers.

    Attributes:
        ray: the Ray cluster that trainings run on, `auto`, HOST:PORT or ray://HOST:PORT; None: this machine. There
            `workers` is how many share a GPU, and on CPUs, of which each training takes `threads`, nothing.
    """

    device: str = "cpu"
    threads: int = 1
    workers: int = 1
    ray: str | None = None

    @classmethod
    def choose(
        cls, device: str = "auto", threads: int = 1, workers: int | None = None, ray: str | None = None
    ) -> Resources:
        """The device that is there, and by default one worker a core (one in all on a GPU, on a cluster one a GPU).

        Raises:
            InputError: the device isn't there, or a number of workers is given for a cluster's CPUs.
        """
        if ray is not None:
            return cls._on_cluster(ray, device, threads, workers)
        chosen = resolve_device(device)
        if workers is None:
            workers = max(1, usable_cores() // threads) if chosen == "cpu" else 1
        return cls(chosen, threads, workers)

    @classmethod
    def _on_cluster(cls, ray: str, device: str, threads: int, workers: int | None) -> Resources:
        if device == "mps":
            raise InputError("--device mps: no node of a Ray cluster offers it; valid are auto, cuda, cpu")
        if device == "auto":  # what this machine has, which is most often one of the nodes, or like them
            device = "cuda" if resolve_device("auto") == "cuda" else "cpu"
        if device == "cpu" and workers is not None:
            raise InputError(
                f"--workers {workers}: with --ray the cluster's CPUs say how many trainings run at a time, each on "
                "--threads of them; with --device cuda it is how many share a GPU; leave it out"
            )
        return cls(device, threads, workers or 1, ray)

    @classmethod
    def for_one_network(cls, device: str = "auto", threads: int | None = None) -> Resources:
        """The device that is there, and by default all cores for one training or audit.

        Raises:
            InputError: the device isn't there.
        """
        return cls.choose(device, threads or usable_cores(), workers=1)

    @property
    def compute(self) -> Compute:
        """What a single worker has."""
        return Compute(self.device, self.threads)


def resolve_device(device: str) -> str:
    """`auto` as the best device there is.

    Raises:
        InputError: the device isn't there.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, available in there.items() if available)
    if not there.get(device):
        raise InputError(f"--device {device}: not there; valid are auto, {', '.join(n for n, a in there.items() if a)}")
    return device
