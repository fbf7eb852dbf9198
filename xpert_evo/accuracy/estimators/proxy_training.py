"""Accuracy of a design by training a narrower network of its own, from scratch, on a stated budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.answers import as_bits
from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import resized, shared_tensor
from xpert_evo.accuracy.scoring import classified_rightly, standard_error
from xpert_evo.accuracy.settings import ArrayShape, Compute, DeviceSpread, ProxySettings, TrainingSettings
from xpert_evo.accuracy.training.loop import train as train_network
from xpert_evo.data import Images
from xpert_evo.design.design import Design
from xpert_evo.errors import InputError


class ProxyTraining:
    """Trains a design's network at a fraction of its width and of the images' resolution, then scores it.

    Holds settings and arrays only, so it can be sent to worker processes.

    Args:
        settings: the budget.
        train, validation: the first `settings.train_images` and `settings.validation_images` of them are used (all
            where there are fewer to score with).
        array: how weights lie on crossbars.
        spread: the chip's devices, used where `settings.device_variation` asks for it.
        flip: whether mirrored images are of the same class.
        compute: what an estimate has.

    Raises:
        InputError: there are fewer training images than the settings ask for.
    """

    def __init__(
        self,
        settings: ProxySettings,
        train: Images,
        validation: Images,
        *,
        array: ArrayShape,
        spread: DeviceSpread | None = None,
        flip: bool,
        compute: Compute = Compute(),
    ) -> None:
        self.settings, self.array, self.flip, self.compute = settings, array, flip, compute
        self.spread = spread if settings.device_variation else None
        if len(train) < settings.train_images:
            raise InputError(
                f"proxy.train_images: {settings.train_images}, but there are only {len(train)} to train on"
            )
        train_count, validation_count = settings.train_images, settings.validation_images
        self._train_images = resized(train.pixels[:train_count], settings.resolution)
        self._train_labels = train.labels[:train_count]
        self._validation_images = resized(validation.pixels[:validation_count], settings.resolution)
        self._validation_labels = validation.labels[:validation_count]

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        """Trains and scores one design.

        Args:
            seed: determines weights, order of the images, augmentation and noise.

        Raises:
            InputError: the proxy's resolution is too small for the design's backbone.
        """
        began = time.perf_counter()
        with self._own_threads():
            network = self._trained(design, seed)
            images, labels = self._tensors(self._validation_images, self._validation_labels)
            right = classified_rightly(network, images, labels).cpu().numpy()
        accuracy, bits = float(right.mean()), as_bits(right)
        error = standard_error(accuracy, len(right))
        return AccuracyEstimate(accuracy, error, len(right), time.perf_counter() - began, bits)

    def of_epochs(self, epochs: int) -> ProxyTraining:
        """The same with so many epochs, of which as large a share is without ADCs."""
        other, settings = copy(self), self.settings
        without_adcs = min(settings.float_epochs * epochs // settings.epochs, epochs - 1)
        other.settings = settings.model_copy(update={"epochs": epochs, "float_epochs": without_adcs})
        return other

    @contextmanager
    def _own_threads(self) -> Iterator[None]:
        before = torch.get_num_threads()
        torch.set_num_threads(self.compute.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def _trained(self, design: Design, seed: int) -> CrossbarNetwork:
        network = self._network(design, seed)
        self._train(network, self.settings, seed)
        return network

    def _network(self, design: Design, seed: int) -> CrossbarNetwork:
        return build_network(
            design,
            hardware=self.array,
            spread=self.spread,
            width_factor=self.settings.width_factor,
            least_channels=self.settings.least_channels,
            resolution=self.settings.resolution,
            seed=seed,
        ).to(self.compute.device)

    def _train(self, network: CrossbarNetwork, settings: TrainingSettings, seed: int) -> None:
        images, labels = self._tensors(self._train_images, self._train_labels)
        train_network(network, images, labels, settings=settings, flip=self.flip, seed=seed)

    def _tensors(self, *arrays: np.ndarray) -> list[Tensor]:
        return [shared_tensor(array).to(self.compute.device) for array in arrays]
