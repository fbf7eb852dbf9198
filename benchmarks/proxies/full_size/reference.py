"""A reference at full size: designs of the default space, each trained with all its channels and pixels.

Designs are what a first population of the full-size preset of `problems/cifar10.toml` would be, arrays and weights'
precision included: networks of at most half of VGG16's multiplications, below a hundredth of its EDAP. Each learns
45,000 images of CIFAR-10 for some epochs by the recipe of long trainings, in bfloat16, and is scored on the other 5,000
training images under the ADCs' noise, after every epoch and at the end. The test images aren't looked at.
"""

import json
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.proxies.study.designs import sampled
from xpert_evo.accuracy.answers import as_text
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.scoring import classified_rightly, evaluate, plain_accuracy, standard_error
from xpert_evo.accuracy.training.loop import EpochReport, train
from xpert_evo.accuracy.training.memory import keep_freed_memory
from xpert_evo.accuracy.training.recipes import recipe
from xpert_evo.data import dataset_info, load_train, split
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.machine import processor_name
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem

SEED = 5
DESIGNS = 48
SETTINGS = recipe("cifar10", {"epochs": 8, "batch_size": 256, "bfloat16": True})


def problem() -> Problem:
    return load_problem("problems/cifar10.toml", preset="full-size")


def designs() -> list[Design]:
    """In an order by chance, so that a part of them is like the whole."""
    drawn = sampled(problem(), DESIGNS)
    return [drawn[place] for place in np.random.default_rng(SEED).permutation(len(drawn))]


def smallest_first(some: list[Design]) -> list[Design]:
    """For processors without bfloat16, on which a large network takes most of an hour."""
    return [some[place] for place in np.argsort(stack(some).macs(), kind="stable")]


@cache
def images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    data = load_train("cifar10", download=False)
    fitted, held_out = split(data, train=45_000, validation=5_000, seed=SPLIT_SEED)
    tensors = [torch.from_numpy(array) for part in (fitted, held_out) for array in (part.pixels, part.labels)]
    return tensors[0], tensors[1], tensors[2], tensors[3]


def measure(design: Design) -> dict[str, Any]:
    """Trains one design; `curve` has the accuracy after every epoch, of the first ones in floating point."""
    keep_freed_memory()
    hardware, alone = problem().hardware.load(), stack([design])
    pixels, labels, scored, wanted = images()
    network = build_network(design, hardware=array_shape(hardware), seed=SEED)
    curve: list[float] = []

    def after_epoch(report: EpochReport, _: Callable[[], dict[str, Any]]) -> None:
        plain = report.epoch <= SETTINGS.float_epochs
        score = partial(plain_accuracy, clipped=False) if plain else evaluate
        curve.append(score(network, scored, wanted))

    began, processor = time.monotonic(), time.process_time()
    flip = dataset_info("cifar10").flip
    train(network, pixels, labels, settings=SETTINGS, flip=flip, seed=SEED, on_epoch=after_epoch)
    right = classified_rightly(network, scored, wanted).numpy()
    accuracy = float(right.mean())
    return {
        "accuracy": accuracy,
        "standard_error": round(standard_error(accuracy, len(right)), 5),
        "curve": json.dumps(curve),
        "edap_pj_ns_um2": float(hardware.evaluate(alone).edap_pj_ns_um2[0]),
        "macs": int(alone.macs()[0]),
        "seconds": round(time.monotonic() - began),
        "processor_seconds": round(time.process_time() - processor),
        "processor": processor_name(),  # without instructions for bfloat16 steps are in float32
        "right": as_text(right),
        "design": json.dumps(design.to_json()),
    }
