"""Files of weights (safetensors), and training state in them: tensors by where they stand, the rest as JSON.

A file's metadata have one entry, JSON of a mapping with at least `format`: of several, safetensors doesn't keep the
order, and equal weights are to be equal files. Training state is in its `content`, where every tensor is a mapping
{"tensor": name}, with "channels_last": true where it was laid out so, which arithmetic may depend on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from xpert_evo.errors import InputError
from xpert_evo.files import parse_json
from xpert_evo.whole import whole

TRAINING_FORMAT = "xpert-evo/training-1"
_ENTRY = "xpert_evo"


def write(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Writes a file, whole or not at all.

    Args:
        facts: plain values.
    """
    held = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    with whole(path) as unfinished:
        unfinished.write_bytes(save(held, {_ENTRY: json.dumps(facts)}))


def read(path: Path, remedy: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `write` was given; tensors are on the CPU.

    Args:
        remedy: ends the message where there is no such file.

    Raises:
        InputError: the file is missing, damaged or of another kind.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; {remedy}")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, dict(parse_json((file.metadata() or {})[_ENTRY], str(path)))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be read'}; {remedy}") from error
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: no weights of a training, or a damaged file; {remedy}") from error


def write_state(path: Path, kind: str, content: dict[str, Any]) -> None:
    """Writes training state.

    Args:
        kind: the format's name.
        content: mappings and lists of tensors and plain values. Keys are strings, or throughout a mapping integers.
    """
    tensors: dict[str, Tensor] = {}
    plain = _taken_out(content, "", tensors)
    write(path, tensors, {"format": kind, "content": plain})


def state_of(tensors: dict[str, Tensor], facts: dict[str, Any]) -> dict[str, Any]:
    """The content that `write_state` was given, of what was read.

    Raises:
        KeyError: a tensor is missing.
    """
    return dict(_put_back(facts["content"], tensors))


def _taken_out(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """The value as JSON can hold it; its tensors are put into `tensors`."""
    if isinstance(value, Tensor):
        tensors[name] = value
        layout = {} if value.is_contiguous() else {"channels_last": True}
        return {"tensor": name, **layout}
    if isinstance(value, dict):
        return {key: _taken_out(inner, f"{name}.{key}".strip("."), tensors) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_taken_out(inner, f"{name}.{number}", tensors) for number, inner in enumerate(value)]
    return value


def _put_back(value: Any, tensors: dict[str, Tensor]) -> Any:
    """What `_taken_out` was given; JSON made strings of integer keys."""
    if isinstance(value, list):
        return [_put_back(inner, tensors) for inner in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        tensor = tensors[value["tensor"]]
        return tensor.contiguous(memory_format=torch.channels_last) if value.get("channels_last") else tensor
    whole = bool(value) and all(key.isdigit() for key in value)
    return {int(key) if whole else key: _put_back(inner, tensors) for key, inner in value.items()}
