"""Colours, markers and hatches that colour-blind readers and grey prints tell apart; loads no matplotlib."""

from collections.abc import Iterable

from xpert_evo.design.genes import ADC_TYPES, adc_names_of

# Okabe and Ito's palette
COLOURS = {
    "dominated": "#c3c7cb",
    "front": "#0072b2",
    "repeated": "#56b4e9",
    "promoted": "#e69f00",
    "knee": "#d55e00",
    "flash": "#009e73",
    "sar": "#cc79a7",
    "third ADC": "#f0e442",
    "fourth ADC": "#56b4e9",
    "fifth ADC": "#e69f00",
    "text": "#333333",
}
PARTS = {  # of energy, latency and area
    "adc": "#d55e00",
    "accumulation": "#e69f00",
    "buffer": "#56b4e9",
    "interconnect": "#0072b2",
    "array": "#009e73",
    "write": "#8c510a",
    "driver": "#cc79a7",
    "mux": "#f0e442",
    "register": "#6a51a3",
    "other": "#b5babf",
}
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b8a900")  # several searches

# In grey some of these colours are alike: what they stand for has a shape or a hatch as well.
MARKERS = {"flash": "*", "sar": "P"}
SERIES_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
SERIES_LINES = ("-", "--", "-.", ":")
HATCHES = {  # pattern and its colour, which stands out from the bar's
    "flash": ("", "white"),
    "sar": ("/////", "#333333"),
    "third ADC": (".....", "#333333"),
    "fourth ADC": ("\\\\\\\\\\", "#333333"),
    "fifth ADC": ("xxxxx", "#333333"),
    "adc": ("", "white"),
    "accumulation": ("/////", "#333333"),
    "buffer": (".....", "#333333"),
    "interconnect": ("\\\\\\\\\\", "white"),
    "array": ("xxxxx", "white"),
    "write": ("", "white"),
    "driver": ("+++++", "#333333"),
    "mux": ("|||||", "#333333"),
    "register": ("-----", "white"),
    "other": ("", "white"),
}
OTHER_ADCS = ("third ADC", "fourth ADC", "fifth ADC")


def looks_of_adcs(kinds: Iterable[str]) -> dict[str, str]:
    """The names in this palette of ADC types, flash and SAR first; three others look different."""
    names = adc_names_of(kinds)
    others = names[len(ADC_TYPES) :]
    return dict(zip(names, (*ADC_TYPES, *(OTHER_ADCS[place % 3] for place in range(len(others)))), strict=True))
