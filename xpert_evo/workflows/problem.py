"""Problem files: composes the rooms' own settings into one Problem and words what is wrong with a file."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, ProxySettings
from xpert_evo.analysis.front import Labels
from xpert_evo.data import dataset_info
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.design.space import SearchSpace, SpaceSettings
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NetworkModel
from xpert_evo.search.sampling import modelled_baselines
from xpert_evo.search.settings import SearchSettings


class HardwareSettings(BaseModel):
    """The table [hardware]: which chip costs are counted for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: str = Field(default="xpert-rram", description="a preset's name or the path of a TOML file")
    network_model: NetworkModel = "chip"
    weight_encoding: WeightEncoding | None = Field(default=None, description="in place of the preset's own")

    def load(self) -> HardwareModel:
        """The chip that is named.

        Raises:
            InputError: there is no such preset, its file is wrong, or it can't be built so.
        """
        return HardwareModel.from_preset(self.preset, self.network_model, self.weight_encoding)


class Problem(BaseModel):
    """Everything that determines a search but its seed; the content of a resolved problem file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["xpert-evo/problem-1"]
    dataset: str
    backbone: str = "vgg16"
    preset: str | None = None
    space: SpaceSettings = SpaceSettings()
    hardware: HardwareSettings = HardwareSettings()
    proxy: ProxySettings
    search: SearchSettings = SearchSettings()

    @model_validator(mode="after")
    def _fits_together(self) -> Problem:
        self.search_space()
        return self

    def search_space(self) -> SearchSpace:
        """The space of this problem's backbone and data set."""
        info = dataset_info(self.dataset)
        return SearchSpace.build(
            self.space,
            backbone_name=self.backbone,
            image_size=info.image_size,
            image_channels=info.image_channels,
            classes=info.classes,
        )

    def with_proxy(self, **changes: Any) -> Problem:
        """The same problem with another proxy."""
        return self.model_copy(update={"proxy": self.proxy.model_copy(update=changes)})

    def labels(self) -> Labels:
        """What this problem's figures are valid for."""
        hardware = self.hardware.load()
        return Labels(
            dataset=self.dataset,
            hardware_preset=hardware.name,
            network_model=hardware.network_model,
            weight_encoding=hardware.weight_encoding,
            activity="default",
            estimator=self.proxy.estimator,
        )

    def encoding_costs(self) -> dict[str, float]:
        """EDAP of the baselines, of what it is with the offset encoding, by ADC type; nothing where that is theirs."""
        hardware = self.hardware.load()
        if hardware.weight_encoding == "offset":
            return {}
        offset = self.hardware.model_copy(update={"weight_encoding": "offset"}).load()
        kinds, references = modelled_baselines(self.search_space(), hardware)
        costs = hardware.evaluate(references).edap_pj_ns_um2 / offset.evaluate(references).edap_pj_ns_um2
        return dict(zip(kinds, costs.tolist(), strict=True))


def array_shape(hardware: HardwareModel) -> ArrayShape:
    """What accuracy needs to know of a chip's crossbars."""
    return ArrayShape(
        crossbar_size=hardware.crossbar_size,
        bits_per_cell=hardware.bits_per_cell,
        weight_encoding=hardware.weight_encoding,
    )


def device_spread(hardware: HardwareModel) -> DeviceSpread:
    """How a chip's devices deviate."""
    preset = hardware.preset
    return DeviceSpread(
        cell_variation=preset.cell_variation,
        mirror_mismatch=preset.mirror_mismatch,
        on_off_ratio=preset.on_off_ratio,
    )


def load_problem(path: str | Path, *, preset: str | None = None, overrides: tuple[str, ...] = ()) -> Problem:
    """Reads a problem file, lays one of its presets over it and then single keys.

    Args:
        path: TOML file. Its tables [presets.NAME...] hold what a preset changes; the first one is the
            default.
        preset: name of a preset.
        overrides: "table.key=value" with a TOML value (a bare word is taken as a string).

    Raises:
        InputError: the file is missing or no TOML, a key is unknown or a value is wrong.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; a problem file (TOML) is wanted") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML ({error})") from error
    presets = content.pop("presets", {})
    if not isinstance(presets, dict) or not all(isinstance(table, dict) for table in presets.values()):
        raise InputError(f"{path}: presets: tables [presets.NAME] are wanted")
    if preset is not None and preset not in presets:
        valid = ", ".join(presets) or "none in this file"
        raise InputError(f"{path}: presets: {preset!r} is unknown; valid are {valid}")
    if presets:
        content["preset"] = preset or next(iter(presets))
        content = merged(content, presets[content["preset"]])
    for text in overrides:
        content = merged(content, _override(text))
    try:
        return Problem.model_validate(content)
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path))) from error


def resolved_toml(problem: Problem) -> str:
    """The problem with all its defaults, as TOML that `load_problem` reads back to an equal Problem."""
    return tomli_w.dumps(problem.model_dump(mode="json", exclude_none=True))


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `change` laid over it, table by table; neither is altered."""
    result = copy.copy(base)
    for key, value in change.items():
        both_tables = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both_tables else value
    return result


def _override(text: str) -> dict[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set {text}: write KEY=VALUE, such as search.population=24")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value
    for part in reversed(key.strip().split(".")):
        parsed = {part: parsed}
    return parsed
