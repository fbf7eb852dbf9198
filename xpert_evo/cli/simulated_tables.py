"""The tables of what designs and layers cost on a chip, and of where that goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from xpert_evo.analysis.breakdown import AREA_PARTS, ENERGY_PARTS, PANELS, SHARED_LAYER, parts_of
from xpert_evo.analysis.units import ADC_NAMES, PART_NAMES
from xpert_evo.cli.run_tables import figures, quantity
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.hardware.quantities import QUANTITIES

DIGITS = 5
_GENES = {
    "channels": "channels",
    "column_sharing": "columns per ADC",
    "adc_type": "ADC",
    "adc_bits": "ADC bits",
    "input_bits": "input bits",
    "weight_bits": "weight bits",
}
_UNITS = {"_pj": ("µJ", 1e-6), "_ns": ("µs", 1e-3), "_um2": ("mm²", 1e-6), "_uw": ("µW", 1.0)}
_MAIN = ("tiles", "energy_pj", "latency_ns", "tile_area_um2")  # of a single layer, the most important first


def metrics_sheet(metrics: pd.DataFrame) -> Sheet:
    """A row a design; see `hardware.metrics.Metrics.to_frame`."""

    ranks = {"energy_pj": 1, "latency_ns": 2, "area_um2": 3, "edap_pj_ns_um2": 0, "tops_per_w": 4, "tops_per_mm2": 5}
    return Sheet(
        "Hardware metrics",
        [
            Column("id", [str(identity) for identity in metrics["id"]], names=True),
            *(quantity(metrics, name, rank, DIGITS) for name, rank in ranks.items()),
            Column("TOPS", figures(metrics["tops"], digits=DIGITS), 6),
            Column("leakage (µJ)", figures(metrics["leakage_energy_pj"], 1e-6, DIGITS), 7),
        ],
    )


def breakdown_sheets(layers: pd.DataFrame, designs: int) -> Iterator[Sheet]:
    """Two tables a design: its layers, and the parts of the whole.

    Args:
        layers: see `hardware.metrics.breakdown_frame`; of so many designs, all of one network.
    """
    each = len(layers) // designs
    for first in range(0, len(layers), each):
        rows = layers.iloc[first : first + each]
        parts = {name: parts_of(rows, name) for name in PANELS}
        yield _layers_sheet(rows, parts)
        yield _parts_sheet(str(rows["id"].iloc[0]), parts)


def single_layers_sheet(layers: pd.DataFrame) -> Sheet:
    """A row a layer; see `hardware.simulate.simulate_layer_table`."""
    columns = [Column("row", [str(number + 1) for number in range(len(layers))])]
    for position, name in enumerate(layers):
        rank = _MAIN.index(name) if name in _MAIN else len(_MAIN) + position
        columns.append(_single_layers_column(layers[name], str(name), rank))
    return Sheet("Single layers, each on a chip of its own", columns)


def _single_layers_column(values: pd.Series, name: str, rank: int) -> Column:
    if name in _GENES or values.dtype.kind in "iuO":
        cells = [ADC_NAMES.get(value, str(value)) for value in values]
        return Column(_GENES.get(name, name.replace("_", " ")), cells, rank, names=name == "hardware")
    ending = next(ending for ending in _UNITS if name.endswith(ending))
    unit, factor = _UNITS[ending]
    words = [PART_NAMES.get(word, word) for word in name.removesuffix(ending).split("_")]
    return Column(f"{' '.join(words)} ({unit})", figures(values, factor, DIGITS), rank)


def _layers_sheet(rows: pd.DataFrame, parts: dict[str, pd.DataFrame]) -> Sheet:
    own = rows["layer"] != SHARED_LAYER
    columns = [Column("layer", [str(layer) if layer else "shared" for layer in rows["layer"]])]
    for gene, head in _GENES.items():
        if gene != "weight_bits" or (rows.loc[own, gene] != WEIGHT_BITS).any():
            columns.append(Column(head, _of_layers(rows[gene], own), 3))
    columns += [
        Column("tiles", _of_layers(rows["tiles"], own), 7),
        Column("clock (ns)", _of_layers(figures(rows["clock_ns"]), own), 8),
    ]
    for rank, name in enumerate(PANELS, 4):
        values = parts[name].sum(axis=1)
        columns += [
            Column(QUANTITIES[name].label, figures(values), rank),
            Column(f"{QUANTITIES[name].name} (%)", [f"{100 * value / values.sum():.1f}" for value in values]),
        ]
    remark = "%: of the design's; shared: what all layers use together"
    return Sheet(f"{rows['id'].iloc[0]}: layers", columns, [remark])


def _of_layers(values: Iterable[object], own: Iterable[bool]) -> list[str]:
    """Values as text; nothing where a row isn't a layer's own."""
    return [ADC_NAMES.get(str(value), str(value)) if there else "" for value, there in zip(values, own, strict=True)]


def _parts_sheet(identity: str, parts: dict[str, pd.DataFrame]) -> Sheet:
    names = list(dict.fromkeys((*ENERGY_PARTS, *AREA_PARTS)))
    columns = [Column("part", [PART_NAMES.get(name, name) for name in names], names=True)]
    for which, frame in parts.items():
        cells = [f"{100 * frame[name].sum() / frame.to_numpy().sum():.1f}" if name in frame else "-" for name in names]
        columns.append(Column(f"{QUANTITIES[which].name} (%)", cells))
    return Sheet(f"{identity}: parts", columns)
