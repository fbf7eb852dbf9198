"""Single layers in, their costs out: the arrays that network models work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from xpert_evo.design.designs import AdcType, Designs
from xpert_evo.errors import InputError
from xpert_evo.hardware.preset import HardwarePreset

LIMITS = {  # what the specification covers; raw levels reach down to 5
    "input_size": (1, 1024),
    "in_channels": (1, 4096),
    "out_channels": (1, 4096),
    "kernel": (1, 7),
    "column_sharing": (2, 32),
    "levels": (5, 256),
    "input_bits": (1, 8),
}


@dataclass(frozen=True)
class LayerTable:
    """Layers, each with its own peripherals; int64 arrays of one shape unless stated.

    Attributes:
        input_size: side of the unpadded square input.
        adc_type: positions in `ADC_TYPES`.
        levels: of the ADC, 2^adc_bits but for raw levels.
        max_pool: bool, whether a max-pool follows.
        filler_input_size: unpadded side of the filler layer's input, the layer's own by default.
        active_rows, column_siemens, idle_columns: measured activity, float: alpha, G and z of the
            specification's section 14; the data-free default where they are None.
    """

    input_size: np.ndarray
    in_channels: np.ndarray
    out_channels: np.ndarray
    kernel: np.ndarray
    column_sharing: np.ndarray
    adc_type: np.ndarray
    levels: np.ndarray
    input_bits: np.ndarray
    max_pool: np.ndarray
    filler_input_size: np.ndarray | None = None
    active_rows: np.ndarray | None = None
    column_siemens: np.ndarray | None = None
    idle_columns: np.ndarray | None = None

    @property
    def windows(self) -> np.ndarray:
        """n_v: output pixels of a same-padded convolution of stride 1."""
        return self.input_size**2

    @property
    def padded_size(self) -> np.ndarray:
        """Hp."""
        return self.input_size + self.kernel - 1

    @property
    def rows(self) -> np.ndarray:
        """R."""
        return self.in_channels * self.kernel**2

    def flat(self) -> LayerTable:
        """The same layers as one-dimensional arrays."""
        return self.each(lambda array: array.reshape(-1))

    def each(self, change: Callable[[np.ndarray], np.ndarray]) -> LayerTable:
        """The table with every array that is there changed."""
        arrays = {name: array for name, array in vars(self).items() if array is not None}
        return replace(self, **{name: change(array) for name, array in arrays.items()})


def layer_table(designs: Designs) -> LayerTable:
    """The layers of P designs, arrays (P, L). No layer is followed by a max-pool, as in the original."""
    shape = designs.channels.shape
    return LayerTable(
        input_size=np.broadcast_to(designs.input_sizes, shape),
        in_channels=designs.input_channels,
        out_channels=designs.channels,
        kernel=np.full(shape, designs.backbone.kernel),
        column_sharing=designs.column_sharing,
        adc_type=designs.adc_type,
        levels=2**designs.adc_bits,
        input_bits=designs.input_bits,
        max_pool=np.zeros(shape, dtype=bool),
    )


def check_layers(layers: LayerTable, preset: HardwarePreset) -> None:
    """Refuses what the specification doesn't cover.

    Raises:
        InputError: names the key, the value and what is valid.
    """
    for name, (low, high) in LIMITS.items():
        values = getattr(layers, name)
        high = min(high, preset.crossbar_size) if name == "column_sharing" else high
        bad = (values < low) | (values > high)
        if bad.any():
            raise InputError(f"{name}: {values[bad].flat[0]} is outside what is modelled; valid are {low} to {high}")
    if (layers.kernel % 2 == 0).any():
        raise InputError("kernel: even kernels are not modelled; valid are 1, 3, 5, 7")
    if preset.tech_node_nm == 65 and (layers.adc_type == AdcType.FLASH).any():
        raise InputError("adc_type: flash is not validated at 65 nm; valid is sar")


@dataclass(frozen=True)
class LayerMetrics:
    """Costs of layers, float64 arrays of the layers' shape.

    Areas are of one tile, and of a chip of layer and filler; `latency_ns` is the sum of its adc,
    accumulation and other parts, `buffer` and `interconnect` are parts of other; energies likewise.
    """

    tiles: np.ndarray
    filler_tiles: np.ndarray
    tile_cells: np.ndarray
    pe_cells: np.ndarray
    speedup: np.ndarray
    bus_width_bits: np.ndarray
    clock_ns: np.ndarray
    tile_area_um2: np.ndarray
    chip_area_um2: np.ndarray
    array_area_um2: np.ndarray
    interconnect_area_um2: np.ndarray
    adc_area_um2: np.ndarray
    accumulation_area_um2: np.ndarray
    other_area_um2: np.ndarray
    latency_ns: np.ndarray
    adc_latency_ns: np.ndarray
    accumulation_latency_ns: np.ndarray
    other_latency_ns: np.ndarray
    buffer_latency_ns: np.ndarray
    interconnect_latency_ns: np.ndarray
    energy_pj: np.ndarray
    adc_energy_pj: np.ndarray
    accumulation_energy_pj: np.ndarray
    other_energy_pj: np.ndarray
    buffer_energy_pj: np.ndarray
    interconnect_energy_pj: np.ndarray
    leakage_power_uw: np.ndarray
    leakage_energy_pj: np.ndarray
    operations: np.ndarray

    def reshaped(self, shape: tuple[int, ...]) -> LayerMetrics:
        """The same with arrays of another shape."""
        return LayerMetrics(**{name: values.reshape(shape) for name, values in vars(self).items()})

    @staticmethod
    def joined(parts: list[LayerMetrics]) -> LayerMetrics:
        """Several one after the other along the first axis."""
        names = [field.name for field in fields(LayerMetrics)]
        return LayerMetrics(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
