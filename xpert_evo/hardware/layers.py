"""Single layers in, their costs out: the arrays that network models work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.activity import Activity
from xpert_evo.hardware.preset import HardwarePreset


@dataclass(frozen=True)
class LayerTable:
    """Layers, each with its own peripherals; arrays of one shape, int64 unless stated.

    Attributes:
        input_size: side of the unpadded square input.
        kernel: height of the kernel.
        max_pool: bool, whether a 2 x 2 max-pool follows.
        adc_type: positions in the preset's `adc_names`.
        levels: of the ADC where they aren't 2^adc_bits.
        reads_image: bool, whether an input's bits are as often one as zero: of pixels, and of values of both signs;
            where it is None, layers with 3 inputs are taken to read an image.
        kernel_width: its width; square kernels where it is None.
        output_size: side of the square output; the input's where it is None.
        groups: of the convolution; 1 where it is None.
        pools, pool_reduction, writes_words, added, read_again: float, of what is done beside the layer, see
            `design.networks.schedule.Schedule`; of its max-pool alone where they are None.
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
    kernel_width: np.ndarray | None = None
    output_size: np.ndarray | None = None
    groups: np.ndarray | None = None
    pools: np.ndarray | None = None
    pool_reduction: np.ndarray | None = None
    writes_words: np.ndarray | None = None
    added: np.ndarray | None = None
    read_again: np.ndarray | None = None
    filler_input_size: np.ndarray | None = None
    active_rows: np.ndarray | None = None
    column_siemens: np.ndarray | None = None
    idle_columns: np.ndarray | None = None

    @property
    def windows(self) -> np.ndarray:
        """n_v: output pixels."""
        return (self.input_size if self.output_size is None else self.output_size) ** 2

    @property
    def padded_size(self) -> np.ndarray:
        """Hp."""
        return self.input_size + self.kernel - 1

    @property
    def padded_windows(self) -> np.ndarray:
        """Windows as the original counts them: pixels of the padded input; of strided layers those there are."""
        if self.output_size is None:
            return self.padded_size**2
        return np.where(self.output_size == self.input_size, self.padded_size**2, self.windows)

    @property
    def kernel_area(self) -> np.ndarray:
        """Pixels that a window has."""
        return self.kernel * (self.kernel if self.kernel_width is None else self.kernel_width)

    @property
    def rows(self) -> np.ndarray:
        """R: values that a window has."""
        return self.in_channels * self.kernel_area

    @property
    def group_rows(self) -> np.ndarray:
        """Of these, those that an output is a sum of."""
        return self.rows if self.groups is None else self.rows // self.groups

    @property
    def group_columns(self) -> np.ndarray:
        """Outputs that are sums of the same rows."""
        return self.out_channels if self.groups is None else self.out_channels // self.groups

    @property
    def pool_operations(self) -> np.ndarray:
        """Operations of 2 x 2 max-pools, a channel."""
        return np.where(self.max_pool, self.windows / 4, 0.0) if self.pools is None else self.windows * self.pools

    @property
    def held_outputs(self) -> np.ndarray:
        """Values that the layer's outputs leave in the buffer."""
        shrunk = np.where(self.max_pool, 4, 1) if self.pool_reduction is None else self.pool_reduction
        return self.out_channels * self.windows / shrunk

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
        **{name: np.broadcast_to(values, shape) for name, values in fixed_columns(designs, preset).items()},
        in_channels=designs.input_channels,
        out_channels=designs.channels,
        groups=designs.groups if (designs.groups > 1).any() else None,
        column_sharing=designs.column_sharing,
        adc_type=adcs_of_chip(designs, preset),
        adc_bits=designs.adc_bits,
        input_bits=designs.input_bits,
        weight_bits=designs.weight_bits,
        **measured,
    )


def fixed_columns(of: Designs | SearchSpace, preset: HardwarePreset) -> dict[str, np.ndarray]:
    """Columns of a `LayerTable` that a network's genes don't change, (L,) each; those left out that say nothing."""
    network, image_size = of.network, of.image_size
    sizes, schedule = network.layer_sizes(image_size), network.schedule(image_size)
    counted = preset.switches.max_pool == "network"
    columns = {
        "input_size": sizes.inputs,
        "kernel": sizes.kernel_height,
        "max_pool": (schedule.pools > 0) & counted,
        "reads_image": network.half_of_bits_set,
    }
    if (sizes.kernel_width != sizes.kernel_height).any():
        columns["kernel_width"] = sizes.kernel_width
    if (sizes.outputs != sizes.inputs).any():
        columns["output_size"] = sizes.outputs
    usual = np.where(schedule.pools > 0, 4, 1)
    if (schedule.pools != np.where(schedule.pools > 0, 0.25, 0.0)).any() or (schedule.pool_reduction != usual).any():
        columns["pools"] = schedule.pools * counted
        columns["pool_reduction"] = schedule.pool_reduction if counted else np.ones(network.layers)
    if schedule.writes_words.any() or schedule.added.any():
        columns["writes_words"] = schedule.writes_words
        columns["added"], columns["read_again"] = schedule.added, schedule.read_again
    return columns


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
