"""Circuits beside ADCs that a designer knows better than the models do, as keys of a preset."""

from __future__ import annotations

from pydantic import Field

from xpert_evo.strict import Strict


class ColumnMuxFigures(Strict):
    """The table [column_mux] of a preset: the switches between columns and ADCs; their decoder is the model's."""

    area_um2: float = Field(gt=0, le=1e6, description="of a column's switch")
    energy_fj: float = Field(ge=0, le=1e9, description="of a column that is selected, once for all bits of an input")
    delay_ns: float = Field(ge=0, le=1e6, description="of a selection")
