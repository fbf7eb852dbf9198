"""Tiles: q x q PEs, an accumulation tree, two buffers, an H-tree (specification, section 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.arrays.crossbar import Periphery
from xpert_evo.hardware.arrays.pe import ProcessingElement
from xpert_evo.hardware.components.adder_tree import AdderTree, adder_tree
from xpert_evo.hardware.components.buffer import Buffer, register_file
from xpert_evo.hardware.components.wires import HTree, ceil_log2, h_tree
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.hardware.process.technology import Technology

TILE_FOLD = 16


@dataclass(frozen=True)
class Tile:
    """The tiles of some layers; arrays of one shape.

    Attributes:
        area, accumulation_area, buffer_area: m2, of all and of its adder trees and buffers. sum_bits: B_T. trees: adder
            trees side by side. output_line, input_line: W_o and W_i, bits. bus_width: of the H-tree, bits. clock_hz: f.
    """

    tech: Technology
    pes_per_side: np.ndarray
    area: np.ndarray
    accumulation_area: np.ndarray
    buffer_area: np.ndarray
    sum_bits: np.ndarray
    trees: np.ndarray
    output_buffer: Buffer
    input_buffer: Buffer
    output_line: np.ndarray
    input_line: np.ndarray
    tree: HTree
    bus_width: np.ndarray
    clock_hz: float

    def accumulation(self, inputs: np.ndarray) -> AdderTree:
        """One of the accumulation trees with so many inputs."""
        return adder_tree(self.tech, inputs, self.sum_bits, self.clock_hz)

    def leakage(self, pe_leakage: np.ndarray) -> np.ndarray:
        """W, without the H-tree (section 12)."""
        return (
            self.pes_per_side**2 * pe_leakage
            + self.accumulation(self.pes_per_side).leakage * self.trees
            + self.output_buffer.leakage
            + self.input_buffer.leakage
        )

    def buffer_cycles(self, output_bits: np.ndarray, input_bits: np.ndarray) -> np.ndarray:
        """Every bit is written once and read once, a line a cycle."""
        return 2 * output_bits / self.output_line + 2 * input_bits / self.input_line

    def buffer_j(self, output_bits: np.ndarray, input_bits: np.ndarray) -> np.ndarray:
        """Energy of the same."""
        out, into = self.output_buffer, self.input_buffer
        return output_bits * (out.read_j + out.write_j) + input_bits * (into.read_j + into.write_j)

    def tree_cycles(self, bits: np.ndarray) -> np.ndarray:
        """Of so many bits over the H-tree."""
        return bits / self.bus_width * np.ceil(self.tree.latency_s * self.clock_hz)


def tile_of(
    preset: HardwarePreset,
    periphery: Periphery,
    pe: ProcessingElement,
    pes_per_side: np.ndarray,
    pe_cells: np.ndarray,
) -> Tile:
    """The tiles of layers with these PEs."""
    tech, size = preset.technology, preset.crossbar_size
    q, adcs, ip = pes_per_side, preset.adcs(periphery.sharing), periphery.input_bits
    whole_bits = np.ceil(periphery.adc_bits - 1e-9)
    sum_bits = whole_bits + ip + periphery.cells_per_weight + 1 + ceil_log2(pe_cells // size)
    trees = (q * adcs).astype(float)
    sums_per_cycle = np.minimum(preset.tile_sums_per_cycle, adcs)
    output_line, input_line = (sum_bits * q * sums_per_cycle).astype(np.int64), q * size
    bit_fj = preset.buffer_energy_fj_per_bit
    output_buffer = register_file(tech, np.floor(sum_bits * q * adcs), output_line).of_energy(bit_fj)
    input_buffer = register_file(tech, input_line * ip, input_line).of_energy(bit_fj)
    tree = h_tree(tech, q, q, np.sqrt(pe.area), q * size, TILE_FOLD)
    accumulation_area = adder_tree(tech, q, sum_bits, preset.rounding_clock_hz).area * trees
    return Tile(
        tech=tech,
        pes_per_side=q,
        area=q**2 * pe.area + accumulation_area + output_buffer.area + input_buffer.area + tree.area,
        accumulation_area=accumulation_area,
        buffer_area=output_buffer.area + input_buffer.area,
        sum_bits=sum_bits,
        trees=trees,
        output_buffer=output_buffer,
        input_buffer=input_buffer,
        output_line=output_line,
        input_line=input_line,
        tree=tree,
        bus_width=q * size,
        clock_hz=preset.rounding_clock_hz,
    )
