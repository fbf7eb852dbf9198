"""Which accuracy a problem asks for, and the workers that estimate it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.accuracy.estimators.fine_tuning import FineTuning
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.estimators.supernet import Supernet
from xpert_evo.data import ImageSource, dataset_info, split
from xpert_evo.search.processes import LocalProcesses
from xpert_evo.search.progress import Progress, Silent
from xpert_evo.search.ray_workers import RayWorkers
from xpert_evo.search.workers import InProcess, Workers
from xpert_evo.workflows.problem import Problem, array_shape, device_spread
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.supernet import supernet_designs

WEIGHTS_FOLDER = "weights"  # of a run, where designs share weights
SPLIT_SEED = 0  # the same validation images in every run of a data set, so that runs can be compared


def proxy_estimator(
    problem: Problem,
    resources: Resources,
    images: ImageSource = ImageSource(),
    progress: Progress = Silent(),
    *,
    weights: Path | None = None,
    seed: int = 1,
) -> Estimator:
    """The proxy of a problem, with its images.

    Args:
        weights: where weights that designs share are kept, if the problem's proxy shares any.
        seed: of weights that all designs share.

    Raises:
        InputError: the images aren't there, or fewer than the problem asks for.
    """
    hardware, info = problem.hardware.load(), dataset_info(problem.dataset)
    train, validation = split(
        images.train(problem.dataset, say=progress.say),
        train=problem.proxy.train_images,
        validation=problem.proxy.validation_images,
        seed=SPLIT_SEED,
    )
    progress.say(f"{problem.dataset}: {len(train)} images to train on, {len(validation)} to score with")
    options: dict[str, Any] = {
        "array": array_shape(hardware),
        "spread": device_spread(hardware),
        "flip": info.flip,
        "compute": resources.compute,
    }
    if problem.proxy.estimator == "fine-tuning":
        return FineTuning(problem.proxy, train, validation, weights=weights, **options)
    if problem.proxy.estimator == "supernet":
        widest, subnets = supernet_designs(problem, hardware, seed)
        shared: dict[str, Any] = {"widest": widest, "subnets": subnets, "seed": seed, "weights": weights}
        return Supernet(problem.proxy, train, validation, **shared, **options)
    return ProxyTraining(problem.proxy, train, validation, **options)


def make_workers(estimator: Estimator, resources: Resources, deadline_seconds: float | None = None) -> Workers:
    """Where an estimator's trainings run: in this process where there is one worker and no deadline to end it at.

    Raises:
        InputError: no node of the Ray cluster, which is connected to, has what a training is to get.
    """
    if resources.ray is not None:
        per_gpu = 0 if resources.device == "cpu" else resources.workers
        return RayWorkers(estimator, resources.threads, per_gpu, deadline_seconds)
    if resources.workers > 1 or deadline_seconds is not None:
        return LocalProcesses(estimator, resources.workers, resources.threads, deadline_seconds)
    return InProcess(estimator)
