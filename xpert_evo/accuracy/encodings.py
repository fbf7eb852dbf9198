"""Signed-weight encodings: what each cell of an 8-bit weight holds. To add one, add its digits here."""

from collections.abc import Callable

import numpy as np

from xpert_evo.design.mapping import offset_digits
from xpert_evo.errors import InputError

# (weights, integers of any shape; bits a cell) -> int64 (cells, *shape), most significant cell first.
Digits = Callable[[np.ndarray, int], np.ndarray]

ENCODINGS: dict[str, Digits] = {"offset": offset_digits}


def digits_of(encoding: str) -> Digits:
    """The function that gives the cells' digits in a weight encoding.

    Raises:
        InputError: the encoding is unknown.
    """
    if encoding not in ENCODINGS:
        raise InputError(f"weight_encoding: {encoding!r} is unknown; valid are {', '.join(ENCODINGS)}")
    return ENCODINGS[encoding]
