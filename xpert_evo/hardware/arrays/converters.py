"""The ADCs of layers, each of its kind: a model's or a table's (specification, sections 5.7, 5.8 and 6).

A table's energy is its ADC's own. What the cells of a column draw while it is converted comes on top, as with SAR
ADCs: it is what their model's power has that follows the column's conductance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from xpert_evo.design.genes import ADC_TYPES, AdcType
from xpert_evo.hardware.components import adc
from xpert_evo.hardware.preset import HardwarePreset

_UM2, _PJ, _NS = 1e-12, 1e-12, 1e-9  # to SI
_ANY_LEVELS = 2**6  # of the flash ADC that isn't there


@dataclass(frozen=True)
class Converters:
    """ADCs of layers; arrays of one shape.

    Attributes:
        area: of one, m2, without a flash ADC's encoder. conversion_s: time of a conversion without it.
        encoder_levels: L of the thermometer encoder; of no account where there is none.
    """

    area: np.ndarray
    conversion_s: np.ndarray
    has_encoder: np.ndarray
    encoder_levels: np.ndarray


def converters(preset: HardwarePreset, adc_type: np.ndarray, levels: np.ndarray) -> Converters:
    """ADCs by type and levels.

    Args:
        adc_type: positions in the preset's `adc_names`. levels: L.
    """
    tech, bits = preset.technology, np.log2(levels)
    is_flash, of_table = adc_type == AdcType.FLASH, adc_type >= len(ADC_TYPES)
    flash_levels = np.where(is_flash, levels, _ANY_LEVELS)
    flash_area = adc.flash_area(tech, flash_levels, nmos_area=preset.switches.flash_nmos_area)
    flash_s = adc.flash_sense_s(
        tech, preset.crossbar_size, preset.on_resistance_ohm, preset.off_resistance_ohm, flash_levels
    )
    area = np.where(is_flash, flash_area, adc.sar_area(tech, bits))
    conversion_s = np.where(is_flash, flash_s, adc.sar_sense_s(bits))
    if of_table.any():
        table_area, _, table_s = _looked_up(preset, adc_type, bits)
        area, conversion_s = np.where(of_table, table_area, area), np.where(of_table, table_s, conversion_s)
    return Converters(area, conversion_s, is_flash, flash_levels)


def conversion_w(
    preset: HardwarePreset,
    adc_type: np.ndarray,
    levels: np.ndarray,
    siemens: np.ndarray,
    cells_w: np.ndarray | None = None,
) -> np.ndarray:
    """Power of a column while it is converted, W.

    Args:
        siemens: G, conductance of the column; where it is zero no row is active.
        cells_w: of that what its cells draw; as the conductance says where it is None.
    """
    bits = np.log2(levels)
    own_w = adc.own_w(preset.technology, adc_type == AdcType.SAR, bits, levels)
    of_table = adc_type >= len(ADC_TYPES)
    if of_table.any():
        _, table_j, table_s = _looked_up(preset, adc_type, bits)
        own_w = np.where(of_table, table_j / table_s, own_w)
    if cells_w is None:
        cells_w = adc.cells_w(preset.technology, adc_type != AdcType.FLASH, siemens, preset.read_voltage_v)
    return np.where(siemens > 0, own_w + cells_w, adc.IDLE_COLUMN_W)


def _looked_up(preset: HardwarePreset, adc_type: np.ndarray, bits: np.ndarray) -> tuple[np.ndarray, ...]:
    """Area, m2, energy, J, and time, s, of a conversion; nan where a preset has no table of such an ADC."""
    figures = _figures(preset)
    return tuple(figures[:, adc_type, np.rint(bits).astype(int)])


@cache
def _figures(preset: HardwarePreset) -> np.ndarray:
    """The same of every ADC and precision, float64 (3, ADCs, 1 + most bits)."""
    most = max(bits for table in preset.adc.values() for bits in table.bits)
    figures = np.full((3, len(preset.adc_names), 1 + max(most, 8)), np.nan)
    for position, name in enumerate(preset.adc_names):
        for bits, row in preset.adc[name].bits.items() if name in preset.adc else ():
            figures[:, position, bits] = row.area_um2 * _UM2, row.energy_pj * _PJ, row.time_ns * _NS
    return figures
