"""The supernet of the study: trained once, by one thread, before designs are scored in processes of their own."""

import time
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import torch

from benchmarks.proxies.study.designs import problem
from xpert_evo.accuracy.estimators.supernet import Supernet
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.data import load_train, split
from xpert_evo.design.design import Design
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED
from xpert_evo.workflows.supernet import supernet_designs

EPOCHS = 6  # of 36,000 images: the most that fit into 12 minutes of one core
NAME = f"supernet, 36,000 images x {EPOCHS}"
WEIGHTS = Path(gettempdir()) / "xpert-evo-proxy-study"  # whoever repeats the study trains them anew elsewhere


def settings() -> ProxySettings:
    """The quick preset's."""
    return problem().proxy.model_copy(update={"estimator": "supernet", "supernet_epochs": EPOCHS})


@cache
def estimator(seed: int) -> Supernet:
    """For the designs that a search of the problem may ask for."""
    searched, own = problem(), settings()
    data = load_train("cifar10", download=False)
    fitted, held_out = split(data, train=own.train_images, validation=own.validation_images, seed=SPLIT_SEED)
    hardware = searched.hardware.load()
    widest, subnets = supernet_designs(searched, hardware, seed)
    return Supernet(
        own,
        fitted,
        held_out,
        widest=widest,
        subnets=subnets,
        seed=seed,
        weights=WEIGHTS,
        array=array_shape(hardware),
        flip=True,
    )


def prepare(seed: int) -> None:
    """Trains the weights or goes on with them, says how long the rest takes and notes seconds of processor time."""
    torch.set_num_threads(1)
    supernet, began, before = estimator(seed), time.process_time(), seconds(seed)
    first: list[int] = []

    def on_steps(done: int) -> None:
        first.append(done)
        taken = time.process_time() - began
        _noted(seed).parent.mkdir(parents=True, exist_ok=True)
        _noted(seed).write_text(f"{before + taken:.2f}", encoding="utf-8")
        now = done - first[0]
        left = taken / now * (supernet.steps - done) / 60 if now else float("nan")
        print(f"supernet: {done} of {supernet.steps} steps, about {left:.0f} core-minutes left", flush=True)

    supernet.prepare(on_steps)


def seconds(seed: int) -> float:
    """Of processor time that the weights have taken so far."""
    return float(_noted(seed).read_text(encoding="utf-8")) if _noted(seed).exists() else 0.0


def measure(design: Design, seed: int) -> dict[str, Any]:
    supernet = estimator(seed)
    began = time.process_time()
    score = supernet.estimate(design, seed).accuracy
    return {
        "score": score,
        "seconds": round(time.process_time() - began, 2),
        "shared_seconds": seconds(seed),
        "tuned": None,
        "tuned_seconds": None,
    }


def _noted(seed: int) -> Path:
    return WEIGHTS / f"seconds-{EPOCHS}-{seed}.txt"
