"""The hardware model as others use it: a preset in, metrics of designs out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.mapping import WeightEncoding
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.layers import LayerMetrics, LayerTable, check_layers, layer_table
from xpert_evo.hardware.metrics import Metrics
from xpert_evo.hardware.network_models import xpertsim
from xpert_evo.hardware.preset import HardwarePreset, load_preset, preset_names

__all__ = ["HardwareModel", "preset_names"]

NETWORK_MODELS = {"xpertsim": xpertsim.evaluate}
CHUNK_LAYERS = 20_000  # keeps intermediate arrays in tens of megabytes, whatever the batch


@dataclass(frozen=True)
class HardwareModel:
    """Evaluates designs on the chip of a preset; holds no state."""

    preset: HardwarePreset

    @classmethod
    def from_preset(cls, preset: str | Path) -> HardwareModel:
        """The model of a preset's name or TOML file.

        Raises:
            InputError: there is no such preset, or the file is wrong.
        """
        return cls(load_preset(preset))

    @property
    def name(self) -> str:
        """Of the preset."""
        return self.preset.name

    @property
    def network_model(self) -> str:
        """Name in `NETWORK_MODELS`."""
        return self.preset.network_model

    @property
    def weight_encoding(self) -> WeightEncoding:
        """How signed weights are held."""
        return self.preset.weight_encoding

    @property
    def crossbar_size(self) -> int:
        """Rows of a crossbar."""
        return self.preset.crossbar_size

    @property
    def bits_per_cell(self) -> int:
        """Bits of a memory cell."""
        return self.preset.bits_per_cell

    def evaluate(self, designs: Designs, activity: Activity | None = None) -> Metrics:
        """Metrics of P designs.

        Args:
            activity: measured on data; the data-free default where it is None.

        Raises:
            InputError: a gene or an activity is outside what is modelled.
        """
        layers = self.evaluate_layers(layer_table(designs, activity).flat())
        return Metrics.of_layers(layers.reshaped(designs.channels.shape))

    def evaluate_layers(self, layers: LayerTable) -> LayerMetrics:
        """Costs of N single layers, arrays (N,).

        Raises:
            InputError: a value is outside what is modelled.
        """
        check_layers(layers, self.preset)
        evaluate = NETWORK_MODELS[self.network_model]
        count = len(layers.input_size)
        names = [field.name for field in fields(LayerMetrics)]
        costs = LayerMetrics(**{name: np.empty(count) for name in names})
        for start in range(0, count, CHUNK_LAYERS):
            rows = slice(start, start + CHUNK_LAYERS)
            chunk = evaluate(self.preset, _part(layers, rows))
            for name in names:
                getattr(costs, name)[rows] = getattr(chunk, name)
        return costs


def _part(layers: LayerTable, rows: slice) -> LayerTable:
    return layers.each(lambda array: np.ascontiguousarray(array[rows]))
