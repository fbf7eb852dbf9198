"""Networks by name: those of the files in `known/`, and those of a user's own files."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from xpert_evo.design.networks import known
from xpert_evo.design.networks.graph import Network
from xpert_evo.errors import InputError, did_you_mean

USUAL_BACKBONE = "vgg16"


def with_network(content: Any) -> Any:
    """What a file holds, with the usual backbone where it names no network; for a validator of pydantic's."""
    if isinstance(content, dict) and content.get("backbone") is None and content.get("network") is None:
        return {**content, "backbone": USUAL_BACKBONE}
    return content


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
    network: Network = _module(name).NETWORK
    return network


def reference(network: Network) -> dict[str, Any]:
    """How files name a network: `backbone` where it is one of ours, else `network` with all of it."""
    if _is_ours(network):
        return {"backbone": network.name}
    return {"network": network.to_json()}


def title(network: Network) -> str:
    """A network's name in texts: of ours as people write it, such as `ResNet-20`, else the one of its file."""
    return str(_module(network.name).TITLE) if _is_ours(network) else network.name


def _is_ours(network: Network) -> bool:
    """Whether it is what we have by that name: a user's file may bear the name as well."""
    return network.name in backbones() and network == backbone(network.name)


def _module(name: str) -> ModuleType:
    return import_module(f"{known.__name__}.{name}")
