"""Co-search of DNN architecture and analog in-memory-computing periphery.

Importing this loads neither torch nor pymoo; what needs them loads them when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xpert_evo.design.designs import Design, Designs, load_designs
from xpert_evo.hardware.simulate import simulate
from xpert_evo.version import __version__

if TYPE_CHECKING:
    from xpert_evo.accuracy.networks.network import build_network
    from xpert_evo.workflows.search import run_search

__all__ = ["Design", "Designs", "__version__", "build_network", "load_designs", "run_search", "simulate"]


def __getattr__(name: str) -> Any:
    if name == "build_network":
        from xpert_evo.accuracy.networks.network import build_network

        return build_network
    if name == "run_search":
        from xpert_evo.workflows.search import run_search

        return run_search
    raise AttributeError(f"module 'xpert_evo' has no attribute {name!r}")
