"""Training of weights that all widths and precisions share: the sandwich rule with in-place distillation.

Yu and Huang, Universally Slimmable Networks and Improved Training Techniques, ICCV 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.slimmable import AdcNoise, Subnet, subnet_logits
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.accuracy.training.loop import CALIBRATION_INTERVAL, one_cycle, training_pixels
from xpert_evo.accuracy.training.optimizer import Muon

_RANDOM_SUBNETS = 2  # a step, beside a wide one and the narrowest
_WIDE_SHARE = 0.1  # of all subnets: those with the most multiply-accumulates, of which one tops each sandwich

# Called with the number of steps done and the training's state, from which it can go on.
OnSteps = Callable[[int, Mapping[str, Tensor]], None]


@dataclass(frozen=True)
class Subnets:
    """What is trained: int64 (S, L) each, by rising multiply-accumulates; channels are the built networks'.

    The widest network that holds all of them is none of them: its cost would be a multiple of any design's. Each
    sandwich is topped by one of the largest instead, and all weights get their share in time.
    """

    channels: np.ndarray
    adc_bits: np.ndarray
    input_bits: np.ndarray
    weight_bits: np.ndarray

    def sandwich(self, generator: np.random.Generator) -> list[Subnet]:
        """A large subnet at the highest precisions, the narrowest of all at a random one's precisions, and some."""
        count = len(self.channels)
        wide = count - 1 - int(generator.integers(max(1, round(_WIDE_SHARE * count))))
        low, *others = generator.integers(count, size=1 + _RANDOM_SUBNETS).tolist()
        highest = [bits.max(axis=0).tolist() for bits in self._precisions]
        narrowest = self.channels.min(axis=0).tolist()
        bottom = replace(self.subnet(low), channels=narrowest)
        return [Subnet(self.channels[wide].tolist(), *highest), bottom, *(self.subnet(row) for row in others)]

    def subnet(self, row: int) -> Subnet:
        return Subnet(self.channels[row].tolist(), *(bits[row].tolist() for bits in self._precisions))

    @property
    def _precisions(self) -> tuple[np.ndarray, ...]:
        return self.adc_bits, self.input_bits, self.weight_bits


def steps_of(settings: ProxySettings, images: int) -> int:
    """Steps of a supernet's training on so many images."""
    return settings.supernet_epochs * (images // min(settings.batch_size, images))


def train_supernet(
    widest: CrossbarNetwork,
    images: Tensor,
    labels: Tensor,
    *,
    subnets: Subnets,
    noise: AdcNoise,
    settings: ProxySettings,
    flip: bool,
    seed: int,
    state: Mapping[str, Tensor] | None = None,
    on_steps: OnSteps | None = None,
) -> None:
    """Trains in place. Of a step's subnets the largest learns from the labels and the others from its answers.

    All that is random in a step comes from the seed and the step's number: equal arguments, device and number of
    threads give equal weights, bit for bit, also where the training goes on from a state.

    Args:
        widest: holds the weights, at least as wide as every subnet in every layer.
        images: uint8 (M, C, H, W), on the network's device.
        labels: int64 (M,), on the network's device.
        flip: whether mirrored images are of the same class.
        state: to go on from, as `on_steps` was given it.
        on_steps: hears every `CALIBRATION_INTERVAL` steps.
    """
    optimizer = Muon(widest.parameters(), learning_rate=settings.learning_rate, momentum=settings.momentum)
    start = _restored(state, widest, optimizer) if state else 0
    batch = min(settings.batch_size, len(images))
    an_epoch, steps = len(images) // batch, steps_of(settings, len(images))
    calibration = as_pixels(images[: settings.calibration_images])
    channels_last = images.permute(0, 2, 3, 1).contiguous()
    widest.train()
    for step in range(start, steps):
        if step % CALIBRATION_INTERVAL == 0:
            noise.measure(widest, calibration)
        epoch, place = divmod(step, an_epoch)
        order = torch.from_numpy(np.random.default_rng([seed, 0, epoch]).permutation(len(images)))
        drawn = np.random.default_rng([seed, 1, step])
        generator = torch.Generator().manual_seed(int(drawn.integers(2**62)))
        widest.noise.generator.manual_seed(int(drawn.integers(2**62)))
        picks = order[place * batch : (place + 1) * batch]
        pixels = training_pixels(channels_last, picks, settings=settings, flip=flip, generator=generator)
        optimizer.learning_rate = settings.learning_rate * one_cycle((step + 0.5) / steps, settings.warmup)
        optimizer.zero_grad()
        top, *others = subnets.sandwich(drawn)
        answers = subnet_logits(widest, pixels, top, noise, settings.fidelity)
        wanted = labels[picks.to(labels.device)]
        F.cross_entropy(answers, wanted, label_smoothing=settings.label_smoothing).div(1 + len(others)).backward()
        taught = answers.detach().softmax(dim=1)
        for subnet in others:
            logits = subnet_logits(widest, pixels, subnet, noise, settings.fidelity)
            F.cross_entropy(logits, taught).div(1 + len(others)).backward()
        optimizer.step()
        done = step + 1
        if on_steps is not None and (done % CALIBRATION_INTERVAL == 0 or done == steps):
            on_steps(done, _state(widest, optimizer, done))
    widest.eval()


def _state(widest: CrossbarNetwork, optimizer: Muon, done: int) -> dict[str, Tensor]:
    momenta = {f"momentum.{number}": velocity for number, velocity in enumerate(optimizer.velocities)}
    return {"step": torch.tensor(done), **widest.state_dict(), **momenta}


def _restored(state: Mapping[str, Tensor], widest: CrossbarNetwork, optimizer: Muon) -> int:
    network: dict[str, Any] = {name: state[name] for name in widest.state_dict()}
    widest.load_state_dict(network)
    optimizer.velocities = [
        state[f"momentum.{number}"].to(parameter.device).clone() for number, parameter in enumerate(widest.parameters())
    ]
    return int(state["step"])
