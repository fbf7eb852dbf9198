"""Names of designs that a reader can say."""

from __future__ import annotations

from fractions import Fraction

from xpert_evo.design.designs import Design, stack
from xpert_evo.design.mapping import WEIGHT_BITS

_WIDTHS = {Fraction(1): "full", Fraction(1, 2): "half", Fraction(1, 4): "quarter"}


def said(design: Design) -> str:
    """`half width, 4/4 bits` of a homogeneous design, its ADCs' bits before its inputs'; of another one its id.

    Weights are named where they don't have 8 bits: `half width, 4/4 bits, 5-bit weights`.
    """
    batch = stack([design])
    if not batch.homogeneous().item():
        return str(design.named().id)
    width = Fraction(int(batch.channels[0, -1]), batch.backbone.channels[-1])
    last = design.layers[-1]
    weights = f", {last.weight_bits}-bit weights" if last.weight_bits != WEIGHT_BITS else ""
    return f"{_WIDTHS.get(width, width)} width, {last.adc_bits}/{last.input_bits} bits{weights}"
