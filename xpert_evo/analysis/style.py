"""How pictures look: colours that colour-blind readers and grey prints tell apart, one line at the foot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

# Okabe and Ito's palette
COLOURS = {
    "dominated": "#c3c7cb",
    "front": "#0072b2",
    "repeated": "#56b4e9",
    "promoted": "#e69f00",
    "knee": "#d55e00",
    "flash": "#009e73",
    "sar": "#cc79a7",
    "text": "#333333",
}
PARTS = {  # of energy, latency and area
    "adc": "#d55e00",
    "accumulation": "#e69f00",
    "buffer": "#56b4e9",
    "interconnect": "#0072b2",
    "array": "#009e73",
    "other": "#b5babf",
}
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b8a900")  # several searches
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e8eaec",
    "axes.axisbelow": True,
    "savefig.dpi": 160,
}


def foot(figure: Figure, text: str) -> None:
    """What the figures are valid for, under a picture."""
    figure.supxlabel(text, fontsize=8, color=COLOURS["text"])


def save(figure: Figure, path: Path) -> None:
    """Writes a PNG that depends on nothing but what it shows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
