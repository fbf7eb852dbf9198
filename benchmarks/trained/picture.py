"""The picture of trained networks: test accuracy against EDAP, lower to the left as in a search's pictures."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xpert_evo.analysis import style
from xpert_evo.analysis.marks import Mark
from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.palette import COLOURS, MARKERS
from xpert_evo.analysis.point_labels import Named, label_points
from xpert_evo.analysis.units import TEST_ACCURACY, tick_label
from xpert_evo.hardware.quantities import QUANTITIES

EDAP, GAIN = "chip_edap_pj_ns_um2", "chip_edap_pj_ns_um2_gain_over_flash"
FULL_WIDTH = "full-width VGG16"
AXIS_LABELS_PT, RIGHT = 45.0, 0.06  # about what stands left of the axes; room right of the points, of their width
KINDS = {  # as names of folders begin: what the legend calls them, colour and marker
    "co-searched": ("co-searched", COLOURS["front"], "o"),
    "widened": ("co-searched, then widened by hand", COLOURS["knee"], "D"),
    "other": ("not homogeneous", COLOURS["text"], "^"),
    "homogeneous": ("homogeneous VGG16: width, ADC/input bits", COLOURS["flash"], "s"),
}


def draw(table: pd.DataFrame, path: Path, valid: str, width_in: float = TWO_COLUMNS_IN) -> None:
    """Writes `accuracies`."""
    with style.drawing(width_in):
        style.save(accuracies(table, valid, width_in), path)


def accuracies(table: pd.DataFrame, valid: str, width_in: float) -> Figure:
    """Exact test accuracy against EDAP, and how much lower that is than the full-width baseline's, which is shown.

    Args:
        table: see `table.table_of`, with what each network is `called`, its `kind` of `KINDS` and whether it stands on
            the `line` between homogeneous networks.
        valid: what the figures are valid for.
    """
    figure = style.blank(width_in, 2.1 + 0.34 * width_in)
    axis = figure.subplots()
    edap, accuracy = table[EDAP] * QUANTITIES["edap_pj_ns_um2"].factor, 100 * table["exact_accuracy"]
    errors = 100 * table["exact_standard_error"]
    line = table["line"]
    axis.plot(edap[line], accuracy[line], color=COLOURS["flash"], lw=0.9, zorder=2)
    entries: dict[str, Mark] = {}
    for kind, (name, colour, mark) in KINDS.items():
        rows = (table["kind"] == kind) & ~table["full_width"]
        if rows.any():
            looks = {"fmt": mark, "color": colour, "ms": 4.5, "elinewidth": 0.8}
            entries[name] = axis.errorbar(edap[rows], accuracy[rows], yerr=errors[rows], **looks)
    baseline = float((edap * table[GAIN]).iloc[0])
    full = table["full_width"]
    if full.any():
        looks = {"fmt": MARKERS["flash"], "color": COLOURS["flash"], "ms": 9, "mec": COLOURS["text"], "mew": 0.5}
        entries[FULL_WIDTH] = axis.errorbar(edap[full], accuracy[full], yerr=errors[full], elinewidth=0.8, **looks)
    else:
        entries[f"{FULL_WIDTH} (not trained by this recipe)"] = axis.axvline(
            baseline, color=COLOURS["flash"], ls="--", lw=1.2
        )
    axis.margins(y=0.14)
    axis.set_xlim(*_limits([*edap, baseline], table["called"], 72 * width_in))
    style.log_x(axis)
    axis.set_xlabel(QUANTITIES["edap_pj_ns_um2"].directed)
    axis.set_ylabel(TEST_ACCURACY)
    _gains_above(axis, baseline)
    style.legend_above(figure, entries)
    style.foot(figure, valid)
    names = table["called"]
    label_points(
        axis,
        [Named(*row) for row in zip(edap, accuracy, errors, names, strict=True)],
        [list(zip(edap[line], accuracy[line], strict=True))] if line.sum() > 1 else [],
    )
    return figure


def _limits(edap: list[float], names: Iterable[str], room_pt: float) -> tuple[float, float]:
    """Of EDAP, so that a name fits in to the left of the cheapest network, whose right may be crowded."""
    left = (min(map(style.text_width_pt, names)) + 12) / (room_pt - AXIS_LABELS_PT)
    decades = np.log10(max(edap) / min(edap)) / (1 - left - RIGHT)
    return min(edap) * 10 ** (-left * decades), max(edap) * 10 ** (RIGHT * decades)


def _gains_above(axis: Axes, baseline: float) -> None:
    """A second axis above: how much lower EDAP is than the baseline's."""

    def other_way(values: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):  # matplotlib tries 0 as well
            return baseline / np.asarray(values)

    above = axis.secondary_xaxis("top", functions=(other_way, other_way))
    above.xaxis.set_major_formatter(lambda gain, _: f"{tick_label(gain)}x")
    above.xaxis.set_minor_formatter("")
    above.set_xlabel("lower EDAP than the full-width VGG16")
