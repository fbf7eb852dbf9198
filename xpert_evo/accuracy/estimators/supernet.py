"""Accuracy of a design from weights that all designs of a search share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.networks.building import built_channels
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.slimmable import AdcNoise
from xpert_evo.accuracy.networks.transfer import copy_prefixes
from xpert_evo.accuracy.networks.weights import WeightStore
from xpert_evo.accuracy.pixels import shared_tensor
from xpert_evo.accuracy.training.normalisation import normalise_anew
from xpert_evo.accuracy.training.supernet import Subnets, steps_of, train_supernet
from xpert_evo.design.design import Design
from xpert_evo.design.designs import Designs
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.design.networks.registry import reference
from xpert_evo.errors import InputError


class Supernet(ProxyTraining):
    """Trains one network for all designs; a design's accuracy is that of its share of the weights, normalised anew.

    The shared weights depend on the settings, the subnets and `seed`, not on designs or their order. An estimate's own
    seed draws the ADCs' noise and nothing else, so estimates with other seeds don't say how trainings spread.

    Args:
        widest: at least as wide in every layer as any design that is to be scored.
        subnets: designs that the weights are trained for.
        seed: of the weights.
        weights: folder in which they are kept, finished or not; they are trained anew by every copy of this estimator
            where it is None.
        options: as of `ProxyTraining`.
    """

    def __init__(
        self, *images: Any, widest: Design, subnets: Designs, seed: int, weights: Path | None = None, **options: Any
    ) -> None:
        super().__init__(*images, **options)
        self.widest, self.seed = widest, seed
        odd = [op.kind for op in widest.graph.operations if op.kind in ("concatenate", "batch_norm") or op.groups]
        if odd:
            raise InputError(
                f"proxy.estimator: a supernet's narrower networks are its first channels, which {widest.graph.name}'s "
                "concatenations, groups or batch normalisations don't allow; valid are training, fine_tuning"
            )
        subnets = subnets[np.argsort(self._built(subnets).macs(), kind="stable")]
        self._largest = subnets.design(len(subnets) - 1)
        self.subnets = Subnets(self._built(subnets).channels, subnets.adc_bits, subnets.input_bits, subnets.weight_bits)
        self._kept = WeightStore(weights) if weights else None
        self._sent: dict[str, np.ndarray] = {}  # with copies of this estimator, to where the folder may not be
        self._ready: CrossbarNetwork | None = None

    @property
    def steps(self) -> int:
        """Of the training of the shared weights."""
        return steps_of(self.settings, len(self._train_images))

    def prepare(self, on_steps: Callable[[int], None]) -> None:
        """Trains the shared weights where that isn't done yet, or goes on with it; copies made after it have them.

        Args:
            on_steps: hears how many steps are done, at the beginning and then every few.
        """
        with self._own_threads():
            network = self._shared(on_steps)
        self._sent = {name: tensor.cpu().numpy() for name, tensor in network.state_dict().items()}

    def _trained(self, design: Design, seed: int) -> CrossbarNetwork:
        if self._ready is None:
            self._ready = self._shared()
        network = self._network(design, seed)
        copy_prefixes(self._ready, network)
        (images,) = self._tensors(self._train_images)
        normalise_anew(network, images, calibration_images=self.settings.calibration_images)
        return network

    def _shared(self, on_steps: Callable[[int], None] | None = None) -> CrossbarNetwork:
        network, key = self._network(self.widest, self.seed), self._trained_for()
        if self._sent:
            network.load_state_dict({name: shared_tensor(values) for name, values in self._sent.items()})
            return network
        state = self._kept.get(key) if self._kept else None
        done = int(state["step"]) if state else 0
        if on_steps:
            on_steps(done)
        if state and done == self.steps:
            network.load_state_dict({name: state[name] for name in network.state_dict()})
            return network

        def keep(done: int, state: Any) -> None:
            if self._kept and done == self.steps:
                self._kept.put(key, {"step": state["step"], **network.state_dict()})
            elif self._kept:
                self._kept.put(key, state)
            if on_steps:
                on_steps(done)

        images, labels = self._tensors(self._train_images, self._train_labels)
        reference = self._network(self._largest, self.seed)
        train_supernet(
            network,
            images,
            labels,
            subnets=self.subnets,
            noise=AdcNoise(
                reference, np.unique(self.subnets.adc_bits).tolist(), np.unique(self.subnets.weight_bits).tolist()
            ),
            settings=self.settings,
            flip=self.flip,
            seed=self.seed,
            state=state,
            on_steps=keep,
        )
        return network

    def _built(self, designs: Designs) -> Designs:
        """With the channels that are trained."""
        factor, least = self.settings.width_factor, self.settings.least_channels
        return replace(designs, channels=built_channels(designs.channels, width_factor=factor, least_channels=least))

    def _trained_for(self) -> dict[str, Any]:
        genes = [self.subnets.channels, self.subnets.adc_bits, self.subnets.input_bits]
        if (self.subnets.weight_bits != WEIGHT_BITS).any():
            genes.append(self.subnets.weight_bits)
        return {
            **reference(self.widest.graph),
            "widest": self.widest.gene("channels"),
            "subnets": hashlib.sha256(np.stack(genes).astype(np.int64).tobytes()).hexdigest(),
            "image": [*self.widest.image.model_dump().values(), self.widest.classes],
            "array": self.array.to_json(),
            "settings": self.settings.model_dump(mode="json"),
            "spread": self.spread.model_dump(mode="json") if self.spread else None,
            "seed": self.seed,
        }
