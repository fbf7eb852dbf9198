"""What pictures are drawn for: how wide they are on paper, and in which formats; loads no matplotlib."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xpert_evo.errors import InputError, in_short

FORMATS = ("png", "pdf", "svg")
TWO_COLUMNS_IN = 7.16  # both columns of a page of the IEEE, and about what a screen gives a picture
NARROWEST_IN, WIDEST_IN = 3.25, 20.0  # columns of a page are wider than that; posters aren't
_INCHES = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}


@dataclass(frozen=True)
class Medium:
    """Width in inches and file formats, some of `FORMATS`; the defaults are for screens."""

    width_in: float = TWO_COLUMNS_IN
    formats: tuple[str, ...] = ("png",)


SCREEN = Medium()


def read_width(text: str) -> float:
    """Inches of a text such as 3.5in, 8.9cm or 89mm.

    Raises:
        InputError: it is no length, or too short or long to draw on.
    """
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{0,6})?) ?(in|cm|mm)", text.strip())
    width = float(found[1]) * _INCHES[found[2]] if found else 0.0
    if not NARROWEST_IN - 1e-9 <= width <= WIDEST_IN + 1e-9:
        raise InputError(
            f"--width {in_short(text)}: a length from {NARROWEST_IN:g}in to {WIDEST_IN:g}in is valid, such as 3.5in, "
            f"8.9cm or 89mm"
        )
    return width


def read_formats(text: str) -> tuple[str, ...]:
    """File formats of a text such as png or png,pdf; each once.

    Raises:
        InputError: one of them is no format of pictures.
    """
    formats = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    for name in formats:
        if name not in FORMATS:
            raise InputError(
                f"--format {in_short(text)}: {in_short(repr(name))} is no format of pictures; {', '.join(FORMATS)} are "
                "valid, several with commas between them"
            )
    return formats
