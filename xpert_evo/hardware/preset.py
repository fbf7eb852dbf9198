"""Hardware presets: which memory, array and node a chip has, and which slips of the original it keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from xpert_evo.design import mapping
from xpert_evo.design.mapping import WeightEncoding
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.hardware.technology import NODES, Technology, technology

_FOLDER = Path(__file__).parent / "presets"


class HardwarePreset(BaseModel):
    """The content of a preset file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    network_model: Literal["xpertsim"] = Field(description="how layers are put on chips")
    weight_encoding: WeightEncoding = Field(description="how signed weights are held in cells")
    memory: Literal["rram", "sram"]
    tech_node_nm: int = Field(description="process node")
    crossbar_size: int = Field(ge=16, le=512, description="rows and columns of a crossbar")
    bits_per_cell: Literal[1, 2, 4, 8]
    on_resistance_ohm: float = Field(default=6000.0, gt=0, description="of an RRAM cell")
    on_off_ratio: float = Field(default=150.0, gt=1, description="of an RRAM cell's resistances")
    read_voltage_v: float = Field(default=0.5, gt=0, le=1)
    access_voltage_v: float = Field(default=1.1, gt=0, le=2, description="at the gates of RRAM access transistors")
    flash_nmos_area: bool = Field(description="count the NMOS area of flash comparators (left out by the original)")
    repeat_stale_pe: bool = Field(description="count PEs outside the matrix as copies of the last one, as the original")
    rounding_accidents: bool = Field(description="keep gates that the original folds by a rounding error")

    @model_validator(mode="after")
    def _within_the_specification(self) -> HardwarePreset:
        if self.tech_node_nm not in NODES:
            raise ValueError(f"tech_node_nm: {self.tech_node_nm} is not modelled; valid are {list(NODES)}")
        if self.crossbar_size & (self.crossbar_size - 1):
            raise ValueError(f"crossbar_size: {self.crossbar_size} is no power of two")
        if self.memory == "sram" and self.bits_per_cell != 1:
            raise ValueError(f"bits_per_cell: an SRAM cell holds 1 bit, not {self.bits_per_cell}")
        return self

    @property
    def technology(self) -> Technology:
        """The process node."""
        return technology(self.tech_node_nm)

    @property
    def cells_per_weight(self) -> int:
        """n_c."""
        return mapping.cells_per_weight(self.bits_per_cell)

    @property
    def off_resistance_ohm(self) -> float:
        """Of an RRAM cell."""
        return self.on_resistance_ohm * self.on_off_ratio


def preset_names() -> list[str]:
    """Names of the presets that come with the package, the default first."""
    names = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    return sorted(names, key=lambda name: name != "xpert-rram")


def load_preset(preset: str | Path) -> HardwarePreset:
    """A preset by its name or from a TOML file.

    Raises:
        InputError: there is no such preset or file, or a key or value in it is wrong.
    """
    path = Path(preset)
    if str(preset) in preset_names():
        path = _FOLDER / f"{preset}.toml"
    elif path.suffix != ".toml" or not path.is_file():
        raise InputError(
            f"hardware preset {str(preset)!r} is unknown; valid are {', '.join(preset_names())}, or the path of a "
            ".toml file"
        )
    try:
        return HardwarePreset.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML ({error})") from error
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path))) from error
