"""What quantities are called in pictures, and in which units: one spelling for all; loads no matplotlib."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A figure as pictures show it.

    Attributes:
        name: what axes call it.
        unit: in which they give it; empty where the name says it.
        factor: from the unit that tables have it in.
        better: lower or higher.
    """

    name: str
    unit: str
    factor: float
    better: str

    @property
    def label(self) -> str:
        """Name and unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def directed(self) -> str:
        """The label of an axis on which designs are compared."""
        return f"{self.label}, {self.better} is better"


QUANTITIES = {
    "energy_pj": Quantity("energy", "µJ", 1e-6, "lower"),
    "latency_ns": Quantity("latency", "µs", 1e-3, "lower"),
    "area_um2": Quantity("area", "mm²", 1e-6, "lower"),
    "edap_pj_ns_um2": Quantity("EDAP", "mJ ms mm²", 1e-21, "lower"),
    "tops_per_w": Quantity("TOPS/W", "", 1.0, "higher"),
    "tops_per_mm2": Quantity("TOPS/mm²", "", 1.0, "higher"),
}
ADC_NAMES = {"flash": "flash", "sar": "SAR"}  # others are called as their tables are
# Parts of energy, latency and area whose names say too little; the others are called what they are
PART_NAMES = {"adc": "ADC", "write": "writing", "driver": "row drivers", "mux": "column mux", "register": "registers"}
PROXY_ACCURACY = "proxy accuracy on\nheld-out training images (%)"
TEST_ACCURACY = "test accuracy,\nevery conversion simulated (%)"


_PLAIN_DECADES = range(-4, 5)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_short(value: float) -> str:
    """Three digits, such as 3.65 or 1,270."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def tick_label(value: float, _position: float | None = None) -> str:
    """A tick's number in one size of letters: matplotlib's own powers of ten are set smaller than their axis."""
    if value <= 0 or math.floor(math.log10(value) + 1e-9) in _PLAIN_DECADES:
        return f"{value:,.10g}"
    exponent = math.floor(math.log10(value) + 1e-9)
    digits = f"{value / 10.0**exponent:.3g}"
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if digits == "1" else f"{digits}·{power}"
