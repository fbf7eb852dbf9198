"""Hardware presets: which memory, array and node a chip has, and how layers are put on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError, field_validator, model_validator

from xpert_evo.design.encodings import ENCODINGS, Counts, Encoding, WeightCells, WeightEncoding, weight_cells
from xpert_evo.design.genes import ADC_TYPES, MODELLED_ADC_BITS, AdcTypeName, adc_names_of
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.errors import InputError, describe_validation_error, did_you_mean, in_short
from xpert_evo.files import read_toml
from xpert_evo.hardware.components.adc_table import AdcTable
from xpert_evo.hardware.components.measured import ColumnMuxFigures
from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.process.technology import NODES, Technology, technology
from xpert_evo.hardware.switches import NETWORK_MODELS, NetworkModel, Switches
from xpert_evo.strict import Strict

NOMINAL_CLOCK_HZ = 1e9  # f0
USUAL_ENCODINGS: dict[NetworkModel, WeightEncoding] = {"chip": "differential", "xpertsim": "offset"}
_FOLDER = Path(__file__).parent / "presets"


class HardwarePreset(Strict):
    """The content of a preset file."""

    name: str = Field(min_length=1, max_length=64)
    network_model: NetworkModel = Field(default="chip", description="how layers are put on chips")
    weight_encoding: WeightEncoding = Field(
        description="how signed weights are held in cells; default: offset, the original's, for xpertsim, else "
        "differential"
    )
    memory: Literal["rram", "sram"]
    tech_node_nm: int = Field(description="process node")
    crossbar_size: int = Field(ge=16, le=512, description="rows and columns of a crossbar")
    bits_per_cell: Literal[1, 2, 3, 4, 8]
    on_resistance_ohm: float = Field(default=6000.0, ge=1, le=1e12, description="of an RRAM cell")
    on_off_ratio: float = Field(default=150.0, gt=1, le=1e9, description="of an RRAM cell's resistances")
    read_voltage_v: float = Field(default=0.5, ge=0.01, le=1)
    access_voltage_v: float = Field(default=1.1, ge=0.01, le=2, description="at the gates of RRAM access transistors")
    crossbars_per_pe: int = Field(default=16, description="a square number; what the filler layer doesn't decide")
    pes_per_tile: int = Field(default=4, description="a square number; what the filler layer doesn't decide")
    largest_bus_bits: int = Field(
        default=2048, ge=64, le=2**20, description="width up to which the chip's bus may grow"
    )
    tile_sums_per_cycle: int = Field(
        default=1,
        ge=1,
        le=64,
        description="sums of a column of PEs that a tile's output buffer takes and gives a cycle",
    )
    digital_clock_hz: float | None = Field(
        default=None,
        ge=1e3,
        le=1e10,
        description="of a digital clock of its own; default: as an 8-bit addition allows",
    )
    wire_resistance: bool = Field(
        default=False, description="whether the wires of an RRAM array's columns resist, for accuracy"
    )
    cell_variation: float = Field(default=0.0, ge=0, le=1, description="deviation of cells' conductances, a share")
    mirror_mismatch: float = Field(
        default=0.0, ge=0, le=1, description="deviation of the gain of mirrors that subtract currents, a share"
    )
    cell_read_energy_fj: float | None = Field(
        default=None,
        ge=0,
        le=1e9,
        description="of a cell whose row is active, a conversion; default: by its conductance and the ADC's time",
    )
    buffer_energy_fj_per_bit: float | None = Field(
        default=None,
        ge=0,
        le=1e9,
        description="of a bit read from or written to a buffer of a tile or of the chip; default: a register file's",
    )
    column_mux: ColumnMuxFigures | None = Field(
        default=None, description="switches between columns and ADCs; default: transmission gates"
    )
    adc: dict[AdcTypeName, AdcTable] = Field(
        default={}, description="ADCs beside the models of flash and SAR ones, tables [adc.NAME] of figures"
    )
    switches: Switches = Field(description="how the network model differs from its usual form")

    def __hash__(self) -> int:  # tables can't be hashed; presets with the same of this are rare
        return hash((self.name, self.network_model, self.weight_encoding, self.crossbar_size, self.bits_per_cell))

    @field_validator("adc")
    @classmethod
    def _of_another_name(cls, adc: dict[str, AdcTable]) -> dict[str, AdcTable]:
        taken = [name for name in adc if name in ADC_TYPES]
        if taken:
            raise ValueError(f"{taken[0]} is the name of a model; a table wants another one")
        return adc

    @model_validator(mode="before")
    @classmethod
    def _usual_for_the_network_model(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        network_model = content.get("network_model", "chip")
        usual = NETWORK_MODELS.get(network_model)
        if usual is None:
            return content
        switches = content.get("switches", {})
        if isinstance(switches, dict):
            switches = {**usual.model_dump(), **switches}
        return {"weight_encoding": USUAL_ENCODINGS[network_model], **content, "switches": switches}

    @model_validator(mode="after")
    def _within_the_specification(self) -> HardwarePreset:
        if self.tech_node_nm not in NODES:
            raise ValueError(f"tech_node_nm: {self.tech_node_nm} is not modelled; valid are {list(NODES)}")
        if self.crossbar_size & (self.crossbar_size - 1):
            raise ValueError(f"crossbar_size: {self.crossbar_size} is no power of two")
        if self.memory == "sram" and self.bits_per_cell != 1:
            raise ValueError(f"bits_per_cell: an SRAM cell holds 1 bit, not {self.bits_per_cell}")
        if self.memory == "sram" and self.wire_resistance:
            raise ValueError("wire_resistance: an SRAM's wires aren't modelled; false is valid")
        if self.bits_per_cell < self.encoding.least_bits_per_cell:
            raise ValueError(
                f"bits_per_cell: {self.weight_encoding} needs at least {self.encoding.least_bits_per_cell} bits a cell"
            )
        for key in ("crossbars_per_pe", "pes_per_tile"):
            value = getattr(self, key)
            if value not in (1, 4, 16, 64):
                raise ValueError(f"{key}: {value} is not modelled; valid are 1, 4, 16, 64")
        return self

    def with_array(self, crossbar_size: int, bits_per_cell: int, crossbars_per_tile: int) -> HardwarePreset:
        """The same chip with another array; 0 leaves a value as it is.

        Where filler layers shape tiles, as in `xpertsim`, the crossbars of a tile are of no account.

        Raises:
            InputError: the memory can't be like that.
        """
        changes: dict[str, Any] = {}
        if crossbar_size:
            changes["crossbar_size"] = crossbar_size
        if bits_per_cell:
            changes["bits_per_cell"] = bits_per_cell
        if crossbars_per_tile and not self.switches.filler_layer:
            changes["crossbars_per_pe"] = crossbars_per_tile // self.pes_per_tile
        try:
            return HardwarePreset.model_validate({**self.model_dump(), **changes})
        except ValidationError as error:
            raise InputError(describe_validation_error(error, "array")) from error

    @property
    def adc_names(self) -> tuple[str, ...]:
        """Of all ADCs, in the order of their positions."""
        return adc_names_of(self.adc)

    def adc_bits(self, name: str) -> tuple[int, ...]:
        """Precisions of one of its ADCs."""
        return tuple(self.adc[name].bits if name in self.adc else MODELLED_ADC_BITS)

    def unknown_adc(self, name: str) -> str:
        """What is wrong with the name of an ADC that the chip doesn't have."""
        names = self.adc_names
        return (
            f"{name} is no ADC of hardware preset {self.name}; valid are {', '.join(names)}{did_you_mean(name, names)}"
        )

    def wrong_adc_bits(self, name: str, bits: int) -> str:
        """What is wrong with a precision that one of its ADCs doesn't have."""
        valid = self.adc_bits(name)
        if name in self.adc:
            return f"{bits} isn't in the table of {name} ADCs; valid are {', '.join(map(str, valid))}"
        return f"{bits} is outside what is modelled of {name} ADCs; valid are {valid[0]} to {valid[-1]}"

    def adc_fault(self, name: str, bits: int) -> str | None:
        """The gene, and what is wrong with it, where the chip has no such ADC of such a precision."""
        if name not in self.adc_names:
            return f"adc_type: {self.unknown_adc(name)}"
        return None if bits in self.adc_bits(name) else f"adc_bits: {self.wrong_adc_bits(name, bits)}"

    @property
    def technology(self) -> Technology:
        """The process node."""
        return technology(self.tech_node_nm)

    @property
    def encoding(self) -> Encoding:
        """How signed weights are held."""
        return ENCODINGS[self.weight_encoding]

    def weight_cells(self, weight_bits: int) -> WeightCells:
        """How weights of a precision lie in the cells."""
        return weight_cells(self.weight_encoding, weight_bits, self.bits_per_cell)

    def cells_per_weight(self, weight_bits: Counts) -> Counts:
        """n_c, digits of a weight: one conversion each."""
        return self.encoding.cells_per_weight(weight_bits, self.bits_per_cell)

    def columns_per_weight(self, weight_bits: Counts) -> Counts:
        """Columns of the cell matrix that a weight takes."""
        return self.cells_per_weight(weight_bits) * self.encoding.columns_per_conversion

    @property
    def array_columns(self) -> int:
        """Columns of a crossbar, with its reference column where it has one."""
        return self.crossbar_size + self.encoding.reference_columns

    @property
    def conversions(self) -> int:
        """Of a crossbar and bit vector: its columns, or pairs of columns."""
        return self.crossbar_size // self.encoding.columns_per_conversion

    def adcs(self, sharing: np.ndarray) -> np.ndarray:
        """Of a crossbar, so many that every column is converted: the last one has fewer where `sharing` doesn't divide
        the conversions."""
        return np.asarray(-(-self.conversions // sharing))

    def adcs_under(self, cells: np.ndarray, sharing: np.ndarray) -> np.ndarray:
        """Below so many columns, a multiple of a crossbar's."""
        return np.asarray(cells // self.crossbar_size * self.adcs(sharing))

    @property
    def pe_cells(self) -> int:
        """P, cells a side of a PE that no filler layer shapes."""
        return math.isqrt(self.crossbars_per_pe) * self.crossbar_size

    @property
    def tile_cells(self) -> int:
        """T, cells a side of a tile that no filler layer shapes."""
        return math.isqrt(self.pes_per_tile) * self.pe_cells

    @property
    def has_digital_clock(self) -> bool:
        """Whether digital circuits have a clock of their own."""
        return self.switches.digital_clock == "own"

    @property
    def rounding_clock_hz(self) -> float:
        """f, at which digital delays are rounded up to cycles."""
        return self.own_clock_hz if self.has_digital_clock else NOMINAL_CLOCK_HZ

    @property
    def own_clock_hz(self) -> float:
        """Of the digital clock: as given, else in steps of 0.1 GHz up to 1 GHz what an 8-bit addition allows."""
        if self.digital_clock_hz is not None:
            return self.digital_clock_hz
        allowed = 1 / float(standard_cells(self.technology).adder_delay_s(WEIGHT_BITS))
        return min(NOMINAL_CLOCK_HZ, math.floor(allowed / 1e8) * 1e8)

    def digital_period_s(self, sensing_clock_s: np.ndarray) -> np.ndarray:
        """How long a digital cycle lasts beside sensing cycles of that length."""
        return np.full_like(sensing_clock_s, 1 / self.own_clock_hz) if self.has_digital_clock else sensing_clock_s

    def accumulations(self, sharing: np.ndarray, cells_per_weight: np.ndarray) -> np.ndarray:
        """Sums of whole weights an ADC delivers per bit vector: m / n_c, rounded as the switch says."""
        if self.switches.accumulation_rounding == "ceil":
            return np.asarray(-(-sharing // cells_per_weight))
        return np.asarray(sharing // cells_per_weight)

    def addition_cycles(self, bits: np.ndarray) -> np.ndarray:
        """Of one shift-add of so many bits: one, or what the digital clock makes of the adder's delay."""
        if not self.has_digital_clock:
            return np.ones(np.shape(bits))
        return np.ceil(standard_cells(self.technology).adder_delay_s(bits) * self.own_clock_hz)

    @property
    def off_resistance_ohm(self) -> float:
        """Of an RRAM cell."""
        return self.on_resistance_ohm * self.on_off_ratio


def preset_names() -> list[str]:
    """Names of the presets that come with the package, the default first."""
    names = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    return sorted(names, key=lambda name: name != "xpert-rram")


def load_preset(
    preset: str | Path | Mapping[str, Any],
    network_model: NetworkModel | None = None,
    weight_encoding: WeightEncoding | None = None,
) -> HardwarePreset:
    """A preset by its name, from a TOML file, or of such a file's content.

    Args:
        network_model: in place of the preset's; switches that the preset sets stay as they are.
        weight_encoding: in place of the preset's, or of the network model's usual one.

    Raises:
        InputError: there is no such preset or file, or a key or value in it is wrong.
    """
    known = isinstance(preset, Mapping)
    content = dict(preset) if isinstance(preset, Mapping) else preset_content(preset)
    chosen = {"network_model": network_model, "weight_encoding": weight_encoding}
    try:
        return HardwarePreset.model_validate({**content, **{key: value for key, value in chosen.items() if value}})
    except ValidationError as error:
        where = "hardware preset" if known else str(preset)
        raise InputError(describe_validation_error(error, where, HardwarePreset)) from error


def preset_content(preset: str | Path) -> dict[str, Any]:
    """What the file of a preset holds.

    Raises:
        InputError: there is no such preset or file, or it isn't TOML.
    """
    path = Path(preset)
    if str(preset) in preset_names():
        path = _FOLDER / f"{preset}.toml"
    elif path.suffix != ".toml" or not path.is_file():
        raise InputError(
            f"hardware preset {in_short(repr(str(preset)))} is unknown; valid are {', '.join(preset_names())}, or the "
            f"path of a .toml file{did_you_mean(str(preset), preset_names())}"
        )
    return read_toml(path, "a hardware preset (TOML)")
