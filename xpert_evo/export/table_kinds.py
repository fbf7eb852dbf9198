"""Which other tool's layer table a text is."""

from __future__ import annotations

from xpert_evo.errors import InputError
from xpert_evo.export import neurosim, xpertsim_rows
from xpert_evo.export.csv_rows import is_number, names_match, parse_rows

KINDS = {  # by the number of columns
    len(xpertsim_rows.COLUMNS): "an XPertSim table",
    len(neurosim.COLUMNS): "a NeuroSim network table",
}


def looks_like_table(text: str) -> str | None:
    """What a CSV text is, as a phrase of `KINDS`: 12 columns of numbers are XPertSim's, 8 are NeuroSim's.

    Neither has a header, but `xpertsim_rows.COLUMNS` may stand above the twelve. None where the text is neither. What
    the numbers are isn't looked at: `xpertsim.read_table` says what is wrong with them.
    """
    try:
        rows = parse_rows(text, "the text")
    except InputError:
        return None
    if len(rows) > 1 and names_match(rows[0], xpertsim_rows.COLUMNS):
        rows = rows[1:]
    columns = {len(row.cells) for row in rows}
    if len(columns) != 1 or not all(is_number(cell) for row in rows for cell in row.cells):
        return None
    return KINDS.get(columns.pop())
