"""Every metric of a design in one place: what it is called, in which unit it is shown, and which way is better."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A figure as tables, pictures and sentences show it.

    Attributes:
        name: what axes call it.
        unit: in which they give it; empty where the name says it.
        factor: from the unit that tables have it in.
        better: lower or higher.
        log: whether it is above 0 and spans decades, so that ratios mean something and axes are logarithmic.
    """

    name: str
    unit: str
    factor: float
    better: str
    log: bool = True

    @property
    def label(self) -> str:
        """Name and unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def directed(self) -> str:
        """The label of an axis on which designs are compared."""
        return f"{self.label}, {self.better} is better"


QUANTITIES = {
    "energy_pj": Quantity("energy", "µJ", 1e-6, "lower"),
    "latency_ns": Quantity("latency", "µs", 1e-3, "lower"),
    "area_um2": Quantity("area", "mm²", 1e-6, "lower"),
    "edap_pj_ns_um2": Quantity("EDAP", "mJ ms mm²", 1e-21, "lower"),
    "tops_per_w": Quantity("TOPS/W", "", 1.0, "higher"),
    "tops_per_mm2": Quantity("TOPS/mm²", "", 1.0, "higher"),
    "tops": Quantity("TOPS", "", 1.0, "higher"),
    "leakage_energy_pj": Quantity("leakage energy", "µJ", 1e-6, "lower"),
    "macs": Quantity("multiply-accumulates", "millions", 1e-6, "lower"),
    "parameters": Quantity("weights", "millions", 1e-6, "lower"),
    "tiles": Quantity("tiles", "", 1.0, "lower"),
}
ERROR = "error"  # 1 - accuracy: no figure of the hardware, but shown and traded beside them
_ERROR = Quantity("proxy error", "%", 100.0, "lower", log=False)
_UNITS = re.compile(r"_(pj_ns_um2|pj|ns|um2)$")


def quantity_of(metric: str) -> Quantity:
    """What a column is; one of no known name is a user's function, to be small and in a unit of its own."""
    if metric == ERROR:
        return _ERROR
    return QUANTITIES.get(metric) or Quantity(metric, "", 1.0, "lower", log=False)


def short_name(metric: str) -> str:
    """A column's name without its unit, such as `edap`."""
    return _UNITS.sub("", metric)
