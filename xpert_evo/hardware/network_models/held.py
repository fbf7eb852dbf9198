"""How many bits a chip's buffer holds at a time: what waits while layers run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.design.networks.schedule import Schedule
from xpert_evo.hardware.network_models.traffic import WORD_BITS


@dataclass(frozen=True)
class Held:
    """What a network's tensors ask of the buffer.

    Attributes:
        schedule: of its layers.
        image_channels: of the image.
    """

    schedule: Schedule
    image_channels: int

    @property
    def adds(self) -> bool:
        """Whether words are added up between layers."""
        return bool(self.schedule.added.any())

    def most_bits(self, input_bits: np.ndarray, channels: np.ndarray) -> np.ndarray:
        """Bits held in the fullest step, (P,).

        Args:
            input_bits: bits of every layer's input, (P, L).
            channels: outputs of every layer, (P, L).
        """
        most = np.zeros(len(input_bits), dtype=input_bits.dtype)
        words = self._words(channels) if self.schedule.words.any() else None
        for step, waiting in enumerate(self.schedule.waiting):
            terms = [input_bits[:, layer] for layer in np.flatnonzero(waiting)]
            terms += [words[:, step]] if words is not None else []
            if terms:
                most = np.maximum(most, sum(terms[1:], terms[0]))
        return most

    def _words(self, channels: np.ndarray) -> np.ndarray:
        """Bits that are held as words, by step, (P, L)."""
        of_layers, of_image = self.schedule.words[:, :-1], self.schedule.words[:, -1]
        words = channels.astype(of_layers.dtype) @ of_layers.T + self.image_channels * of_image
        return np.asarray(WORD_BITS * words)
