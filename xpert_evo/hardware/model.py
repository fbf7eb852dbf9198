"""The hardware model as others use it: a preset in, metrics of designs out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.errors import InputError
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.arrays.devices import DEVICES
from xpert_evo.hardware.distinct import put_together
from xpert_evo.hardware.layer_faults import check_layers
from xpert_evo.hardware.layers import LayerMetrics, LayerTable, layer_table
from xpert_evo.hardware.metrics import Metrics
from xpert_evo.hardware.network_models import chip, xpertsim
from xpert_evo.hardware.network_models.costs import NetworkCosts
from xpert_evo.hardware.network_models.held import Held
from xpert_evo.hardware.preset import HardwarePreset, load_preset, preset_names
from xpert_evo.hardware.switches import NetworkModel

__all__ = ["HardwareModel", "preset_names"]

CHUNK_LAYERS = 20_000  # keeps intermediate arrays in tens of megabytes, whatever the batch


@dataclass(frozen=True)
class HardwareModel:
    """Evaluates designs on the chip of a preset; holds no state."""

    preset: HardwarePreset

    @classmethod
    def from_preset(
        cls,
        preset: str | Path | Mapping[str, Any],
        network_model: NetworkModel | None = None,
        weight_encoding: WeightEncoding | None = None,
    ) -> HardwareModel:
        """The model of a preset's name, TOML file or content.

        Args:
            network_model, weight_encoding: in place of the preset's own.

        Raises:
            InputError: there is no such preset, or the file is wrong.
        """
        return cls(load_preset(preset, network_model, weight_encoding))

    @property
    def name(self) -> str:
        """Of the preset."""
        return self.preset.name

    @property
    def network_model(self) -> NetworkModel:
        """How layers are put on chips."""
        return self.preset.network_model

    @property
    def weight_encoding(self) -> WeightEncoding:
        """How signed weights are held."""
        return self.preset.weight_encoding

    def cell_siemens(self, bits: int) -> np.ndarray:
        """Conductance of a cell at each value of so many bits, with its access transistor, float64 (values,)."""
        return DEVICES[self.preset.memory].cell_siemens(self.preset, bits)

    @property
    def crossbar_size(self) -> int:
        """Rows of a crossbar."""
        return self.preset.crossbar_size

    @property
    def bits_per_cell(self) -> int:
        """Bits of a memory cell."""
        return self.preset.bits_per_cell

    def evaluate(self, designs: Designs, activity: Activity | None = None) -> Metrics:
        """Metrics of P designs, in chunks: memory beyond input and output doesn't grow with the batch.

        Args:
            activity: measured on data; the data-free default where it is None.

        Raises:
            InputError: a gene or an activity is outside what is modelled.
        """
        parts = []
        for model, rows in self._by_array(designs):
            table = model._checked(designs[rows], _of_rows(activity, rows))
            held = Held(designs.network.schedule(designs.image_size), designs.image_channels)
            step = max(1, CHUNK_LAYERS // designs.channels.shape[1])
            starts = range(0, max(len(rows), 1), step)
            metrics = Metrics.joined([Metrics.of(model._costs(_rows(table, start, step), held)) for start in starts])
            model._refuse_infinite(metrics)
            parts.append((rows, metrics))
        return put_together(parts)

    def shares_beyond(self, designs: Designs) -> np.ndarray:
        """Whether a layer of a design shares an ADC among more conversions than a crossbar has, which then are all of
        them, bool (P,)."""
        result = np.zeros(len(designs), dtype=bool)
        for model, rows in self._by_array(designs):
            result[rows] = (designs.column_sharing[rows] > model.preset.conversions).any(axis=1)
        return result

    def costs(self, designs: Designs, activity: Activity | None = None) -> NetworkCosts:
        """The same with the costs of every layer, all at once: for as many designs as somebody looks at."""
        held = Held(designs.network.schedule(designs.image_size), designs.image_channels)
        return put_together(
            [
                (rows, model._costs(model._checked(designs[rows], _of_rows(activity, rows)), held))
                for model, rows in self._by_array(designs)
            ]
        )

    def _by_array(self, designs: Designs) -> list[tuple[HardwareModel, np.ndarray]]:
        """Models of the arrays that designs choose, each with the rows of its designs."""
        if designs.arrays is None or not len(designs):
            return [(self, np.arange(len(designs)))]
        arrays, which = np.unique(designs.arrays, axis=0, return_inverse=True)
        return [
            (HardwareModel(self.preset.with_array(*map(int, array))), np.flatnonzero(which.reshape(-1) == number))
            for number, array in enumerate(arrays)
        ]

    def evaluate_layers(self, layers: LayerTable) -> LayerMetrics:
        """Costs of N single layers, arrays (N,), each a network of its own.

        Raises:
            InputError: a value is outside what is modelled.
        """
        check_layers(layers, self.preset)
        return self._costs(layers.each(lambda array: array.reshape(-1, 1))).layers.reshaped((-1,))

    def _refuse_infinite(self, metrics: Metrics) -> None:
        for name, values in vars(metrics).items():
            if not np.isfinite(values).all():
                raise InputError(
                    f"hardware preset {self.name}: gives a design no finite {name}; one of its values is outside "
                    "what the equations hold for"
                )

    def _checked(self, designs: Designs, activity: Activity | None) -> LayerTable:
        table = layer_table(designs, self.preset, activity)
        check_layers(table, self.preset)
        return table

    def _costs(self, table: LayerTable, held: Held | None = None) -> NetworkCosts:
        layers, layers_per_design = table.flat(), table.input_size.shape[1]
        if self.preset.switches.filler_layer:
            return xpertsim.evaluate(self.preset, layers, layers_per_design)
        return chip.evaluate(self.preset, layers, layers_per_design, held)


def _of_rows(activity: Activity | None, rows: np.ndarray) -> Activity | None:
    """Activity that was given design by design, for some of the designs."""
    if activity is None:
        return None
    arrays = {name: values for name, values in vars(activity).items() if values is not None}
    return Activity(**{name: values[rows] if np.ndim(values) == 2 else values for name, values in arrays.items()})


def _rows(table: LayerTable, start: int, count: int) -> LayerTable:
    return table.each(lambda array: array[start : start + count])
