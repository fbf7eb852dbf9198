"""Which accuracy a problem asks for, and the workers that estimate it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.accuracy.estimators.fine_tuning import FineTuning
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.estimators.supernet import Supernet
from xpert_evo.accuracy.training.arithmetic import INSTEAD, does_without
from xpert_evo.data import ImageSource, left_over, split
from xpert_evo.data.listener import Lines
from xpert_evo.search.crossbars import array_shape, device_spread
from xpert_evo.search.progress import Progress, Silent
from xpert_evo.search.workers.base import InProcess, Workers
from xpert_evo.search.workers.processes import LocalProcesses
from xpert_evo.search.workers.ray_workers import RayWorkers
from xpert_evo.workflows.own import require_sendable
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.supernet import supernet_designs

WEIGHTS_FOLDER = "weights"  # of a run, where designs share weights
LEAST_CONFIRMATION = 100  # images: fewer tell designs apart worse than those that chose them
SPLIT_SEED = 0  # the same validation images in every run of a data set, so that runs can be compared


def proxy_estimator(
    problem: Problem,
    resources: Resources,
    images: ImageSource = ImageSource(),
    progress: Progress = Silent(),
    *,
    confirmation: int = 0,
    weights: Path | None = None,
    seed: int = 1,
) -> Estimator:
    """The proxy of a problem, with its images.

    Args:
        confirmation: score on so many images that the proxy doesn't use, see `unused_images`; 0: on its own.
        weights: where weights that designs share are kept, if the problem's proxy shares any.
        seed: of weights that all designs share.

    Raises:
        InputError: the images aren't there, or fewer than the problem asks for.
    """
    hardware, info = problem.hardware.load(), problem.image_info()
    everything = images.train(problem.dataset, own=problem.images, listener=Lines(progress.say))
    sizes = _split_of(problem)
    train, validation = split(everything, **sizes)
    settings = problem.proxy
    if confirmation:
        validation = left_over(everything, **sizes).take(np.arange(confirmation))
        settings = settings.model_copy(update={"validation_images": confirmation})
    progress.say(f"{problem.dataset}: {len(train)} images to train on, {len(validation)} to score with")
    if resources.ray is None and does_without(settings, resources.device):
        progress.say(INSTEAD)
    options: dict[str, Any] = {
        "array": array_shape(hardware),
        "spread": device_spread(hardware),
        "flip": info.flip,
        "compute": resources.compute,
    }
    if problem.proxy.estimator == "fine-tuning":
        return FineTuning(settings, train, validation, weights=weights, **options)
    if problem.proxy.estimator == "supernet":
        widest, subnets = supernet_designs(problem, hardware, seed)
        shared: dict[str, Any] = {"widest": widest, "subnets": subnets, "seed": seed, "weights": weights}
        return Supernet(settings, train, validation, **shared, **options)
    return ProxyTraining(settings, train, validation, **options)


def unused_images(problem: Problem, images: ImageSource) -> int:
    """How many training images the proxy leaves over that fresh seeds are to be scored on; 0 where it leaves too few.

    Raises:
        InputError: the images aren't there, or fewer than the problem asks for.
    """
    wanted = problem.search.confirmation_images
    there = len(left_over(images.train(problem.dataset, own=problem.images), **_split_of(problem))) if wanted else 0
    count = min(wanted, there)
    return count if count >= LEAST_CONFIRMATION else 0


def _split_of(problem: Problem) -> dict[str, int]:
    proxy = problem.proxy
    return {"train": proxy.train_images, "validation": proxy.validation_images, "seed": SPLIT_SEED}


def make_workers(estimator: Estimator, resources: Resources, deadline_seconds: float | None = None) -> Workers:
    """Where an estimator's trainings run: in this process where there is one worker and no deadline to end it at.

    Raises:
        InputError: no node of the Ray cluster, which is connected to, has what a training is to get; or processes
            can't be given the estimator.
    """
    if resources.ray is not None:
        per_gpu = 0 if resources.device == "cpu" else resources.workers
        return RayWorkers(estimator, resources.threads, per_gpu, deadline_seconds)
    if resources.workers > 1 or deadline_seconds is not None:
        require_sendable(estimator)
        return LocalProcesses(estimator, resources.workers, resources.threads, deadline_seconds)
    return InProcess(estimator)
