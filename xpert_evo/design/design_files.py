"""Design files: JSON with one design or a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from xpert_evo.design.design import Design
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.files import json_items


def load_designs(path: str | Path) -> list[Design]:
    """Designs of a design file, which holds one object or a list of them.

    Raises:
        InputError: the file is missing, isn't JSON or isn't a design file; the message names file and key.
    """
    return list(read_designs(path))


def read_designs(path: str | Path) -> Iterator[Design]:
    """The same one after the other, so that memory doesn't grow with the file."""
    path = Path(path)
    number = -1
    for number, item in enumerate(json_items(path, "a design file (JSON)")):
        try:
            yield Design.model_validate(item)
        except ValidationError as error:
            where = f"{path}: design {number}" if number else str(path)
            raise InputError(describe_validation_error(error, where, Design)) from error
    if number < 0:
        raise InputError(f"{path}: an empty list; at least one design is wanted")


def save_design(design: Design, path: str | Path) -> None:
    """Writes one design as a design file, a line a layer."""
    content = design.to_json()
    layers = ",\n  ".join(json.dumps(layer) for layer in content.pop("layers"))
    head = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    Path(path).write_text(f'{{{head},\n "layers": [\n  {layers}\n ]}}\n', encoding="utf-8")
