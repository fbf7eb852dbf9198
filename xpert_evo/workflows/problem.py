"""Everything that determines a search: composes the settings of the rooms into one Problem."""

from __future__ import annotations

from itertools import product
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.analysis.front import Labels
from xpert_evo.data import DatasetInfo, ImageSettings, dataset_info, image_settings
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.settings import short_name
from xpert_evo.design.choices import SpaceSettings
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.network_file import read_network
from xpert_evo.design.networks.registry import USUAL_BACKBONE, backbone, title, with_network
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError, describe_validation_error
from xpert_evo.hardware.metrics import METRICS
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import preset_content, preset_names
from xpert_evo.hardware.switches import NetworkModel
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.objectives import plane_of
from xpert_evo.search.settings import SearchSettings
from xpert_evo.strict import Strict

_LISTENER = "listener"  # of a validation's context


class HardwareSettings(Strict):
    """The table [hardware]: which chip costs are counted for.

    What the preset's file holds is read once and becomes part of the problem, so that a run means the same wherever its
    folder is, and whatever becomes of the file.
    """

    preset: str = Field(default="xpert-rram", max_length=4096, description="a preset's name or the path of a TOML file")
    network_model: NetworkModel = "chip"
    weight_encoding: WeightEncoding | None = Field(default=None, description="in place of the preset's own")
    content: dict[str, Any] = Field(default={}, validate_default=True, description="of the preset's file")

    @field_validator("content")
    @classmethod
    def _read(cls, content: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        preset = info.data.get("preset", "xpert-rram")
        renamed = preset in preset_names() and content.get("name") != preset  # by somebody who wants another of ours
        return preset_content(preset) if renamed or not content else content

    @model_validator(mode="after")
    def _can_be_built(self) -> HardwareSettings:
        self.load()
        return self

    def load(self) -> HardwareModel:
        """The chip that is named."""
        return HardwareModel.from_preset(self.content, self.network_model, self.weight_encoding)


class Problem(Strict):
    """Everything that determines a search but its seed; the content of a resolved problem file."""

    format: Literal["xpert-evo/problem-1"]
    dataset: str
    images: ImageSettings | None = Field(default=None, validate_default=True, description="images of the user's own")
    backbone: str | None = Field(default=None, description="the network, where it is one of ours; vgg16 by default")
    network: Network | None = Field(default=None, description="the path of a network file, in place of backbone")
    preset: str | None = None
    ranking: str = Field(
        default="",
        max_length=400,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="what is known of how well the accuracies rank designs, a sentence that a run's summary says; what "
        "is laid over a file and changes images, network or proxy takes it away",
    )
    space: SpaceSettings = SpaceSettings()
    hardware: HardwareSettings = HardwareSettings()
    proxy: ProxySettings
    search: SearchSettings = SearchSettings()

    @model_validator(mode="before")
    @classmethod
    def _usual_network(cls, content: Any) -> Any:
        return with_network(content)

    @field_validator("network", mode="before")
    @classmethod
    def _read_network(cls, network: Any) -> Any:
        """What a file holds becomes part of the problem, as a preset's content does."""
        return read_network(network) if isinstance(network, str) else network

    @field_validator("backbone")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        try:
            return name if name is None else backbone(name).name
        except InputError as error:
            raise ValueError(str(error).removeprefix("backbone: ")) from error

    @field_validator("images")
    @classmethod
    def _read(cls, images: ImageSettings | None, info: ValidationInfo) -> ImageSettings | None:
        listener = (info.context or {}).get(_LISTENER, NOBODY)
        return image_settings(info.data["dataset"], images, listener) if "dataset" in info.data else images

    @model_validator(mode="after")
    def _fits_together(self) -> Problem:
        if self.backbone is not None and self.network is not None:
            raise ValueError("backbone: a network of the user's own stands in network; one of the two is wanted")
        self._check_adcs(self.search_space())
        fidelities, proxy = self.search.fidelities, self.proxy
        if fidelities and fidelities[-1] != proxy.epochs:
            raise ValueError(
                f"search.fidelities: the last of {list(fidelities)} is to be proxy.epochs, which is {proxy.epochs}"
            )
        if fidelities and proxy.estimator in ("fine-tuning", "supernet"):
            raise ValueError(
                f"search.fidelities: proxy.estimator {proxy.estimator!r} has no trainings of their own to be shorter; "
                "valid is 'training'"
            )
        return self

    def _check_adcs(self, space: SearchSpace) -> None:
        """Whether the chip has every ADC of the space in every precision that it may have there."""
        preset = self.hardware.load().preset
        for layer in range(space.layers):
            table = f"space.layer.{layer + 1}" if layer + 1 in self.space.layer else "space"
            for kind, bits in product(space.choices(layer, "adc_type"), space.choices(layer, "adc_bits")):
                fault = preset.adc_fault(space.adc_names[kind], int(bits))
                if fault:
                    raise ValueError(f"{table}.{fault}")

    def image_info(self) -> DatasetInfo:
        """Facts about the images, which needn't be there."""
        return dataset_info(self.dataset, self.images)

    def graph(self) -> Network:
        """The network that is searched."""
        return self.network or backbone(self.backbone or USUAL_BACKBONE)

    def search_space(self) -> SearchSpace:
        """The space of this problem's network and data set, without choices that change nothing on its chip."""
        info = self.image_info()
        space = self.space.sharings_that_differ(self._most_conversions())
        if self._tiles_are_shaped():
            space = space.model_copy(update={"array": space.array.model_copy(update={"crossbars_per_tile": None})})
        return SearchSpace.build(
            space,
            network=self.graph(),
            image_size=info.image_size,
            image_channels=info.image_channels,
            classes=info.classes,
        )

    def remarks(self) -> list[str]:
        """What a person should know of the problem before it is searched, in words."""
        remarks = []
        if not any(name in ("error", "accuracy") for name in self.search.judged_by()):
            remarks.append(
                "neither error nor a constraint on accuracy is in search.objectives and search.constraints: accuracies "
                "are found and shown, and the smallest networks win"
            )
        if self.space.array.crossbars_per_tile and self._tiles_are_shaped():
            model = self.hardware.network_model
            remarks.append(f"crossbars_per_tile isn't searched: the filler layers of {model} shape tiles")
        most = self._most_conversions()
        kept = self.space.sharings_that_differ(most).column_sharing
        dropped = [str(sharing) for sharing in self.space.column_sharing if sharing not in kept]
        if dropped:
            remarks.append(
                f"column sharing {', '.join(dropped)} isn't searched: a crossbar has {most} conversions a bit vector, "
                f"so that it costs what {kept[-1]} does"
            )
        return remarks

    def _tiles_are_shaped(self) -> bool:
        """Whether filler layers decide how large tiles are."""
        return self.hardware.load().preset.switches.filler_layer

    def _most_conversions(self) -> int:
        """Of the largest crossbar that is searched."""
        hardware = self.hardware.load()
        sizes = self.space.array.crossbar_size or (hardware.crossbar_size,)
        return max(sizes) // hardware.preset.encoding.columns_per_conversion

    def with_proxy(self, **changes: Any) -> Problem:
        """The same problem with another proxy."""
        return self.model_copy(update={"proxy": self.proxy.model_copy(update=changes)})

    def with_accuracies_by(self, estimator: str, source: str) -> Problem:
        """The same problem whose accuracies are those of an estimator that `source` names, a run's file.

        Raises:
            InputError: it is no name of an estimator.
        """
        try:
            ProxySettings(estimator=estimator)
        except ValidationError as error:
            raise InputError(describe_validation_error(error, source)) from error
        return self.with_proxy(estimator=estimator)

    def labels(self) -> Labels:
        """What this problem's figures are valid for."""
        hardware = self.hardware.load()
        return Labels(
            dataset=self.dataset if self.images is None else short_name(self.dataset),
            network=title(self.graph()),
            hardware_preset=hardware.name,
            network_model=hardware.network_model,
            weight_encoding=hardware.weight_encoding,
            activity="default",
            estimator=self.proxy.estimator,
        )

    def encoding_costs(self) -> dict[str, float]:
        """What the baselines cost, of what they do with the offset encoding, by ADC type: EDAP, or what the search has
        in its place.

        Nothing where the offset encoding is theirs, or the cost is none of the chip's.
        """
        hardware, cost = self.hardware.load(), plane_of(self.search.objectives)[1]
        if hardware.weight_encoding == "offset" or cost not in METRICS:
            return {}
        offset = HardwareModel.from_preset(self.hardware.content, self.hardware.network_model, "offset")
        kinds, references = modelled_baselines(self.search_space(), hardware)
        own, others = (getattr(model.evaluate(references), cost) for model in (hardware, offset))
        return dict(zip(kinds, (own / others).tolist(), strict=True))


def reading(listener: ImageListener) -> dict[str, ImageListener]:
    """The context of a problem's validation, in which somebody hears how images of the user's own are read."""
    return {_LISTENER: listener}
