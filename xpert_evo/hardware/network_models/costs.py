"""What every network model answers: costs of networks, and of the layers that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.hardware.layers import LayerMetrics


@dataclass(frozen=True)
class NetworkCosts:
    """Costs of P networks, float64 (P,), and of their layers, (P, L).

    Attributes:
        energy_pj: dynamic. leakage_energy_pj: beside it.
        shared_*_area_um2: what all layers use together and no layer's areas hold, zero in `xpertsim`; buffer,
            relu and pooling are the parts of other.
    """

    energy_pj: np.ndarray
    latency_ns: np.ndarray
    area_um2: np.ndarray
    operations: np.ndarray
    leakage_energy_pj: np.ndarray
    shared_accumulation_area_um2: np.ndarray
    shared_interconnect_area_um2: np.ndarray
    shared_buffer_area_um2: np.ndarray
    shared_relu_area_um2: np.ndarray
    shared_pooling_area_um2: np.ndarray
    shared_other_area_um2: np.ndarray
    layers: LayerMetrics

    @classmethod
    def of_layers(cls, layers: LayerMetrics, area_um2: np.ndarray) -> NetworkCosts:
        """Sums over layers that share nothing (specification, section 13)."""
        nothing = np.zeros(area_um2.shape)
        return cls(
            energy_pj=sum_layers(layers.energy_pj),
            latency_ns=sum_layers(layers.latency_ns),
            area_um2=area_um2,
            operations=sum_layers(layers.operations),
            leakage_energy_pj=sum_layers(layers.leakage_energy_pj),
            shared_accumulation_area_um2=nothing,
            shared_interconnect_area_um2=nothing,
            shared_buffer_area_um2=nothing,
            shared_relu_area_um2=nothing,
            shared_pooling_area_um2=nothing,
            shared_other_area_um2=nothing,
            layers=layers,
        )


def sum_layers(values: np.ndarray) -> np.ndarray:
    """(P, L) to (P,), one layer after the other: NumPy's own order of summation depends on the batch, and a
    design's figures must not."""
    total = values[:, 0].copy()
    for layer in range(1, values.shape[1]):
        total += values[:, layer]
    return total
