"""Networks by name: those of the files in `known/`, and those of a user's own files."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from xpert_evo.design.networks import known
from xpert_evo.design.networks.graph import Network
from xpert_evo.errors import InputError, did_you_mean


@cache
def backbones() -> tuple[str, ...]:
    """Names of the networks that there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(known.__path__)))


@cache
def backbone(name: str) -> Network:
    """The network of that name.

    Raises:
        InputError: there is none.
    """
    if name not in backbones():
        instead = did_you_mean(name, backbones())
        raise InputError(f"backbone: {name!r} is unknown; valid are {', '.join(backbones())}{instead}")
    network: Network = import_module(f"{known.__name__}.{name}").NETWORK
    return network


def reference(network: Network) -> dict[str, Any]:
    """How files name a network: `backbone` where it is one of ours, else `network` with all of it."""
    if network.name in backbones() and network == backbone(network.name):
        return {"backbone": network.name}
    return {"network": network.to_json()}
