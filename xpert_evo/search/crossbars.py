"""What accuracy needs to know of a chip's crossbars and devices."""

from __future__ import annotations

from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.hardware.arrays.devices import column_wire_ohm
from xpert_evo.hardware.model import HardwareModel


def array_shape(hardware: HardwareModel) -> ArrayShape:
    """The crossbars of designs that choose none."""
    preset = hardware.preset
    wires = {}
    if preset.wire_resistance:
        per_cell = column_wire_ohm(preset) / preset.on_resistance_ohm
        wires = {"wire_per_cell": per_cell, "off_share": 1 / preset.on_off_ratio}
    return ArrayShape(
        crossbar_size=hardware.crossbar_size,
        bits_per_cell=hardware.bits_per_cell,
        weight_encoding=hardware.weight_encoding,
        **wires,
    )


def device_spread(hardware: HardwareModel) -> DeviceSpread:
    """How a chip's devices deviate."""
    preset = hardware.preset
    return DeviceSpread(
        cell_variation=preset.cell_variation,
        mirror_mismatch=preset.mirror_mismatch,
        on_off_ratio=preset.on_off_ratio,
    )
