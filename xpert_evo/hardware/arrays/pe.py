"""Processing elements: s x s crossbars, an adder tree, two registers, two buses (specification, section 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.arrays.crossbar import Crossbar, Periphery
from xpert_evo.hardware.components import flip_flops
from xpert_evo.hardware.components.adder_tree import AdderTree, adder_tree
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import bus_wire, ceil_log2
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.process.technology import Technology

_WHOLE = 1e-9  # guards a floor against a rounding error below a whole number


@dataclass(frozen=True)
class ProcessingElement:
    """The PEs of some layers; arrays of one shape.

    Attributes:
        area, tree_area, register_area: m2, of all and of its adder trees and registers. sum_bits: B_PE. trees: adder
            trees side by side.
        input_flops, output_flops: n_in, n_out. input_bus, output_bus: lengths, m. clock_hz: f.
    """

    tech: Technology
    crossbar_size: int
    columns_per_weight: np.ndarray
    columns_per_conversion: int
    crossbars_per_side: np.ndarray
    area: np.ndarray
    tree_area: np.ndarray
    register_area: np.ndarray
    sum_bits: np.ndarray
    trees: np.ndarray
    input_flops: np.ndarray
    output_flops: np.ndarray
    input_bus: np.ndarray
    output_bus: np.ndarray
    clock_hz: float
    crossbar: Crossbar

    def tree(self, inputs: np.ndarray) -> AdderTree:
        """One of the adder trees with so many inputs in use."""
        return adder_tree(self.tech, inputs, self.sum_bits, self.clock_hz)

    def leakage(self, tree_inputs: np.ndarray) -> np.ndarray:
        """W, with the adder trees of the PE that was evaluated last (section 12)."""
        flops = self.input_flops + self.output_flops
        return (
            self.crossbars_per_side**2 * self.crossbar.leakage
            + self.tree(tree_inputs).leakage * self.trees
            + flops * standard_cells(self.tech).dff_leakage
        )


def processing_element(
    preset: HardwarePreset, periphery: Periphery, crossbar: Crossbar, crossbars_per_side: np.ndarray
) -> ProcessingElement:
    """The PEs of layers with this periphery."""
    tech, size, cells = preset.technology, preset.crossbar_size, periphery.cells_per_weight
    s, ip, bits = crossbars_per_side, periphery.input_bits, periphery.adc_bits
    adcs = preset.adcs(periphery.sharing)
    sum_bits = np.floor(bits + ip + cells + 1 + _WHOLE)
    trees = (s * adcs).astype(float)
    input_flops = ip * size
    output_flops = np.floor(adcs * (bits + ip + cells + ceil_log2(s)) + _WHOLE)
    register_height, register_width = s * crossbar.height, s * crossbar.width
    registers = register_height * flip_flops.width_at_height(tech, input_flops, register_height)
    registers = registers + register_width * flip_flops.height_at_width(tech, output_flops, register_width)
    tree_area = adder_tree(tech, s, sum_bits, preset.rounding_clock_hz).area * trees
    return ProcessingElement(
        tech=tech,
        crossbar_size=size,
        columns_per_weight=cells * preset.encoding.columns_per_conversion,
        columns_per_conversion=preset.encoding.columns_per_conversion,
        crossbars_per_side=s,
        area=s**2 * crossbar.area + tree_area + registers,
        tree_area=tree_area,
        register_area=registers,
        sum_bits=sum_bits,
        trees=trees,
        input_flops=input_flops,
        output_flops=output_flops,
        input_bus=crossbar.width * (s - 1),
        output_bus=crossbar.height * (s - 1),
        clock_hz=preset.rounding_clock_hz,
        crossbar=crossbar,
    )


@dataclass(frozen=True)
class Work:
    """What a layer's PEs are given; arrays of one shape.

    Attributes:
        windows: n_v. vectors: N, bit vectors. accumulations: n_acc, uses of an adder tree per PE.
        conversion_j: E_conv, of one column's conversion. active: alpha.
        duplication: D, copies inside a PE; whole: whether the whole matrix is in one crossbar.
    """

    windows: np.ndarray
    vectors: np.ndarray
    accumulations: np.ndarray
    conversion_j: np.ndarray
    active: np.ndarray
    duplication: np.ndarray
    whole: np.ndarray


@dataclass(frozen=True)
class PeCost:
    """Of one PE for all of a layer's windows: energies, J; cycles. `buffer` and `bus` are parts of `other`."""

    adc_j: np.ndarray
    accumulation_j: np.ndarray
    other_j: np.ndarray
    buffer_j: np.ndarray
    bus_j: np.ndarray
    sensing_cycles: np.ndarray
    accumulation_cycles: np.ndarray
    register_cycles: np.ndarray


def pe_cost(pe: ProcessingElement, periphery: Periphery, work: Work, rows: np.ndarray, columns: np.ndarray) -> PeCost:
    """The cost of a PE that holds rows x columns cells (r x c)."""
    xbar, size = pe.crossbar, pe.crossbar_size
    crossbar_rows = -(-rows // size)
    crossbars = crossbar_rows * -(-columns // size)
    weights = columns // pe.columns_per_weight
    tree = pe.tree(crossbar_rows)
    duplicated = work.duplication > 1
    no_tree = duplicated & work.whole
    tree_uses = np.where(no_tree, 0.0, np.where(duplicated, crossbars, 1.0)) * work.accumulations

    inputs = (rows * work.vectors) // pe.input_flops
    bits_out = np.floor(weights * pe.sum_bits * work.vectors / periphery.input_bits + _WHOLE)
    outputs = np.floor(bits_out / pe.output_flops + 1e-12)
    registers_j = (inputs * pe.input_flops + outputs * pe.output_flops) * standard_cells(pe.tech).dff_j
    bus_bits_m = pe.input_bus * rows * work.vectors + pe.output_bus * weights * periphery.adc_bits * work.windows
    bus_j = bus_wire(pe.tech).energy_j_per_bit_m * bus_bits_m

    vectors = work.vectors
    converted = crossbar_rows * (columns // pe.columns_per_conversion) * work.conversion_j
    adc_j = vectors * (converted + crossbars * (xbar.adc_fixed_j + work.active * xbar.adc_active_j))
    other_j = vectors * crossbars * (xbar.other_fixed_j + work.active * xbar.other_active_j)
    tree_cycles = np.where(no_tree, 0.0, work.accumulations * tree.cycles)
    return PeCost(
        adc_j=adc_j,
        accumulation_j=vectors * crossbars * xbar.accumulation_j + tree_uses * tree.energy_j * pe.trees,
        other_j=other_j + registers_j + bus_j,
        buffer_j=registers_j,
        bus_j=bus_j,
        sensing_cycles=vectors * xbar.sensing_cycles / work.duplication,
        accumulation_cycles=(vectors * xbar.accumulation_cycles + tree_cycles) / work.duplication,
        register_cycles=(inputs + outputs).astype(float),
    )
