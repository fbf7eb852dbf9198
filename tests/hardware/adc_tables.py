"""Presets with tables of ADCs."""

from typing import Any

from xpert_evo.design.genes import MODELLED_ADC_BITS
from xpert_evo.hardware.components import adc
from xpert_evo.hardware.preset import load_preset, preset_content
from xpert_evo.hardware.process.technology import technology


def sar_rows(node_nm: int) -> dict[str, dict[str, float]]:
    """What a table has that is copied from the model of SAR ADCs."""
    tech, rows = technology(node_nm), {}
    for bits in MODELLED_ADC_BITS:
        own_w, time_s = float(adc.own_w(tech, True, bits, 2**bits)), adc.sar_sense_s(bits)
        rows[str(bits)] = {
            "area_um2": adc.sar_area(tech, bits) * 1e12,
            "energy_pj": own_w * time_s * 1e12,
            "time_ns": time_s * 1e9,
        }
    return rows


def with_adcs(name: str = "xpert-rram", **tables: dict[str, Any]) -> dict[str, Any]:
    """The content of a preset with tables of ADCs, a copy of the SAR model's called `copy` among them."""
    own = sar_rows(load_preset(name).tech_node_nm)
    return {
        **preset_content(name),
        "adc": {
            "copy": {"source": "the SAR model", "bits": own},
            **{adc_name: {"source": "a test", "bits": bits} for adc_name, bits in tables.items()},
        },
    }


def figures(area_um2: float = 3000, energy_pj: float = 1.0, time_ns: float = 4) -> dict[str, float]:
    """A row of a table."""
    return {"area_um2": area_um2, "energy_pj": energy_pj, "time_ns": time_ns}
