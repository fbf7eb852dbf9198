"""Network files: a network as TOML, a line an operation. Reading one runs no code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xpert_evo.design.networks.graph import Network
from xpert_evo.errors import InputError, describe_validation_error, in_short
from xpert_evo.files import read_toml
from xpert_evo.whole import write_whole

FORMAT = "xpert-evo/network-1"


def read_network(path: str | Path) -> Network:
    """The network that a file holds.

    Raises:
        InputError: the file is missing, isn't TOML or holds no valid network; the message names file and key.
    """
    path = Path(path)
    content = read_toml(path, "a network file (TOML)")
    if "format" not in content:
        raise InputError(f'{path}: format: missing; "{FORMAT}" is wanted')
    given = content.pop("format")
    if given != FORMAT:
        raise InputError(f'{path}: format: "{FORMAT}" is wanted, not {in_short(repr(given))}')
    try:
        return Network.model_validate(content)
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path), Network)) from error


def write_network(network: Network, path: str | Path) -> None:
    """Writes a network file, whole or not at all."""
    write_whole(Path(path), network_toml(network))


def network_toml(network: Network) -> str:
    """The content of a network file. No library of TOML has an option for a table a line, which people can read."""
    content = network.to_json()
    lines = ",\n".join(f"  {_table(operation)}" for operation in content.pop("operations"))
    head = "\n".join(f"{key} = {_value(value)}" for key, value in {"format": FORMAT, **content}.items())
    return f"{head}\noperations = [\n{lines},\n]\n"


def _table(content: dict[str, Any]) -> str:
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in content.items())} }}"


def _value(value: Any) -> str:
    """Of names, whole numbers, truths and lists of them, which JSON writes as TOML does."""
    return json.dumps(value)
