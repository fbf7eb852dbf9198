"""What the proxies are held against: a training of every design as long as two CPU cores allow.

Half of each layer's channels, 16 x 16 pixels, all 45,000 images that aren't held out: a reduced network, not the
design's own. Its accuracy as noise has it and, on some of the held-out images, conversion by conversion.
"""

import json
import time
from functools import cache
from typing import Any

import torch
from torch import Tensor

from benchmarks.proxies.study.designs import problem
from xpert_evo.accuracy.audit import CALIBRATION_IMAGES, calibrate_normalisation, exact_accuracy
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.pixels import resized
from xpert_evo.accuracy.scoring import evaluate, standard_error
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import train
from xpert_evo.data import load_train, split
from xpert_evo.design.design import Design
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED

SETTINGS = ProxySettings(
    train_images=45_000, validation_images=5_000, epochs=4, width_factor=0.5, resolution=16, crop_padding=2
)
TRAINING_SEED = 7
EXACT_IMAGES = 2_000


@cache
def images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    data = load_train("cifar10", download=False)
    parts = split(data, train=SETTINGS.train_images, validation=SETTINGS.validation_images, seed=SPLIT_SEED)
    pixels = [torch.from_numpy(resized(part.pixels, SETTINGS.resolution)) for part in parts]
    labels = [torch.from_numpy(part.labels) for part in parts]
    return pixels[0], labels[0], pixels[1], labels[1]


def measure(design: Design) -> dict[str, Any]:
    pixels, labels, scored, wanted = images()
    network = build_network(
        design,
        hardware=array_shape(problem().hardware.load()),
        width_factor=SETTINGS.width_factor,
        resolution=SETTINGS.resolution,
        seed=TRAINING_SEED,
    )
    began = time.perf_counter()
    train(network, pixels, labels, settings=SETTINGS, flip=True, seed=TRAINING_SEED)
    seconds = time.perf_counter() - began
    accuracy = evaluate(network, scored, wanted)
    calibrate_normalisation(network, pixels[:CALIBRATION_IMAGES])
    some, of_some = scored[:EXACT_IMAGES], wanted[:EXACT_IMAGES]
    return {
        "accuracy": accuracy,
        "standard_error": standard_error(accuracy, len(wanted)),
        "noise_of_some": evaluate(network, some, of_some),
        "exact_of_some": exact_accuracy(network, some, of_some),
        "seconds": round(seconds, 1),
        "exact_seconds": round(time.perf_counter() - began - seconds, 1),
        "design": json.dumps(design.to_json()),
    }
