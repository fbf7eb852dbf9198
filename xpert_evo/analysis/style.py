"""How pictures look: letters of 7 pt and more, spines, grid, a legend above and what figures are valid for below.

Pictures are made without pyplot: it would choose a backend for whoever imports this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, NullFormatter

from xpert_evo.analysis.medium import FORMATS
from xpert_evo.analysis.palette import COLOURS, HATCHES, PARTS
from xpert_evo.analysis.units import tick_label
from xpert_evo.errors import InputError
from xpert_evo.whole import whole

STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e8eaec",
    "axes.axisbelow": True,
    "savefig.dpi": 160,
}
SMALLEST_PT, USUAL_PT = 7.0, 8.0  # publishers ask for letters of 7 pt and more
DOT = " · "  # between the parts of a line
WIDE_IN = 5.0  # from here on panels stand beside each other, and letters are of the usual size
_NUMBER_EM = 2.9  # that a number and the space beside it take
_PLACE_DIGITS = 6  # of positions, in widths of a picture: more isn't seen
_SAME_SIZE = (
    *("axes.titlesize", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize"),
    *("figure.labelsize", "figure.titlesize"),
)
_EXACT: dict[Any, Any] = {
    "savefig.dpi": 300,
    "text.parse_math": False,  # folders and presets of a user's own may have any name
    "pdf.fonttype": 42,  # TrueType, as publishers want it
    "svg.fonttype": "path",  # where a font is missing another one's letters would run into each other
    "svg.hashsalt": "xpert-evo",
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "axes.linewidth": 0.6,
    "grid.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.3,
    "legend.borderpad": 0.2,
}
_NOTHING_ELSE: dict[str, dict[str, Any]] = {  # dates, versions
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
}


@contextmanager
def drawing(width_in: float) -> Iterator[None]:
    """Inside it pictures of a width are made and written; a user's own settings of matplotlib don't count."""
    size = USUAL_PT if width_in >= WIDE_IN else SMALLEST_PT
    own = {**STYLE, **_EXACT, "font.size": size, **dict.fromkeys(_SAME_SIZE, size)}
    with matplotlib.style.context(["default", own]):
        yield


def blank(width_in: float, height_in: float) -> Figure:
    """An empty picture."""
    figure = Figure(figsize=(width_in, height_in), layout=ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.03))  # inches
    FigureCanvasAgg(figure)
    return figure


def figure_of(axis: Axes) -> Figure:
    """The whole picture that axes are part of."""
    figure = axis.get_figure(root=True)
    assert figure is not None, "these axes were taken out of their picture"
    return figure


def text_width_pt(text: str) -> float:
    """How wide a line of text is, in points."""
    size = matplotlib.rcParams["font.size"]
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=size), ismath=False)[0])


def wrapped(text: str, room_pt: float) -> str:
    """Text in as many lines as it needs: broken at the dots that separate, which go, or else between words."""
    lines = [""]
    for part in text.split(DOT):
        for mark, word in zip([DOT, *[" "] * part.count(" ")], part.split(" "), strict=True):
            whole = part if mark == DOT else word  # a part that fits into a line isn't torn
            longer = f"{lines[-1]}{mark}{word}" if lines[-1] else word
            ends = f"{lines[-1]}{mark}{whole}" if text_width_pt(whole) <= room_pt else longer
            if lines[-1] and text_width_pt(ends) > room_pt:
                lines.append(word)
            else:
                lines[-1] = longer
    return "\n".join(lines)


def foot(figure: Figure, text: str) -> None:
    """What the figures are valid for, under a picture."""
    lines = wrapped(text, 0.96 * 72 * figure.get_figwidth())
    figure.supxlabel(lines, fontsize=min(8, matplotlib.rcParams["font.size"]), color=COLOURS["text"])


def legend_above(figure: Figure, entries: Mapping[str, Any], title: str | None = None) -> None:
    """A legend over a picture, name -> mark, in as many columns as there is room for."""
    handles, names, columns = _fitting(entries, figure)
    figure.legend(handles, names, loc="outside upper center", title=title, ncols=columns)


def legend_in(axis: Axes, entries: Mapping[str, Any]) -> None:
    """The same in axes that hold nothing else."""
    axis.axis("off")
    handles, names, columns = _fitting(entries, figure_of(axis))
    axis.legend(handles, names, loc="center", ncols=columns)


def filled(name: str) -> dict[str, Any]:
    """How bars of an ADC type or of a part are filled: colour and hatch."""
    pattern, hatch = HATCHES[name]
    return {"facecolor": {**COLOURS, **PARTS}[name], "hatch": pattern, "edgecolor": hatch, "linewidth": 0.3}


def swatch(name: str) -> Patch:
    """The same for a legend."""
    return Patch(**filled(name))


def _fitting(entries: Mapping[str, Any], figure: Figure) -> tuple[list[Any], list[str], int]:
    """A legend's marks, names and number of columns, so that it is no wider than a picture."""
    size, settings = matplotlib.rcParams["font.size"], matplotlib.rcParams
    around = size * (settings["legend.handlelength"] + settings["legend.handletextpad"])
    between, room = size * settings["legend.columnspacing"], 0.96 * 72 * figure.get_figwidth()
    names = [wrapped(name, room - around) for name in entries]
    widths = np.array([max(map(text_width_pt, name.split("\n"))) + around for name in names])
    columns = len(names)
    while columns > 1:
        whole = sum(part.max() for part in np.array_split(widths, columns)) + between * (columns - 1)
        if whole <= room:
            break
        columns -= 1
    return [*entries.values()], names, columns


def log_x(axis: Axes) -> None:
    """A logarithmic axis whose numbers are of one size; at 1, 2 and 5 of each decade where decades alone are few."""
    axis.set_xscale("log")
    low, high = axis.get_xlim()
    room_pt = axis.get_window_extent().width * 72 / figure_of(axis).dpi
    numbers = max(3, int(room_pt / (_NUMBER_EM * matplotlib.rcParams["font.size"])))
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 30 else (1,), numticks=numbers))
    axis.xaxis.set_major_formatter(tick_label)
    axis.xaxis.set_minor_formatter(NullFormatter())


def log_y(axis: Axes) -> None:
    """The same upwards, where numbers stand over each other."""
    axis.set_yscale("log")
    low, high = axis.get_ylim()
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 30 else (1,)))
    axis.yaxis.set_major_formatter(tick_label)
    axis.yaxis.set_minor_formatter(NullFormatter())


def settle(figure: Figure) -> None:
    """Gives all axes their final place.

    matplotlib's layout needs two rounds to settle, would go on with every format that is written, and differs in the
    last digits from one process to the next.
    """
    if figure.get_layout_engine() is None:
        return
    for _ in range(2):
        figure.draw_without_rendering()
    figure.set_layout_engine(None)
    for axis in figure.axes:
        left, bottom, width, height = (round(float(value), _PLACE_DIGITS) for value in axis.get_position().bounds)
        axis.set_position((left, bottom, width, height))


def save(figure: Figure, path: Path) -> None:
    """Writes a picture that depends on nothing but what it shows, in the format that the path ends in.

    Raises:
        InputError: it ends in none of `medium.FORMATS`.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise InputError(f"{path}: pictures are written as {', '.join(FORMATS)}; end the name in .png, say")
    path.parent.mkdir(parents=True, exist_ok=True)
    settle(figure)
    with whole(path) as file:
        figure.savefig(file, metadata=_NOTHING_ELSE[kind])
