"""Accuracy of a design by training a narrower network of its own, from scratch, on a stated budget."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from xpert_evo.accuracy.estimators.base import AccuracyEstimate
from xpert_evo.accuracy.networks.network import CrossbarNetwork, build_network
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, ProxySettings, TrainingSettings
from xpert_evo.accuracy.training.batches import resized
from xpert_evo.accuracy.training.loop import evaluate, standard_error, train
from xpert_evo.design.designs import Design
from xpert_evo.errors import InputError


class ProxyTraining:
    """Trains a design's network at a fraction of its width and of the images' resolution, then scores it.

    Holds settings and arrays only, so it can be sent to worker processes.

    Args:
        settings: the budget.
        train_images, validation_images: uint8 (N, C, H, W); the first `settings.train_images` and
            `settings.validation_images` of them are used (all where there are fewer to score with).
        train_labels, validation_labels: integers (N,).
        array: how weights lie on crossbars.
        spread: the chip's devices, used where `settings.device_variation` asks for it.
        flip: whether mirrored images are of the same class.
        device: cpu, cuda or mps.
        threads: torch threads of an estimate.

    Raises:
        InputError: there are fewer training images than the settings ask for.
    """

    def __init__(
        self,
        settings: ProxySettings,
        train_images: np.ndarray,
        train_labels: np.ndarray,
        validation_images: np.ndarray,
        validation_labels: np.ndarray,
        *,
        array: ArrayShape,
        spread: DeviceSpread | None = None,
        flip: bool,
        device: str = "cpu",
        threads: int = 1,
    ) -> None:
        self.settings, self.array, self.flip, self.device, self.threads = settings, array, flip, device, threads
        self.spread = spread if settings.device_variation else None
        if len(train_images) < settings.train_images:
            raise InputError(
                f"proxy.train_images: {settings.train_images}, but there are only {len(train_images)} to train on"
            )
        train_count, validation_count = settings.train_images, settings.validation_images
        self._train_images = resized(train_images[:train_count], settings.resolution)
        self._train_labels = np.asarray(train_labels[:train_count], dtype=np.int64)
        self._validation_images = resized(validation_images[:validation_count], settings.resolution)
        self._validation_labels = np.asarray(validation_labels[:validation_count], dtype=np.int64)

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
            accuracy = evaluate(network, images, labels)
        scored = len(self._validation_labels)
        return AccuracyEstimate(accuracy, standard_error(accuracy, scored), scored, time.perf_counter() - began)

    @contextmanager
    def _own_threads(self) -> Iterator[None]:
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
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
        ).to(self.device)

    def _train(self, network: CrossbarNetwork, settings: TrainingSettings, seed: int) -> None:
        images, labels = self._tensors(self._train_images, self._train_labels)
        train(network, images, labels, settings=settings, flip=self.flip, seed=seed)

    def _tensors(self, *arrays: np.ndarray) -> list[Tensor]:
        return [torch.from_numpy(array).to(self.device) for array in arrays]
