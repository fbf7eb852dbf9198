"""Single layers in, their costs out: the arrays that network models work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from xpert_evo.design.designs import ADC_TYPES, AdcType, Designs
from xpert_evo.errors import InputError
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.preset import HardwarePreset

NODES_WITHOUT_FLASH = (65,)  # nm; there the sense time leaves its least value, and no reference does
LIMITS = {  # what the specification covers
    "input_size": (1, 1024),
    "in_channels": (1, 4096),
    "out_channels": (1, 4096),
    "kernel": (1, 7),
    "column_sharing": (2, 32),
    "input_bits": (1, 8),
    "weight_bits": (2, 8),
    "levels": (5, 256),
    "filler_input_size": (1, 1024),
    "active_rows": (0, 1),
    "column_siemens": (0, 1),
    "idle_columns": (0, 1),
}


@dataclass(frozen=True)
class LayerTable:
    """Layers, each with its own peripherals; arrays of one shape, int64 unless stated.

    Attributes:
        input_size: side of the unpadded square input.
        max_pool: bool, whether a max-pool follows.
        adc_type: positions in the preset's `adc_names`.
        levels: of the ADC where they aren't 2^adc_bits.
        reads_image: bool, whether the input is an image's pixels; where it is None, layers with 3 inputs do.
        filler_input_size: unpadded side of the filler layer's input; the layer's own where it is None.
        active_rows, column_siemens, idle_columns: float, measured activity; see `Activity`.
    """

    input_size: np.ndarray
    in_channels: np.ndarray
    out_channels: np.ndarray
    kernel: np.ndarray
    max_pool: np.ndarray
    column_sharing: np.ndarray
    adc_type: np.ndarray
    adc_bits: np.ndarray
    input_bits: np.ndarray
    weight_bits: np.ndarray
    levels: np.ndarray | None = None
    reads_image: np.ndarray | None = None
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

    @property
    def adc_levels(self) -> np.ndarray:
        """L."""
        return 2**self.adc_bits if self.levels is None else self.levels

    def flat(self) -> LayerTable:
        """The same layers as one-dimensional arrays."""
        return self.each(lambda array: array.reshape(-1))

    def each(self, change: Callable[[np.ndarray], np.ndarray]) -> LayerTable:
        """The table with every array that is there changed."""
        arrays = {name: array for name, array in vars(self).items() if array is not None}
        return replace(self, **{name: change(array) for name, array in arrays.items()})


def layer_table(designs: Designs, preset: HardwarePreset, activity: Activity | None = None) -> LayerTable:
    """The layers of P designs, arrays (P, L).

    Raises:
        InputError: the activity doesn't broadcast to (P, L), or the chip has no such ADC.
    """
    shape = designs.channels.shape
    measured = {}
    for name, values in vars(activity).items() if activity else ():
        if values is None:
            continue
        try:
            measured[name] = np.broadcast_to(np.asarray(values, dtype=float), shape)
        except ValueError as error:
            raise InputError(
                f"activity: {name} has shape {np.shape(values)}; one of {shape[1:]} or {shape} is valid"
            ) from error
    return LayerTable(
        input_size=np.broadcast_to(designs.input_sizes, shape),
        in_channels=designs.input_channels,
        out_channels=designs.channels,
        kernel=np.full(shape, designs.backbone.kernel),
        max_pool=np.broadcast_to(designs.backbone.pools() & (preset.switches.max_pool == "network"), shape),
        column_sharing=designs.column_sharing,
        adc_type=adcs_of_chip(designs, preset),
        adc_bits=designs.adc_bits,
        input_bits=designs.input_bits,
        weight_bits=designs.weight_bits,
        reads_image=np.broadcast_to(np.arange(shape[1]) == 0, shape),
        **measured,
    )


def adcs_of_chip(designs: Designs, preset: HardwarePreset) -> np.ndarray:
    """ADC types as positions in the preset's `adc_names`, int64 (P, L).

    Raises:
        InputError: it has no such ADC.
    """
    positions = designs.adc_positions(preset.adc_names)
    missing = np.argwhere(positions < 0)
    if len(missing):
        row, layer = missing[0]
        name = designs.adc_names[designs.adc_type[row, layer]]
        where = f"design {designs.ids[row]}: " if designs.ids else ""
        raise InputError(f"{where}layer {layer + 1}, adc_type: {preset.unknown_adc(name)}")
    return positions


@dataclass(frozen=True)
class Fault:
    """The first layer that isn't modelled: its position, the key, and what is wrong with its value."""

    position: int
    key: str
    problem: str


def first_fault(layers: LayerTable, preset: HardwarePreset) -> Fault | None:
    """What the specification doesn't cover, if there is something."""
    for key, (low, high) in LIMITS.items():
        values = getattr(layers, key)
        if values is None:
            continue
        high = min(high, preset.crossbar_size) if key == "column_sharing" else high
        bad = ~((values >= low) & (values <= high))
        if bad.any():
            return _fault(bad, key, f"{values[bad].flat[0]} is outside what is modelled; valid are {low} to {high}")
    checks = (
        (
            "input_bits",
            (layers.input_bits == 1) & (not preset.switches.zero_address_decoder),
            "1 bit is not modelled by the original; valid are 2 to 8",
        ),
        ("kernel", layers.kernel % 2 == 0, "even kernels are not modelled; valid are 1, 3, 5, 7"),
        (
            "column_sharing",
            (preset.conversions % np.minimum(layers.column_sharing, preset.conversions) != 0)
            & preset.switches.filler_layer,
            f"the original leaves columns unread where it doesn't divide the {preset.conversions} conversions of a "
            "crossbar; such figures mean nothing",
        ),
        (
            "adc_type",
            (layers.adc_type < 0) | (layers.adc_type >= len(preset.adc_names)),
            f"unknown; valid are {', '.join(f'{number} ({name})' for number, name in enumerate(preset.adc_names))}",
        ),
        (
            "adc_type",
            (layers.adc_type == AdcType.FLASH) & (preset.tech_node_nm in NODES_WITHOUT_FLASH),
            f"flash is not validated at {preset.tech_node_nm} nm; valid is sar",
        ),
    )
    for key, bad, problem in checks:
        if bad.any():
            return _fault(bad, key, problem)
    return _fault_of_precisions(layers, preset)


def _fault_of_precisions(layers: LayerTable, preset: HardwarePreset) -> Fault | None:
    for position, name in enumerate(preset.adc_names):
        here = layers.adc_type == position
        bad = here & ~np.isin(layers.adc_bits, preset.adc_bits(name))
        if bad.any():
            return _fault(bad, "adc_bits", preset.wrong_adc_bits(name, int(layers.adc_bits[bad].flat[0])))
        if layers.levels is not None and position >= len(ADC_TYPES) and here.any():
            return _fault(here, "levels", f"{name} ADCs have whole bits; valid are those of flash and SAR ADCs")
    return None


def check_layers(layers: LayerTable, preset: HardwarePreset) -> None:
    """Refuses what the specification doesn't cover.

    Raises:
        InputError: names the key, the value and what is valid.
    """
    fault = first_fault(layers, preset)
    if fault is not None:
        raise InputError(f"{fault.key}: {fault.problem}")


def _fault(bad: np.ndarray, key: str, problem: str) -> Fault:
    return Fault(int(np.flatnonzero(bad)[0]), key, problem)


@dataclass(frozen=True)
class LayerMetrics:
    """Costs of layers, float64 arrays of the layers' shape.

    Areas are of one tile, and of a chip of layer and filler; of areas, driver (of rows), write (what writing needs
    beside them: level shifters, source-line switches, write drivers), mux, register, buffer, relu and pooling are the
    parts of other. `latency_ns` is the sum of its adc,
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
    driver_area_um2: np.ndarray
    write_area_um2: np.ndarray
    mux_area_um2: np.ndarray
    register_area_um2: np.ndarray
    buffer_area_um2: np.ndarray
    relu_area_um2: np.ndarray
    pooling_area_um2: np.ndarray
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
