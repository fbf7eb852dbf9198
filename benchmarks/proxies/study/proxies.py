"""The cheap estimates that are studied: counts, a score of untrained networks, short trainings, shared weights."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from benchmarks.proxies.study import supernet
from benchmarks.proxies.study.designs import problem
from xpert_evo.accuracy.estimators.fine_tuning import at_shared_precisions
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.estimators.zero_cost import naswot_score
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.pixels import as_pixels, resized
from xpert_evo.accuracy.scoring import evaluate
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.data import Images, load_train, split
from xpert_evo.design.design import Design
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED

SEED = 11  # of all trainings here; the reference has another
BASE = ProxySettings(train_images=12_000, epochs=3, width_factor=0.25, resolution=16)
NASWOT_IMAGES = 128


def _budget(**changes: int | float) -> ProxySettings:
    return BASE.model_copy(update=changes)


TRAININGS = {
    "12,000 images x 3": BASE,
    "12,000 images x 3, 2 of them float": _budget(float_epochs=2),
    "36,000 images x 1": _budget(train_images=36_000, epochs=1),
    "36,000 images x 1, at least 16 channels": _budget(train_images=36_000, epochs=1, least_channels=16),
    "12,000 images x 1": _budget(epochs=1),
    "3,000 images x 3": _budget(train_images=3_000),
    "12,000 images x 3, 1/8 width": _budget(width_factor=0.125),
    "12,000 images x 1, 32 x 32": _budget(epochs=1, resolution=32),
}
AS_THEY_ARE, TUNED = "shared weights as they are", "shared weights, 12,000 images x 1"


@dataclass(frozen=True)
class Task:
    """One estimate, or those that share a training, of one design."""

    proxy: str
    design: Design

    @property
    def name(self) -> str:
        return f"{self.proxy}/{self.design.id}"


def tasks(designs: list[Design]) -> list[Task]:
    """Cheapest first, so that a study that is stopped has whole columns."""
    proxies = ["NASWOT", "12,000 images x 1", "12,000 images x 3", "fine-tuning", *TRAININGS, supernet.NAME]
    return [Task(proxy, design) for proxy in dict.fromkeys(proxies) for design in designs]


def measure(task: Task) -> dict[str, Any]:
    """Scores, and seconds of processor time: other work on the machine doesn't count."""
    if task.proxy == "NASWOT":
        return _naswot(task.design)
    if task.proxy == "fine-tuning":
        return _fine_tuned(task.design)
    if task.proxy == supernet.NAME:
        return supernet.measure(task.design, SEED)
    fitted, held_out = _images()
    estimator = ProxyTraining(
        TRAININGS[task.proxy],
        fitted,
        held_out,
        array=array_shape(problem().hardware.load()),
        flip=True,
    )
    began = time.process_time()
    accuracy = estimator.estimate(task.design, SEED).accuracy
    return _row(accuracy, time.process_time() - began)


def _naswot(design: Design) -> dict[str, Any]:
    fitted, _ = _images()
    images = torch.from_numpy(resized(fitted.pixels[:NASWOT_IMAGES], BASE.resolution))
    began = time.process_time()
    score = naswot_score(_network(design), images)
    return _row(score, time.process_time() - began)


def _fine_tuned(design: Design) -> dict[str, Any]:
    pixels, labels, scored, wanted = _tensors()
    shared, network = _network(at_shared_precisions(design)), _network(design)
    began = time.process_time()
    train(shared, pixels, labels, settings=BASE, flip=True, seed=SEED)
    trained = time.process_time()
    copy_weights(shared, network)
    network.eval()
    network.calibrate(as_pixels(pixels[: BASE.calibration_images]))
    as_they_are = evaluate(network, scored, wanted)
    scored_as_they_are = time.process_time()
    settings = BASE.model_copy(update={"epochs": BASE.fine_tune_epochs, "learning_rate": BASE.fine_tune_learning_rate})
    train(network, pixels, labels, settings=settings, flip=True, seed=SEED)
    tuned = evaluate(network, scored, wanted)
    seconds = scored_as_they_are - trained, time.process_time() - scored_as_they_are
    return _row(as_they_are, seconds[0], trained - began, tuned, seconds[1])


def _row(
    score: float,
    seconds: float,
    shared_seconds: float | None = None,
    tuned: float | None = None,
    tuned_seconds: float | None = None,
) -> dict[str, Any]:
    return {
        "score": score,
        "seconds": round(seconds, 2),
        "shared_seconds": shared_seconds and round(shared_seconds, 2),
        "tuned": tuned,
        "tuned_seconds": tuned_seconds and round(tuned_seconds, 2),
    }


def _network(design: Design) -> CrossbarNetwork:
    return build_network(
        design,
        hardware=array_shape(problem().hardware.load()),
        width_factor=BASE.width_factor,
        resolution=BASE.resolution,
        seed=SEED,
    )


@cache
def _images() -> tuple[Images, Images]:
    most = max(settings.train_images for settings in TRAININGS.values())
    data = load_train("cifar10", download=False)
    return split(data, train=most, validation=BASE.validation_images, seed=SPLIT_SEED)


@cache
def _tensors() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    fitted, held_out = _images()
    count = BASE.train_images
    return (
        torch.from_numpy(resized(fitted.pixels[:count], BASE.resolution)),
        torch.from_numpy(fitted.labels[:count]),
        torch.from_numpy(resized(held_out.pixels, BASE.resolution)),
        torch.from_numpy(held_out.labels),
    )
