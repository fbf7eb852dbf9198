"""Accuracy of a design by fine-tuning weights that all designs of its depths share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.transfer import copy_weights
from xpert_evo.accuracy.networks.weights import WeightStore
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.design.design import Design
from xpert_evo.design.networks.registry import reference

# The middle of what searches choose from: weights that have seen it are near those of fewer and of more bits.
SHARED_PRECISIONS = {"adc_bits": 6, "input_bits": 4, "weight_bits": 8}


def at_shared_precisions(design: Design) -> Design:
    """The design that a design's depths are trained as."""
    layers = tuple(layer.model_copy(update=SHARED_PRECISIONS) for layer in design.layers)
    return design.model_copy(update={"layers": layers})


class FineTuning(ProxyTraining):
    """Trains each configuration of depths once, at fixed precisions, then a short time at a design's own.

    The shared training depends on depths, array, budget and seed, not on the design that asks first. All designs are
    fine-tuned equally long (or none, with 0 epochs), also where precisions are high and an evaluation would do: an
    epoch is worth some two points at any precision, and designs that go without it would seem the worse.

    Args:
        weights: where shared weights are kept; they are trained anew for every design where it is None.
        options: as of `ProxyTraining`.
    """

    def __init__(self, *images: Any, weights: Path | None = None, **options: Any) -> None:
        super().__init__(*images, **options)
        self._kept = WeightStore(weights) if weights else None

    def _trained(self, design: Design, seed: int) -> CrossbarNetwork:
        shared = self._shared(design, seed)
        network = self._network(design, seed)
        copy_weights(shared, network)
        if self.settings.fine_tune_epochs:
            budget = {
                "epochs": self.settings.fine_tune_epochs,
                "float_epochs": 0,
                "learning_rate": self.settings.fine_tune_learning_rate,
            }
            self._train(network, self.settings.model_copy(update=budget), seed)
        else:
            (images,) = self._tensors(self._train_images[: self.settings.calibration_images])
            network.eval()
            network.calibrate(as_pixels(images))
        return network

    def _shared(self, design: Design, seed: int) -> CrossbarNetwork:
        network = self._network(at_shared_precisions(design), seed)
        trained_for = {
            **reference(design.graph),
            "channels": design.gene("channels"),
            "image": [*design.image.model_dump().values(), design.classes],
            "array": self.array.of(design).to_json(),
            "settings": self.settings.model_dump(mode="json"),
            "spread": self.spread.model_dump(mode="json") if self.spread else None,
            "seed": seed,
        }
        kept = self._kept.get(trained_for) if self._kept else None
        if kept is not None:
            network.load_state_dict(kept)
        else:
            self._train(network, self.settings, seed)
            if self._kept:
                self._kept.put(trained_for, network.state_dict())
        return network
