"""Names of designs that a reader can say."""

from __future__ import annotations

from fractions import Fraction

from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.design.mapping import WEIGHT_BITS

_WIDTHS = {Fraction(1): "full", Fraction(1, 2): "half", Fraction(1, 4): "quarter"}


def said(design: Design) -> str:
    """`half width, 4/4 bits` of a homogeneous design, its ADCs' bits before its inputs'; of another one its id.

    Weights are named where they don't have 8 bits, the array where the design chooses it: `half width, 4/4 bits, 5-bit
    weights, 128 rows, 16 a tile`.
    """
    batch = stack([design])
    if not batch.homogeneous().item():
        return str(design.named().id)
    width = Fraction(int(batch.channels[0, -1]), batch.network.channels[-1])
    last = design.layers[-1]
    weights = f", {last.weight_bits}-bit weights" if last.weight_bits != WEIGHT_BITS else ""
    array = "".join(f", {part}" for part in array_said(design))
    return f"{_WIDTHS.get(width, width)} width, {last.adc_bits}/{last.input_bits} bits{weights}{array}"


def titled(design: Design, what: str = "") -> str:
    """A design above a picture of it: its id, what it is, and its own array."""
    return ", ".join([f"design {design.named().id}", *([what] if what else []), *array_said(design)])


def array_said(design: Design) -> list[str]:
    """What a design chooses of its array: `128 rows`, `2-bit cells`, `16 a tile`; nothing of the chip's own."""
    chosen = design.array.model_dump(exclude_none=True) if design.array else {}
    words = {"crossbar_size": "{} rows", "bits_per_cell": "{}-bit cells", "crossbars_per_tile": "{} a tile"}
    return [words[gene].format(value) for gene, value in chosen.items()]
