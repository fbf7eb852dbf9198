"""What a design costs, as arrays and as tables."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import GENES
from xpert_evo.hardware.network_models.costs import NetworkCosts, sum_layers

POST_LAYOUT_ENERGY = 1.22  # applied to TOPS/W only, as in the original
OTHER_AREA_PARTS = ("driver", "write", "mux", "register", "buffer", "relu", "pooling")
AREA_PARTS = ("array", "adc", "accumulation", "interconnect", "other", *OTHER_AREA_PARTS)
COST_PARTS = ("adc", "accumulation", "other", "buffer", "interconnect")  # the last two are parts of other
SHARED_OTHER_PARTS = ("buffer", "relu", "pooling")
SHARED_PARTS = ("accumulation", "interconnect", "other")
BREAKDOWN = (
    "tiles",
    "clock_ns",
    "tile_area_um2",
    "chip_area_um2",
    "latency_ns",
    "energy_pj",
    *(
        f"{part}_{quantity}"
        for quantity, parts in (("area_um2", AREA_PARTS), ("latency_ns", COST_PARTS), ("energy_pj", COST_PARTS))
        for part in parts
    ),
    "leakage_power_uw",
)
METRICS = (
    "energy_pj",
    "latency_ns",
    "area_um2",
    "edap_pj_ns_um2",
    "tops",
    "tops_per_w",
    "tops_per_mm2",
    "leakage_energy_pj",
)


@dataclass(frozen=True)
class Metrics:
    """Costs of P designs, float64 (P,) each.

    `energy_pj` is dynamic energy, leakage is apart; EDAP is energy x latency x area. `tiles` are those that layers
    occupy; it isn't among `METRICS`, the columns of a table.
    """

    energy_pj: np.ndarray
    latency_ns: np.ndarray
    area_um2: np.ndarray
    edap_pj_ns_um2: np.ndarray
    tops: np.ndarray
    tops_per_w: np.ndarray
    tops_per_mm2: np.ndarray
    leakage_energy_pj: np.ndarray
    tiles: np.ndarray

    @classmethod
    def of(cls, costs: NetworkCosts) -> Metrics:
        """What follows from energy, latency, area and operations (specification, section 13)."""
        tops = costs.operations / (costs.latency_ns * 1e-9) / 1e12
        return cls(
            energy_pj=costs.energy_pj,
            latency_ns=costs.latency_ns,
            area_um2=costs.area_um2,
            edap_pj_ns_um2=costs.energy_pj * costs.latency_ns * costs.area_um2,
            tops=tops,
            tops_per_w=costs.operations / costs.energy_pj / POST_LAYOUT_ENERGY,
            tops_per_mm2=tops / (costs.area_um2 * 1e-6),
            leakage_energy_pj=costs.leakage_energy_pj,
            tiles=sum_layers(costs.layers.tiles).astype(float),
        )

    @classmethod
    def joined(cls, parts: list[Metrics]) -> Metrics:
        """The designs of several batches as one."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def to_frame(self, ids: list[str] | tuple[str, ...]) -> pd.DataFrame:
        """A row a design: `id` and the metrics."""
        return pd.DataFrame({"id": list(ids), **{name: getattr(self, name) for name in METRICS}})


def breakdown_frame(designs: Designs, costs: NetworkCosts) -> pd.DataFrame:
    """A row a layer of every design: its genes, then areas, latencies and energies by component.

    `area_um2` is of the layer's own tiles. What all layers of a chip share stands as layer 0 behind them, where the
    network model has such a thing: its area; energies and times of its use stand with the layers that use it.
    """
    count, layers = designs.channels.shape
    ids = designs.ids or tuple(map(str, range(count)))
    frame = pd.DataFrame({"id": np.repeat(ids, layers), "layer": np.tile(np.arange(1, layers + 1), count)})
    for gene in GENES:
        values = getattr(designs, gene).reshape(-1)
        frame[gene] = [designs.adc_names[value] for value in values] if gene == "adc_type" else values
    frame["area_um2"] = (costs.layers.tiles * costs.layers.tile_area_um2).reshape(-1)
    for name in BREAKDOWN:
        frame[name] = getattr(costs.layers, name).reshape(-1)
    frame["tiles"] = frame["tiles"].astype(int)
    parts = {f"{part}_area_um2": getattr(costs, f"shared_{part}_area_um2") for part in SHARED_PARTS}
    total = np.sum(list(parts.values()), axis=0)
    parts |= {f"{part}_area_um2": getattr(costs, f"shared_{part}_area_um2") for part in SHARED_OTHER_PARTS}
    if not total.any():
        return frame
    shared = pd.DataFrame({"id": list(ids), "layer": 0, "area_um2": total, **parts})
    whole = [*(gene for gene in GENES if gene != "adc_type"), "tiles"]
    joined = pd.concat([frame.astype(dict.fromkeys(whole, "Int64")), shared], ignore_index=True)
    order = np.argsort(np.concatenate([np.repeat(np.arange(count), layers), np.arange(count)]), kind="stable")
    return joined.iloc[order].reset_index(drop=True)
