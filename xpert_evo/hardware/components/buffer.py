"""Register-file buffers (section 5.14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xpert_evo.hardware.components import flip_flops
from xpert_evo.hardware.components.decoder import Decoder
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.components.wires import ceil_log2
from xpert_evo.hardware.process.technology import Technology


@dataclass(frozen=True)
class Buffer:
    """Area, m2; energies of a bit read and written, J; leakage, W."""

    area: np.ndarray
    read_j: np.ndarray
    write_j: np.ndarray
    leakage: np.ndarray

    def of_energy(self, fj_per_bit: float | None) -> Buffer:
        """The same where a bit read or written takes so much, fJ; None for what it takes anyway."""
        if fj_per_bit is None:
            return self
        bit_j = np.full_like(self.read_j, fj_per_bit * 1e-15)
        return replace(self, read_j=bit_j, write_j=bit_j)


def register_file(tech: Technology, bits: Any, line: Any) -> Buffer:
    """A buffer of so many bits, read and written a line at a time; a write costs no flip-flops (quirk 12).

    Args:
        bits: integers. line: W, bits a line, integers.
    """
    cells = standard_cells(tech)
    bits, line = np.asarray(bits, dtype=np.int64), np.asarray(line, dtype=np.int64)
    lines = -(-bits // line)
    decoder = Decoder(tech, ceil_log2(lines), mux=False)
    full_lines = bits // line
    return Buffer(
        area=flip_flops.area(tech, bits) + decoder.area_at_lines(lines),
        read_j=(full_lines * decoder.read_j() + bits * cells.dff_j) / bits,
        write_j=full_lines * decoder.access_j() / bits,
        leakage=bits * cells.dff_leakage + decoder.leakage(),
    )
