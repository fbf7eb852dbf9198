"""How pictures look: spines, grid, one line at the foot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from xpert_evo.analysis.palette import COLOURS

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
