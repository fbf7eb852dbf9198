"""Where a design's energy, delay and area go, layer by layer and part by part: figures and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xpert_evo.analysis.medium import TWO_COLUMNS_IN
from xpert_evo.analysis.palette import PARTS, looks_of_adcs
from xpert_evo.analysis.units import ADC_NAMES, PART_NAMES, in_short
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import QUANTITIES

if TYPE_CHECKING:  # its figures need no matplotlib
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Parts of each quantity. In the model's figures buffers, and of energy and latency wires, are parts of `other`; here
# they stand apart. What is left of area is ReLU registers and pooling.
ENERGY_PARTS = LATENCY_PARTS = ("adc", "accumulation", "buffer", "interconnect", "other")
AREA_PARTS = ("adc", "accumulation", "array", "write", "driver", "mux", "register", "buffer", "interconnect", "other")
_PARTS = {"energy_pj": ENERGY_PARTS, "latency_ns": LATENCY_PARTS, "area_um2": AREA_PARTS}
OTHER_PARTS = {  # of the model's `other` that stand apart
    "energy_pj": ("buffer", "interconnect"),
    "latency_ns": ("buffer", "interconnect"),
    "area_um2": ("write", "driver", "mux", "register", "buffer"),
}
PANELS = {  # quantity: parts, label, factor to the label's unit
    name: (parts, QUANTITIES[name].label, QUANTITIES[name].factor) for name, parts in _PARTS.items()
}
GENE_ROWS = {
    "channels": "channels",
    "column_sharing": "columns to an ADC",
    "adc_bits": "ADC bits",
    "input_bits": "input bits",
    "weight_bits": "weight bits",
}
SHARED_LAYER = 0  # the row of what all layers share


@dataclass(frozen=True)
class Totals:
    """The homogeneous baseline of an ADC type, whose totals stand beside another design's; see `layer_frame`.

    Attributes:
        network: what it is of, see `front.Labels`.
    """

    adc_type: str
    network: str
    layers: pd.DataFrame


def layer_frame(design: Design, hardware: HardwareModel) -> pd.DataFrame:
    """A row a layer: genes, and costs by component; see `hardware.metrics.breakdown_frame`."""
    designs = stack([design])
    return breakdown_frame(designs, hardware.costs(designs))


def parts_of(layers: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The parts of a quantity that add up to it, a column each, in the units of `PANELS`.

    Args:
        layers: see `hardware.metrics.breakdown_frame`.
    """
    parts, _, factor = PANELS[quantity]
    frame = pd.DataFrame({part: layers[f"{part}_{quantity}"].fillna(0.0) for part in parts}) * factor
    apart = OTHER_PARTS[quantity]
    frame["other"] -= sum((frame[part] for part in apart[1:]), frame[apart[0]])
    return frame


def breakdown_picture(title: str, layers: pd.DataFrame, foot_text: str, path: Path) -> None:
    """Draws `breakdown_figure` at the width of a screen into a PNG, PDF or SVG.

    Raises:
        InputError: the path ends in something else.
    """
    from xpert_evo.analysis import style

    with style.drawing(TWO_COLUMNS_IN):
        style.save(breakdown_figure(title, layers, foot_text, TWO_COLUMNS_IN), path)


def breakdown_figure(
    title: str, layers: pd.DataFrame, foot_text: str, width_in: float, *, beside: Totals | None = None
) -> Figure:
    """One design layer by layer: its genes, and its energy, latency and area as bars stacked by part.

    Args:
        title: stands above it.
        layers: see `hardware.metrics.breakdown_frame`, of one design. Where layers share nothing (`xpertsim`), areas
            are those of the layers' chips, their filler layers included.
        foot_text: what the figures are valid for.
        width_in: of the picture, in inches.
        beside: what the design's totals are compared with.
    """
    from xpert_evo.analysis import style

    own = layers[layers["layer"] != SHARED_LAYER]
    shared = len(own) < len(layers)
    figure = style.blank(width_in, 5.2 + 0.3 * width_in)
    genes = [gene for gene in GENE_ROWS if gene != "weight_bits" or (own[gene] != WEIGHT_BITS).any()]
    heights = [0.7] * len(genes) + [0.01] + [1.0] * len(PANELS)
    *axes, last = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    looks = {kind: look for kind, look in looks_of_adcs(own["adc_type"]).items() if (own["adc_type"] == kind).any()}
    for axis, gene in zip(axes, genes, strict=False):
        _gene_bars(axis, own, gene, looks)
        axis.set_title(GENE_ROWS[gene], loc="left")
    kinds = {f"{ADC_NAMES.get(kind, kind)} ADC": style.swatch(look) for kind, look in looks.items()}
    style.legend_above(figure, kinds, title)
    style.legend_in(axes[len(genes)], {PART_NAMES.get(part, part): style.swatch(part) for part in PARTS})
    for axis, quantity in zip([*axes[len(genes) + 1 :], last], PANELS, strict=True):
        _part_bars(axis, layers, quantity)
        name = PANELS[quantity][1] if quantity != "area_um2" or shared else "area with filler layers' (mm²)"
        axis.set_title(f"{name}: {_totals(layers, beside, quantity)}", loc="left")
    last.set_xticks(range(1, len(layers) + 1), [str(layer) if layer else "all" for layer in layers["layer"]])
    last.set_xlim(0.4, len(layers) + 0.6)
    last.set_xlabel("convolution" + (" (all: what all of them share)" if shared else ""))
    style.foot(figure, foot_text)
    return figure


def _gene_bars(axis: Axes, own: pd.DataFrame, gene: str, looks: dict[str, str]) -> None:
    """A bar a layer with its value on it; ADC types differ in colour and hatch."""
    from xpert_evo.analysis import style

    values = own[gene].astype(int)
    heights = np.log2(values) + 1 if gene in ("channels", "column_sharing") else values
    for place, (height, value, kind) in enumerate(zip(heights, values, own["adc_type"], strict=True), start=1):
        bars = axis.bar(place, height, width=0.7, **style.filled(looks[kind]))
        axis.bar_label(bars, [str(value)], padding=1)
    axis.set_ylim(0, 1.6 * max(heights))  # with room for the values
    axis.set_yticks([])
    axis.grid(visible=False)
    axis.spines["left"].set_visible(False)
    axis.tick_params(bottom=False, labelbottom=False)


def _part_bars(axis: Axes, layers: pd.DataFrame, quantity: str) -> None:
    from xpert_evo.analysis import style

    frame = parts_of(layers, quantity)
    bottom = np.zeros(len(frame))
    for part in frame:
        axis.bar(range(1, len(frame) + 1), frame[part], bottom=bottom, width=0.7, **style.filled(str(part)))
        bottom = bottom + frame[part].to_numpy()
    axis.grid(visible=False, axis="x")


def _totals(layers: pd.DataFrame, beside: Totals | None, quantity: str) -> str:
    whole = f"{in_short(parts_of(layers, quantity).to_numpy().sum())} in all"
    if beside is None:
        return whole
    reference = in_short(parts_of(beside.layers, quantity).to_numpy().sum())
    return f"{whole}, {ADC_NAMES[beside.adc_type]} {beside.network} {reference}"
