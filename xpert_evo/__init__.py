"""Co-search of DNN architecture and analog in-memory-computing periphery.

Importing this loads next to nothing; a name loads what it needs when it is first asked for, and none but
`build_network`, `network_of` and `run_search` loads torch or pymoo.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from xpert_evo.version import __version__

if TYPE_CHECKING:
    from xpert_evo.accuracy.networks.building import build_network
    from xpert_evo.accuracy.tracing.importing import network_of
    from xpert_evo.data import register_dataset
    from xpert_evo.design.design import Design, homogeneous
    from xpert_evo.design.design_files import load_designs
    from xpert_evo.design.designs import Designs
    from xpert_evo.hardware.simulate import simulate
    from xpert_evo.workflows.plots import plot_front
    from xpert_evo.workflows.problem import Problem
    from xpert_evo.workflows.problem_file import load_problem
    from xpert_evo.workflows.resources import Resources
    from xpert_evo.workflows.search import run_search

__all__ = [
    "Design",
    "Designs",
    "Problem",
    "Resources",
    "__version__",
    "build_network",
    "homogeneous",
    "load_designs",
    "load_problem",
    "network_of",
    "plot_front",
    "register_dataset",
    "run_search",
    "simulate",
]

_HOMES = {
    "Design": "xpert_evo.design.design",
    "Designs": "xpert_evo.design.designs",
    "Problem": "xpert_evo.workflows.problem",
    "Resources": "xpert_evo.workflows.resources",
    "build_network": "xpert_evo.accuracy.networks.building",
    "homogeneous": "xpert_evo.design.design",
    "load_designs": "xpert_evo.design.design_files",
    "load_problem": "xpert_evo.workflows.problem_file",
    "network_of": "xpert_evo.accuracy.tracing.importing",
    "plot_front": "xpert_evo.workflows.plots",
    "register_dataset": "xpert_evo.data",
    "run_search": "xpert_evo.workflows.search",
    "simulate": "xpert_evo.hardware.simulate",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xpert_evo' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
