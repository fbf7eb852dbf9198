"""The picture of trained networks on other arrays: a panel a network, a line a device and precision."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xpert_evo.analysis import style
from xpert_evo.analysis.marks import Mark
from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.palette import SERIES, SERIES_MARKERS
from xpert_evo.analysis.point_labels import Named, label_points
from xpert_evo.hardware.quantities import QUANTITIES

EDAP = "edap_pj_ns_um2"
USUAL_ROWS = 64  # of the array that networks were tuned on
LINES = {  # bits a weight, device, whether tuned on 64 rows or not at all: what the legend calls it
    (8, "xpert-rram", True): "8-bit weights, cells of 6 k\N{OHM SIGN}",
    (5, "xpert-rram", True): "5 bits, 6 k\N{OHM SIGN}",
    (5, "rram-100k", True): "5 bits, 100 k\N{OHM SIGN}",
    (5, "xpert-rram", False): "5 bits, 6 k\N{OHM SIGN}, tuned on 256 rows",
}


def draw(table: pd.DataFrame, names: dict[str, str], path: Path, valid: str) -> None:
    """Writes the picture.

    Args:
        table: see `arrays.with_costs`.
        names: of the networks, by folder: what panels are called.
        valid: what the figures are valid for.
    """
    with style.drawing(TWO_COLUMNS_IN):
        style.save(panels(table, names, valid), path)


def panels(table: pd.DataFrame, names: dict[str, str], valid: str) -> Figure:
    """Exact accuracy of the first test images against EDAP; numbers are rows of a crossbar."""
    figure = style.blank(TWO_COLUMNS_IN, 3.1)
    axes = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    entries: dict[str, Mark] = {}
    for axis, (network, name) in zip(axes, names.items(), strict=True):
        entries |= _panel(axis, table[table["network"] == network])
        axis.set_title(name, loc="left")
        axis.set_xlabel(QUANTITIES[EDAP].directed)
    axes[0].set_ylabel("exact accuracy, test images (%)")
    style.legend_above(figure, entries)
    style.foot(figure, valid)
    for axis, network in zip(axes, names, strict=True):
        rows = table[table["network"] == network]
        edap = rows[EDAP] * QUANTITIES[EDAP].factor
        lines = [line.get_xydata() for line in axis.get_lines() if len(line.get_xydata()) > 1]
        points = zip(edap, 100 * rows["exact"], [0.0] * len(rows), rows["rows"].astype(str), strict=True)
        label_points(axis, [Named(*point) for point in points], lines)
    return figure


def _panel(axis: Axes, rows: pd.DataFrame) -> dict[str, Mark]:
    entries: dict[str, Mark] = {}
    usual = rows["tuned_rows"] <= USUAL_ROWS
    for number, ((bits, device, tuned_alike), label) in enumerate(LINES.items()):
        held = (rows["weight_bits"] == bits) & (rows["device"] == device) & (usual == tuned_alike)
        line = rows[held].sort_values("rows")
        if len(line):
            looks = {"color": SERIES[number], "marker": SERIES_MARKERS[number], "ms": 4.5, "lw": 0.9}
            (entries[label],) = axis.plot(line[EDAP] * QUANTITIES[EDAP].factor, 100 * line["exact"], **looks)
    axis.margins(0.15)
    style.log_x(axis)
    return entries
