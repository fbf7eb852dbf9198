"""ADCs that somebody measured or published: figures by precision in place of a model, tables [adc.NAME] of a preset."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from xpert_evo.design.genes import AdcBits
from xpert_evo.strict import Strict

AreaUm2 = Annotated[float, Field(ge=1e-3, le=1e9)]
EnergyPj = Annotated[float, Field(ge=1e-9, le=1e6)]
TimeNs = Annotated[float, Field(ge=1e-4, le=1e6)]


class AdcFigures(Strict):
    """Of one ADC of one precision."""

    area_um2: AreaUm2 = Field(description="of one ADC, without what is before it (mux, current mirror)")
    energy_pj: EnergyPj = Field(description="of a conversion, without what the cells draw meanwhile")
    time_ns: TimeNs = Field(description="of a conversion")


class AdcTable(Strict):
    """The table [adc.NAME] of a preset: an ADC by its precisions."""

    source: str = Field(min_length=1, max_length=2000, description="where the figures come from")
    bits: dict[AdcBits, AdcFigures] = Field(description="figures by ADC bits")

    @field_validator("bits")
    @classmethod
    def _in_order(cls, bits: dict[int, AdcFigures]) -> dict[int, AdcFigures]:
        if not bits:
            raise ValueError("empty; figures of at least one precision are wanted")
        return dict(sorted(bits.items()))
