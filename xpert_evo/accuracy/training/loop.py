"""The one training loop: proxy and full training differ in their settings only."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.arithmetic import computes_in_bfloat16
from xpert_evo.accuracy.training.batches import augmented
from xpert_evo.accuracy.training.optimizer import Muon
from xpert_evo.errors import InputError

# The ADCs' ranges follow the weights at every epoch's start and after so many steps of it.
CALIBRATION_INTERVAL = 50


@dataclass(frozen=True)
class EpochReport:
    """One finished epoch: its number from 1, mean training loss and the seconds that it took."""

    epoch: int
    loss: float
    seconds: float


class Diverged(InputError):
    """The loss of a training is no number any more."""


# Called after an epoch with the network calibrated and in evaluation mode; the second argument takes a
# snapshot of the training state: tensors and plain values, for `torch.save` and `torch.load(weights_only=True)`.
OnEpoch = Callable[[EpochReport, Callable[[], dict[str, Any]]], None]


def train(
    network: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    settings: TrainingSettings,
    flip: bool,
    seed: int,
    state: dict[str, Any] | None = None,
    on_images: Callable[[int], None] | None = None,
    on_epoch: OnEpoch | None = None,
) -> None:
    """Trains a network in place and leaves it calibrated and in evaluation mode.

    Equal arguments, device and number of threads give equal weights, bit for bit, also where the training was
    interrupted and goes on from a snapshot, and whatever `on_epoch` scores. The last images of a permutation
    that don't fill a batch are left out.

    Args:
        network: on the device that is to train it.
        images: uint8 (M, C, H, W), on the same device.
        labels: int64 (M,), on the same device.
        flip: whether mirrored images are of the same class.
        seed: determines order and augmentation of the images.
        state: a snapshot to go on from.
        on_images: hears of every step's images.

    Raises:
        Diverged: the loss of an epoch isn't finite.
        InputError: images and labels don't match, or a snapshot is of another training.
    """
    if len(images) != len(labels) or len(images) < 2:
        raise InputError(f"images: {len(images)} with {len(labels)} labels; as many of each, at least 2, are wanted")
    generator = torch.Generator().manual_seed(seed)
    optimizer = Muon(network.parameters(), learning_rate=settings.learning_rate, momentum=settings.momentum)
    batch = min(settings.batch_size, len(images))
    steps = len(images) // batch
    start = 0
    if state is not None:
        start = _restore(state, network, optimizer, generator, settings)
    calibration = as_pixels(images[: settings.calibration_images])
    lower = computes_in_bfloat16(settings, images.device)
    channels_last = images.permute(0, 2, 3, 1).contiguous()
    for epoch in range(start, settings.epochs):
        began = time.perf_counter()
        network.train()
        plain = epoch < settings.float_epochs
        order = torch.randperm(len(images), generator=generator)
        total = torch.zeros((), device=images.device)
        for step in range(steps):
            if step % CALIBRATION_INTERVAL == 0 and not plain:
                network.calibrate(calibration)
            picks = order[step * batch : (step + 1) * batch]
            pixels = training_pixels(channels_last, picks, settings=settings, flip=flip, generator=generator)
            rate = one_cycle((epoch * steps + step + 0.5) / (settings.epochs * steps), settings.warmup)
            optimizer.learning_rate = settings.learning_rate * rate
            wanted = labels[picks.to(labels.device)]
            with torch.autocast(images.device.type, dtype=torch.bfloat16, enabled=lower):
                logits = network.plain(pixels, clipped=False) if plain else network(pixels, settings.fidelity)
                loss = F.cross_entropy(logits.float(), wanted, label_smoothing=settings.label_smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
            if on_images is not None:
                on_images(batch)
        if not torch.isfinite(total):
            raise Diverged(f"the loss is {float(total)} in epoch {epoch + 1}; a smaller learning_rate may help")
        if on_epoch is not None or epoch + 1 == settings.epochs:
            network.eval()
            network.calibrate(calibration)
        if on_epoch is not None:
            report = EpochReport(epoch + 1, float(total) / steps, time.perf_counter() - began)
            on_epoch(report, partial(_snapshot, network, optimizer, generator, settings, epoch + 1))
    network.eval()


def training_pixels(
    images: Tensor, picks: Tensor, *, settings: TrainingSettings, flip: bool, generator: torch.Generator
) -> Tensor:
    """A batch as `batches.augmented` makes it, augmented as the settings say."""
    padding, cutout = settings.crop_padding, settings.cutout
    return augmented(images, picks, padding=padding, flip=flip, cutout=cutout, generator=generator)


def one_cycle(progress: float, warmup: float) -> float:
    """Share of the peak learning rate at a share of the training: up in a line, down in a line."""
    return progress / warmup if progress < warmup else (1 - progress) / (1 - warmup)


def _snapshot(
    network: CrossbarNetwork,
    optimizer: Muon,
    generator: torch.Generator,
    settings: TrainingSettings,
    epoch: int,
) -> dict[str, Any]:
    return {
        "settings": settings.model_dump(mode="json"),
        "epoch": epoch,
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "images_generator": generator.get_state(),
        "noise_generator": network.noise.generator.get_state(),
    }


def check_settings(state: dict[str, Any], settings: TrainingSettings) -> None:
    """Raises InputError where a snapshot is of a training with other settings."""
    wanted = settings.model_dump(mode="json")
    # A key that is newer than the snapshot: its default is what was done before there was a choice.
    had = {key: field.default for key, field in type(settings).model_fields.items()} | state["settings"]
    different = [key for key in wanted if had[key] != wanted[key]]
    if different:
        key = different[0]
        raise InputError(
            f"{key}: {wanted[key]}, but the training to go on with has {had[key]}; "
            "its schedule can't be continued with other settings"
        )


def _restore(
    state: dict[str, Any],
    network: CrossbarNetwork,
    optimizer: Muon,
    generator: torch.Generator,
    settings: TrainingSettings,
) -> int:
    check_settings(state, settings)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["images_generator"].cpu())
    network.noise.generator.set_state(state["noise_generator"].cpu())
    return int(state["epoch"])
