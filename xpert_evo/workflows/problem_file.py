"""Problem files: tables, a preset laid over them and single keys over that; and a problem written down whole."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.errors import InputError, describe_validation_error, did_you_mean, in_short
from xpert_evo.files import parse_toml, read_toml
from xpert_evo.workflows.problem import Problem, reading

_OF_ACCURACIES = {"dataset", "images", "backbone", "network", "proxy"}  # keys of a problem


def load_problem(
    path: str | Path,
    *,
    preset: str | None = None,
    overrides: tuple[str, ...] = (),
    listener: ImageListener = NOBODY,
) -> Problem:
    """Reads a problem file, lays one of its presets over it and then single keys.

    Args:
        path: TOML file. Its tables [presets.NAME...] hold what a preset changes; the first one is the
            default.
        preset: name of a preset.
        overrides: "table.key=value" with a TOML value (a bare word is taken as a string).
        listener: hears how images of the user's own are read.

    Raises:
        InputError: the file is missing or no TOML, a key is unknown or a value is wrong.
    """
    path = Path(path)
    content = read_toml(path, "a problem file (TOML)")
    presets = content.pop("presets", {})
    if not isinstance(presets, dict) or not all(isinstance(table, dict) for table in presets.values()):
        raise InputError(f"{path}: presets: tables [presets.NAME] are wanted")
    if preset is not None and preset not in presets:
        valid = ", ".join(presets) or "none in this file"
        instead = did_you_mean(preset, presets)
        raise InputError(f"{path}: presets: {in_short(repr(preset))} is unknown; valid are {valid}{instead}")
    changes = [_override(text) for text in overrides]
    if presets:
        content["preset"] = preset or next(iter(presets))
        changes.insert(0, presets[content["preset"]])
    for change in changes:
        content = merged(content, change)
        named = _table(change, "hardware")
        if "preset" in named and "content" not in named:
            _table(content, "hardware").pop("content", None)  # of the preset that was there before
        for key, other in (("backbone", "network"), ("network", "backbone")):
            if key in change and other not in change:
                content.pop(other, None)
        if ("dataset" in change or "images" in change) and "content" not in _table(change, "images"):
            _table(content, "images").pop("content", None)  # of the images that were there before
        if _OF_ACCURACIES & set(change) and "ranking" not in change:
            content.pop("ranking", None)  # of the accuracies that were there before
    try:
        return Problem.model_validate(content, context=reading(listener))
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path), Problem)) from error


def resolved_toml(problem: Problem) -> str:
    """The problem with all its defaults, as TOML that `load_problem` reads back to an equal Problem."""
    return tomli_w.dumps(problem.model_dump(mode="json", exclude_none=True))


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    """A table of a parsed file; an empty one where there is none, or something else."""
    table = content.get(key)
    return table if isinstance(table, dict) else {}


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `change` laid over it, table by table; neither is altered."""
    result = copy.copy(base)
    for key, value in change.items():
        both_tables = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both_tables else value
    return result


def _override(text: str) -> dict[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set {text}: write KEY=VALUE, such as search.population=24")
    try:
        parsed = parse_toml(f"value = {value}", "--set")["value"]
    except InputError:
        parsed = value
    for part in reversed(key.strip().split(".")):
        parsed = {part: parsed}
    return parsed
