"""What a training wrote, read back: its checkpoint or its codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.network import CrossbarNetwork, build_network
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.designs import Design
from xpert_evo.errors import InputError


def trained_network(path: Path, design: Design, array: ArrayShape) -> tuple[CrossbarNetwork, tuple[int, int] | None]:
    """A trained network, calibrated and in evaluation mode, on the CPU.

    Returns:
        The network. If normalisation behind its ADCs is still to be calibrated, as after a checkpoint, also how its
        training images were split: by which seed and how many were held out; else None.

    Raises:
        InputError: there is no such file, or it is of another design or array.
    """
    remedy = "give what a training wrote: its checkpoint or its codes"
    tensors, facts = checkpoints.read(path, remedy)
    kind = facts.get("format")
    try:
        if kind == codes.FORMAT:
            _check(path, facts, design, array)
            return codes.network_of_codes(tensors, facts), None
        if kind == checkpoints.TRAINING_FORMAT:
            content = checkpoints.state_of(tensors, facts)
            _check(path, content["plan"], design, array)
            seed, held_out = int(content["plan"]["seed"]), int(content["plan"]["held_out"])
            network = build_network(design, hardware=array, seed=seed)
            network.load_state_dict(content["training"]["network"])
            return network.eval(), (seed, held_out)
    except (KeyError, TypeError, AttributeError, RuntimeError, ValidationError) as error:
        raise InputError(f"{path}: damaged: weights and design don't fit together") from error
    raise InputError(f"{path}: its format is {kind}; {remedy}")


def _check(path: Path, plan: dict[str, Any], design: Design, array: ArrayShape) -> None:
    for key, wanted in (("design", _anonymous(design.to_json())), ("array", array.model_dump(mode="json"))):
        there = _anonymous(plan[key])
        if there != wanted:
            raise InputError(f"{path}: was trained for another {key}: {_difference(there, wanted)}")


def _anonymous(plan: dict[str, Any]) -> dict[str, Any]:
    """A design by another name is the same design."""
    return {key: value for key, value in plan.items() if key != "id"}


def _difference(there: dict[str, Any], wanted: dict[str, Any]) -> str:
    """The first key in which two mappings differ, and both values."""
    key = next(key for key in {**wanted, **there} if there.get(key) != wanted.get(key))
    if key == "layers" and len(there[key]) == len(wanted[key]):
        pairs = enumerate(zip(there[key], wanted[key], strict=True))
        layer, (one, other) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
        return f"layer {layer + 1}: {_difference(one, other)}"
    return f"{key} is {there.get(key)} there and {wanted.get(key)} here"
