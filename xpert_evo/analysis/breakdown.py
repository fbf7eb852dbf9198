"""Where a design's energy, delay and area go, layer by layer and part by part: a table and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from xpert_evo.design.designs import GENES, Design, stack
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel

# Parts of each quantity. In the model's figures the buffers and wires are parts of `other`; here they stand apart.
ENERGY_PARTS = LATENCY_PARTS = ("adc", "accumulation", "buffer", "interconnect", "other")
AREA_PARTS = ("adc", "accumulation", "array", "interconnect", "other")
PANELS = {  # quantity: parts, label, factor to the label's unit
    "energy_pj": (ENERGY_PARTS, "energy (uJ)", 1e-6),
    "latency_ns": (LATENCY_PARTS, "latency (us)", 1e-3),
    "area_um2": (AREA_PARTS, "area (mm²)", 1e-6),
}
SHARED_LAYER = 0  # the row of what all layers share


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
    if "buffer" in frame:
        frame["other"] -= frame["buffer"] + frame["interconnect"]
    return frame


def breakdown_tables(layers: pd.DataFrame) -> list[Table]:
    """Two tables a design for a terminal: its layers, and the parts of the whole."""
    tables = []
    for identity, rows in layers.groupby("id", sort=False):
        whole = {quantity: parts_of(rows, quantity) for quantity in PANELS}
        tables += [_layer_table(str(identity), rows, whole), _part_table(str(identity), whole)]
    return tables


def _layer_table(identity: str, rows: pd.DataFrame, whole: dict[str, pd.DataFrame]) -> Table:
    table = Table(title=f"{identity}: layers", caption="%: of the design's; shared: what all layers use together")
    heads = ["layer", "channels", "share", "ADC", "bits", "inputs", "tiles", "clock ns"]
    units = {"energy_pj": "uJ", "latency_ns": "us", "area_um2": "mm2"}
    for name in heads + [text for unit in units.values() for text in (unit, "%")]:
        table.add_column(name, justify="right")
    for position, (_, row) in enumerate(rows.iterrows()):
        if row["layer"] == SHARED_LAYER:
            cells = ["shared", *[""] * (len(heads) - 1)]
        else:
            cells = [
                str(row["layer"]),
                *(str(row[gene]) for gene in GENES),
                str(row["tiles"]),
                f"{row['clock_ns']:.3g}",
            ]
        for quantity in units:
            values = whole[quantity].sum(axis=1)
            cells += [f"{values.iloc[position]:.3g}", f"{100 * values.iloc[position] / values.sum():.1f}"]
        table.add_row(*cells)
    return table


def _part_table(identity: str, whole: dict[str, pd.DataFrame]) -> Table:
    table = Table(title=f"{identity}: parts, in % of the whole")
    for name in ("part", "energy", "latency", "area"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part in dict.fromkeys((*ENERGY_PARTS, *AREA_PARTS)):
        shares = [
            f"{100 * frame[part].sum() / frame.to_numpy().sum():.1f}" if part in frame else "-"
            for frame in whole.values()
        ]
        table.add_row(part, *shares)
    return table


def breakdown_picture(title: str, layers: pd.DataFrame, foot_text: str, path: Path) -> None:
    """One design layer by layer: its genes, and its energy, latency and area as bars stacked by part.

    Args:
        title: stands above it.
        layers: see `hardware.metrics.breakdown_frame`, of one design. Where layers share nothing (`xpertsim`), areas
            are those of the layers' chips, their filler layers included.
        foot_text: what the figures are valid for.
        path: PNG to be written.
    """
    import matplotlib.pyplot as plt

    from xpert_evo.analysis import palette, style

    genes = {
        "channels": "channels",
        "column_sharing": "columns/ADC",
        "adc_bits": "ADC bits",
        "input_bits": "input bits",
    }
    own = layers[layers["layer"] != SHARED_LAYER]
    places = range(1, len(layers) + 1)
    with plt.rc_context(style.STYLE):
        figure, axes = plt.subplots(
            7, 1, figsize=(9, 11), sharex=True, layout="constrained", height_ratios=[1, 0.8, 0.7, 0.7, 1.2, 1.2, 1.2]
        )
        colours = [palette.COLOURS[kind] for kind in own["adc_type"]]
        for axis, (gene, name) in zip(axes, genes.items(), strict=False):
            values = own[gene].astype(int)
            bars = axis.bar(places[: len(own)], values, color=colours, width=0.7)
            axis.bar_label(bars, fontsize=8, padding=1)
            axis.set_ylabel(name)
            axis.grid(visible=False)
            if gene in ("channels", "column_sharing"):
                axis.set_yscale("log", base=2)
                axis.set_ylim(1, values.max() * 2.6)
                axis.yaxis.set_major_formatter("{x:.0f}")
            else:
                axis.set_ylim(0, 10.5)
                axis.set_yticks([0, 4, 8])
        handles: dict[str, Any] = {}
        for axis, (quantity, (parts, label, _)) in zip(axes[4:], PANELS.items(), strict=True):
            frame = parts_of(layers, quantity)
            bottom = np.zeros(len(frame))
            for part in parts:
                bars = axis.bar(places, frame[part], bottom=bottom, color=palette.PARTS[part], width=0.7)
                bottom = bottom + frame[part].to_numpy()
                handles.setdefault(part, bars)
            axis.set_ylabel(label if quantity != "area_um2" or len(own) < len(layers) else "chip, filler too (mm²)")
        figure.align_ylabels(axes)
        beside = {"frameon": False, "ncols": 6, "fontsize": 9, "loc": "lower left", "bbox_to_anchor": (0, 0.98)}
        axes[4].legend(list(handles.values()), list(handles), **beside)
        patches = [plt.Rectangle((0, 0), 1, 1, color=palette.COLOURS[kind]) for kind in ("flash", "sar")]
        axes[0].legend(patches, ["flash ADC", "SAR ADC"], **beside)
        axes[-1].set_xticks(places, [str(layer) if layer else "shared" for layer in layers["layer"]])
        axes[-1].set_xlabel("convolution")
        figure.suptitle(title, fontsize=12)
        style.foot(figure, foot_text)
        style.save(figure, path)
