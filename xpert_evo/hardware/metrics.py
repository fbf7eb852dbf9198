"""What a design costs, as arrays and as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from xpert_evo.design.designs import ADC_TYPES, GENES, Designs
from xpert_evo.hardware.layers import LayerMetrics

POST_LAYOUT_ENERGY = 1.22  # applied to TOPS/W only, as in the original
AREA_PARTS = ("array", "adc", "accumulation", "interconnect", "other")
COST_PARTS = ("adc", "accumulation", "other", "buffer", "interconnect")  # the last two are parts of other
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
    """Costs of P designs, float64 (P,) each, and of their layers, (P, L).

    `energy_pj` is dynamic energy, leakage is apart; `area_um2` sums tiles; EDAP is energy x latency x area.
    """

    energy_pj: np.ndarray
    latency_ns: np.ndarray
    area_um2: np.ndarray
    edap_pj_ns_um2: np.ndarray
    tops: np.ndarray
    tops_per_w: np.ndarray
    tops_per_mm2: np.ndarray
    leakage_energy_pj: np.ndarray
    layers: LayerMetrics

    @classmethod
    def of_layers(cls, layers: LayerMetrics) -> Metrics:
        """Sums over layers (specification, section 13), one layer after the other: NumPy's own order of
        summation depends on the batch, and a design's figures must not."""
        energy_pj = _sum_layers(layers.energy_pj)
        latency_ns = _sum_layers(layers.latency_ns)
        area_um2 = _sum_layers(layers.tiles * layers.tile_area_um2)
        operations = _sum_layers(layers.operations)
        tops = operations / (latency_ns * 1e-9) / 1e12
        return cls(
            energy_pj=energy_pj,
            latency_ns=latency_ns,
            area_um2=area_um2,
            edap_pj_ns_um2=energy_pj * latency_ns * area_um2,
            tops=tops,
            tops_per_w=operations / energy_pj / POST_LAYOUT_ENERGY,
            tops_per_mm2=tops / (area_um2 * 1e-6),
            leakage_energy_pj=_sum_layers(layers.leakage_energy_pj),
            layers=layers,
        )

    def to_frame(self, ids: list[str] | tuple[str, ...]) -> pd.DataFrame:
        """A row a design: `id` and the metrics."""
        return pd.DataFrame({"id": list(ids), **{name: getattr(self, name) for name in METRICS}})

    def breakdown_frame(self, designs: Designs) -> pd.DataFrame:
        """A row a layer of every design: its genes, then areas, latencies and energies by component."""
        count, layers = designs.channels.shape
        ids = designs.ids or tuple(map(str, range(count)))
        frame = pd.DataFrame({"id": np.repeat(ids, layers), "layer": np.tile(np.arange(1, layers + 1), count)})
        for gene in GENES:
            values = getattr(designs, gene).reshape(-1)
            frame[gene] = [ADC_TYPES[value] for value in values] if gene == "adc_type" else values
        for name in BREAKDOWN:
            frame[name] = getattr(self.layers, name).reshape(-1)
        frame["tiles"] = frame["tiles"].astype(int)
        return frame


def _sum_layers(values: np.ndarray) -> np.ndarray:
    total = values[:, 0].copy()
    for layer in range(1, values.shape[1]):
        total += values[:, layer]
    return total
