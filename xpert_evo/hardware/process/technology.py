"""Process nodes: LSTP transistors at 300 K and the wires over them (specification, section 3).

Everything inside the hardware room is in SI units; units stand in names where arrays leave it.
"""

from __future__ import annotations

from dataclasses import dataclass

from xpert_evo.errors import InputError

WIRE_CAPACITANCE_F_PER_M = 0.2e-9  # cw, every wire
OVERLAP = 1.2  # the overlap of gate and drain or source adds 20 % of C_ox


@dataclass(frozen=True)
class Technology:
    """One process node.

    Attributes:
        feature_m: F.
        supply_v: V.
        oxide_f_per_m, fringe_f_per_m: C_ox and C_fringe, per metre of transistor width.
        resistance_factor: k_R.
        ion_n, ion_p, ioff_n, ioff_p: drain currents, A per metre of width.
        wire_width_m, wire_aspect_ratio, wire_resistivity_ohm_m: of the crossbar's wires.
    """

    node_nm: int
    supply_v: float
    oxide_f_per_m: float
    fringe_f_per_m: float
    resistance_factor: float
    ion_n: float
    ion_p: float
    ioff_n: float
    ioff_p: float
    wire_width_m: float
    wire_aspect_ratio: float
    wire_resistivity_ohm_m: float

    @property
    def feature_m(self) -> float:
        """F."""
        return self.node_nm * 1e-9

    @property
    def cell_height_m(self) -> float:
        """Hs, the height of a standard cell."""
        return 28 * self.feature_m

    @property
    def beta(self) -> float:
        """PMOS over NMOS width for equal currents."""
        return self.ion_n / self.ion_p

    @property
    def gate_f_per_m(self) -> float:
        """cg, gate capacitance per metre of width."""
        return OVERLAP * self.oxide_f_per_m + self.fringe_f_per_m

    @property
    def junction_f_per_m2(self) -> float:
        """cj, bottom of a drain."""
        return 1e-3 / self._reverse_bias**0.5

    @property
    def sidewall_f_per_m(self) -> float:
        """csw, sidewall of a drain."""
        return 2.5e-10 / self._reverse_bias**0.33

    @property
    def drain_channel_f_per_m(self) -> float:
        """cdc, drain to channel."""
        return 0.5e-10 / self._reverse_bias**0.33

    @property
    def wire_ohm_per_m(self) -> float:
        """rw, of the crossbar's wires."""
        return self.wire_resistivity_ohm_m / (self.wire_width_m**2 * self.wire_aspect_ratio)

    @property
    def _reverse_bias(self) -> float:
        return 1 + self.supply_v / 0.9


NODES = {
    node.node_nm: node
    for node in (
        # nm, V, C_ox F/m, C_fringe F/m, k_R, Ion_n, Ion_p, Ioff_n, Ioff_p A/m, wire m, aspect ratio, ohm m
        Technology(22, 0.85, 5.245e-10, 8.004e-10, 1.77, 791.9, 600.2, 1.000e-4, 1.000e-4, 40e-9, 1.9, 4.03e-8),
        Technology(32, 0.90, 8.375279e-10, 6.856677e-10, 1.77, 600.2, 400.0, 1.001e-4, 1.001e-4, 56e-9, 1.8, 3.70e-8),
        Technology(45, 1.00, 8.930709e-10, 8.849901e-10, 1.77, 500.2, 300.0, 1.000e-4, 1.002e-4, 80e-9, 1.7, 3.31e-8),
        Technology(65, 1.10, 1.1926e-9, 9.62148e-10, 1.77, 400.0, 238.7, 1.002e-4, 1.002e-4, 105e-9, 1.7, 2.68e-8),
    )
}


def technology(node_nm: int) -> Technology:
    """The node of that size.

    Raises:
        InputError: it is none of the validated ones.
    """
    if node_nm not in NODES:
        raise InputError(f"tech_node_nm: {node_nm} is not modelled; valid are {', '.join(map(str, NODES))}")
    return NODES[node_nm]
