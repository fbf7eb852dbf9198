"""What accuracy estimation is told: the array, the training loop's budget and the proxy's. Loads no torch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from xpert_evo.design.design import Design
from xpert_evo.design.encodings import WeightCells, WeightEncoding, weight_cells
from xpert_evo.errors import did_you_mean, in_short
from xpert_evo.strict import Strict

ESTIMATORS = ("training", "fine-tuning", "supernet")  # that come with the package
_OWN = re.compile(r"[\w.]+:[\w.<>]+(?:\([^()\n]{0,200}\))?")  # of a user's own; in parentheses what it says it is
Fidelity = Literal["noise", "folded"]  # what stands for the ADCs where gradients are wanted


@dataclass(frozen=True)
class Compute:
    """Where one network is trained.

    Attributes:
        device: cpu, cuda or mps.
        threads: torch threads, on which results depend in the last bits.
    """

    device: str = "cpu"
    threads: int = 1


class ArrayShape(Strict):
    """How weights are held on crossbars, as far as accuracy depends on it; from the hardware preset."""

    crossbar_size: int = Field(default=64, ge=1, le=4096, description="rows of a crossbar")
    bits_per_cell: int = Field(default=4, ge=1, le=8, description="bits that one memory cell holds")
    weight_encoding: WeightEncoding = Field(default="offset", description="how signed weights are held")
    wire_per_cell: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="resistance of a column's wire from one cell to the next, a share of a cell's least; 0: none",
    )
    off_share: float = Field(
        default=0.0, ge=0, lt=1, description="conductance of a cell that holds zero, a share of its largest"
    )

    def to_json(self) -> dict[str, Any]:
        """Plain values; of an array whose wires don't resist those that it had before wires were thought of."""
        wires = set() if self.wire_per_cell else {"wire_per_cell", "off_share"}
        return self.model_dump(mode="json", exclude=wires)

    def of(self, design: Design) -> ArrayShape:
        """The same with what the design chooses for itself."""
        chosen = design.array.model_dump(include={"crossbar_size", "bits_per_cell"}) if design.array else {}
        return self.model_copy(update={key: value for key, value in chosen.items() if value is not None})

    def weight_cells(self, weight_bits: int) -> WeightCells:
        """How weights of a precision lie in the cells."""
        return weight_cells(self.weight_encoding, weight_bits, self.bits_per_cell)


class DeviceSpread(Strict):
    """How the devices of manufactured chips deviate; from the hardware preset."""

    cell_variation: float = Field(ge=0, le=1, description="deviation of cells' conductances, a share")
    mirror_mismatch: float = Field(ge=0, le=1, description="deviation of the gain of subtracting mirrors, a share")
    on_off_ratio: float = Field(gt=1, le=1e9, description="of a cell's conductances")


class TrainingSettings(Strict):
    """The training loop: Muon on a one-cycle schedule, the ADCs in the loop."""

    epochs: int = Field(default=60, ge=1, le=10_000, description="passes over the training images")
    float_epochs: int = Field(
        default=0, ge=0, le=10_000, description="first epochs, without quantisation, noise and ADCs"
    )
    batch_size: int = Field(default=128, ge=2, le=65_536, description="images a step")
    learning_rate: float = Field(default=0.05, gt=0, le=100, description="peak of the one-cycle schedule")
    warmup: float = Field(default=0.3, gt=0, lt=1, description="share of the steps before the peak")
    momentum: float = Field(default=0.9, ge=0, lt=1, description="Nesterov momentum")
    fidelity: Fidelity = Field(default="noise", description="what stands for the ADCs in the forward pass")
    bfloat16: bool = Field(
        default=False,
        description="training steps compute in bfloat16 where the processor multiplies matrices in it, which is faster",
    )
    device_variation: bool = Field(default=False, description="devices vary in every pass, as the preset says")
    label_smoothing: float = Field(default=0.1, ge=0, lt=1, description="of the cross-entropy loss")
    crop_padding: int = Field(
        default=4, ge=0, le=64, description="pixels by which random crops move, 0 for none; edges are reflected"
    )
    cutout: int = Field(
        default=0, ge=0, le=256, description="side of a patch that hides a part of every image, in pixels; 0 for none"
    )
    calibration_images: int = Field(
        default=128, ge=2, le=4096, description="training images on which the ADCs' ranges are calibrated"
    )

    @model_validator(mode="after")
    def _adcs_are_in_the_loop(self) -> Self:
        if self.float_epochs >= self.epochs:
            raise ValueError(f"float_epochs: {self.float_epochs}; fewer than the {self.epochs} epochs are wanted")
        if self.bfloat16 and self.fidelity == "folded":
            raise ValueError("bfloat16: true; folded sums are whole numbers above 256, which it can't hold: use false")
        return self


class ProxySettings(TrainingSettings):
    """The table [proxy]: the short training that stands for a design's accuracy in a search."""

    estimator: str = Field(
        default="training",
        description="training: every design from scratch; fine-tuning: from weights that its depths share; supernet: "
        "from weights that all designs of a run share, without a training of its own; MODULE:CLASS: one of your own, "
        "whose code is run",
        json_schema_extra={"anyOf": [{"enum": list(ESTIMATORS)}, {"type": "string"}]},
    )
    fine_tune_epochs: int = Field(
        default=1,
        ge=0,
        le=10_000,
        description="passes of fine-tuning over the images; 0 scores shared weights as they are",
    )
    fine_tune_learning_rate: float = Field(default=0.01, gt=0, le=100, description="peak of its schedule")
    supernet_epochs: int = Field(
        default=10, ge=1, le=10_000, description="passes over the images that train the weights all designs share"
    )
    train_images: int = Field(default=12_000, ge=2, le=100_000_000, description="training images")
    validation_images: int = Field(
        default=5_000, ge=2, le=100_000_000, description="held-out training images that are scored"
    )
    resolution: int = Field(default=16, ge=1, le=1024, description="image side that the proxy trains at")
    width_factor: float = Field(default=0.25, gt=0, le=1, description="share of each layer's channels it trains")
    least_channels: int = Field(
        default=1, ge=1, le=4096, description="that it trains of each layer, where there are so many"
    )
    epochs: int = Field(default=3, ge=1, le=10_000, description="passes over the training images")
    crop_padding: int = Field(
        default=0, ge=0, le=64, description="as in full training; a few epochs are better off without"
    )

    @field_validator("estimator")
    @classmethod
    def _known(cls, estimator: str) -> str:
        if estimator not in ESTIMATORS and not _OWN.fullmatch(estimator):
            raise ValueError(
                f"{in_short(repr(estimator))} is unknown; valid are {', '.join(ESTIMATORS)}, or MODULE:CLASS of your "
                f"own{did_you_mean(estimator, ESTIMATORS)}"
            )
        return estimator

    @property
    def is_own(self) -> bool:
        """Whether accuracies are by an estimator of the user's own, which the other settings are nothing to."""
        return self.estimator not in ESTIMATORS

    @model_validator(mode="after")
    def _fits_a_supernet(self) -> Self:
        if self.estimator == "supernet" and self.float_epochs:
            raise ValueError(
                f"float_epochs: {self.float_epochs}; a supernet is trained with the ADCs in the loop, 0 is valid"
            )
        if self.estimator == "supernet" and self.bfloat16:
            raise ValueError("bfloat16: a supernet is trained in float32, false is valid")
        return self
