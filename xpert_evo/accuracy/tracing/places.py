"""Where in a user's code something stands: the module's path, file and line."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import NoReturn

import torch
from torch import fx

from xpert_evo.errors import InputError

SUPPORTED = (
    "Conv2d, Linear, BatchNorm, ReLU, ReLU6, max, average and adaptive average pools, mean over height and width, "
    "addition, concatenation of channels, flattening, Dropout and Identity"
)
_OF_TORCH = Path(torch.__file__).parent
_OWN = Path(__file__).parent
_FRAME = re.compile(r'File "([^"<]+)", line (\d+)')


def place_of(node: fx.Node) -> str:
    """A call's place: the path of the module in which it is done, file and line where they are known."""
    modules = list((node.meta.get("nn_module_stack") or {}).values())
    path = str(node.target) if node.op == "call_module" else (modules[-1][0] if modules else "")
    frames = [(found[1], int(found[2])) for found in _FRAME.finditer(node.stack_trace or "")]
    return (path or "forward") + _line(frames)


def place_of_error(error: Exception) -> str:
    """File and line of a user's code that an exception came by last; nothing where it came by none."""
    return _line([(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)])


def refuse(node: fx.Node, what: str) -> NoReturn:
    """Says that a call can't be mapped.

    Raises:
        InputError: always.
    """
    raise InputError(f"{place_of(node)}: {what}")


def _line(frames: list[tuple[str, int]]) -> str:
    of_user = [(Path(file), line) for file, line in frames if not {_OF_TORCH, _OWN}.intersection(Path(file).parents)]
    return f" ({of_user[-1][0].name}, line {of_user[-1][1]})" if of_user else ""
