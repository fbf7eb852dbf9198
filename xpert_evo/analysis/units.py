"""What pictures and tables call things, and how they write numbers: one spelling for all; loads no matplotlib."""

from __future__ import annotations

import math

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
