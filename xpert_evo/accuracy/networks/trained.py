"""What a training wrote, read back: its checkpoint or its codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xpert_evo.accuracy.networks import checkpoints, codes
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.design.design import Design
from xpert_evo.errors import InputError

# Of an array; where they are others than in the training, ADC ranges are set anew.
RESET = ("crossbar_size", "wire_per_cell", "off_share")


@dataclass(frozen=True)
class Trained:
    """A trained network in evaluation mode, on the CPU, and what is still to be calibrated of it.

    Attributes:
        ranges: whether its ADCs' ranges are: it was trained for other rows or wires.
        normalisation: whether the normalisation behind the ADCs is, as after a checkpoint, or with the ranges.
        how_split: of a checkpoint's training images: by which seed, and how many were held out.
        data: which images it was trained on, see `Images.source`; None: its file is of an older version.
    """

    network: CrossbarNetwork
    ranges: bool
    normalisation: bool
    how_split: tuple[int, int] | None
    data: str | None


def trained_network(path: Path, design: Design, array: ArrayShape) -> Trained:
    """A trained network for an array.

    Raises:
        InputError: there is no such file, or it is of another design or array; rows and wires may be others.
    """
    remedy = "give what a training wrote: its checkpoint or its codes"
    tensors, facts = checkpoints.read(path, remedy)
    kind, array = facts.get("format"), array.of(design)
    try:
        if kind == codes.FORMAT:
            ranges = _other_rows_or_wires(path, facts, design, array)
            return Trained(codes.network_of_codes(tensors, facts, array), ranges, ranges, None, _data(facts))
        if kind == checkpoints.TRAINING_FORMAT:
            content = checkpoints.state_of(tensors, facts)
            ranges = _other_rows_or_wires(path, content["plan"], design, array)
            seed, held_out = int(content["plan"]["seed"]), int(content["plan"]["held_out"])
            network = build_network(design.model_copy(update={"array": None}), hardware=array, seed=seed)
            codes.load_state(network, content["training"]["network"])
            return Trained(network.eval(), ranges, True, (seed, held_out), _data(content["plan"]))
    except (KeyError, TypeError, AttributeError, RuntimeError, ValidationError) as error:
        raise InputError(f"{path}: damaged: weights and design don't fit together") from error
    raise InputError(f"{path}: its format is {kind}; {remedy}")


def _other_rows_or_wires(path: Path, plan: dict[str, Any], design: Design, array: ArrayShape) -> bool:
    """Whether these are others than a training's; raises InputError where something else is.

    Args:
        array: with what the design chooses for itself.
    """
    trained_for = ArrayShape.model_validate(plan["array"]).of(Design.model_validate(plan["design"]))
    shape = trained_for.model_copy(update={key: getattr(array, key) for key in RESET})
    pairs = {
        "design": (_alone(plan["design"]), _alone(design.to_json())),
        "array": (shape.model_dump(mode="json"), array.model_dump(mode="json")),
    }
    for key, (there, wanted) in pairs.items():
        if there != wanted:
            raise InputError(f"{path}: was trained for another {key}: {_difference(there, wanted)}")
    return trained_for != array


def _data(plan: dict[str, Any]) -> str | None:
    """What a training's images were called."""
    data = plan.get("data")
    return data if isinstance(data, str) else None


def _alone(plan: dict[str, Any]) -> dict[str, Any]:
    """A design without its name and its array."""
    return {key: value for key, value in plan.items() if key not in ("id", "array")}


def _difference(there: dict[str, Any], wanted: dict[str, Any]) -> str:
    """The first key in which two mappings differ, and both values."""
    key = next(key for key in {**wanted, **there} if there.get(key) != wanted.get(key))
    if key == "layers" and len(there[key]) == len(wanted[key]):
        pairs = enumerate(zip(there[key], wanted[key], strict=True))
        layer, (one, other) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
        return f"layer {layer + 1}: {_difference(one, other)}"
    return f"{key} is {there.get(key)} there and {wanted.get(key)} here"
