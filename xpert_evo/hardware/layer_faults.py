"""What of a layer is not modelled, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.design.genes import ADC_TYPES, AdcType
from xpert_evo.errors import InputError
from xpert_evo.hardware.layers import LayerTable
from xpert_evo.hardware.preset import HardwarePreset

NODES_WITHOUT_FLASH = (65,)  # nm; there the sense time leaves its least value, and no reference does
LARGEST_ORIGINAL_KERNEL = 7
LIMITS = {  # what the specification covers
    "input_size": (1, 1024),
    "in_channels": (1, 65536),
    "out_channels": (1, 4096),
    "kernel": (1, 11),
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
        (
            "kernel",
            (layers.kernel % 2 == 0) & preset.switches.filler_layer,
            "even kernels are not modelled by the original; valid are 1, 3, 5, 7",
        ),
        (
            "kernel",
            (layers.kernel > LARGEST_ORIGINAL_KERNEL) & preset.switches.filler_layer,
            f"beyond what is modelled by the original; valid are 1 to {LARGEST_ORIGINAL_KERNEL}",
        ),
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
