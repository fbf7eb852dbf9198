"""The table [search] of a problem file, its objectives and constraints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from xpert_evo.errors import did_you_mean, in_short
from xpert_evo.hardware.quantities import ERROR, QUANTITIES
from xpert_evo.strict import Strict

OBJECTIVES = (ERROR, *QUANTITIES)
CONSTRAINED = ("accuracy", *OBJECTIVES)
NEED_ERROR = ("surrogate", "two-phase")  # algorithms that trade or predict accuracy

AlgorithmName = Literal["surrogate", "factored", "nsga2", "random", "two-phase"]
Mode = Literal["generation", "steady"]
DEFAULT_OBJECTIVES = (ERROR, "edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")
_FUNCTION = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = re.compile(  # columns that a run's tables have besides
    r"id|number|generation|feasible|accuracy_\w+|status|standard_error|images|seconds|repeats|knee|estimator|dataset|"
    r"network|hardware_preset|network_model|weight_encoding|activity|baseline|homogeneous|(?:repeated|promoted|on|holds)_\w+"
)
_CONSTRAINT = re.compile(r"^\s*(\w+)\s*(<=|>=)\s*(\S+)\s*$")


@dataclass(frozen=True)
class Constraint:
    """`metric <= bound` or `metric >= bound`."""

    metric: str
    at_most: bool
    bound: float

    @property
    def needs_training(self) -> bool:
        """Whether only a trained design tells if it holds."""
        return self.metric in ("accuracy", ERROR)


def parse_constraint(text: str, functions: Iterable[str] = ()) -> Constraint:
    """A constraint from its text, such as "area_um2 <= 5e7".

    Args:
        functions: names of the user's own, which stand beside the metrics.

    Raises:
        ValueError: no such form, an unknown metric, or a bound that is no positive number.
    """
    match = _CONSTRAINT.match(text)
    if not match:
        raise ValueError(f"{text!r} is no constraint; write METRIC <= NUMBER or METRIC >= NUMBER")
    metric, sign, number = match.groups()
    there = (*CONSTRAINED, *functions)
    if metric not in there:
        raise ValueError(f"{text!r}: {metric} is no metric; valid are {', '.join(there)}{did_you_mean(metric, there)}")
    try:
        bound = float(number)
    except ValueError:
        raise ValueError(f"{text!r}: {number} is no number") from None
    if not 0 < bound < float("inf"):
        raise ValueError(f"{text!r}: the bound must be above 0 and finite")
    return Constraint(metric, sign == "<=", bound)


class SurrogateSettings(Strict):
    """The table [search.surrogate]: how a predictor of accuracy chooses what is trained."""

    first: int = Field(
        default=8, ge=4, le=100_000, description="designs of the first generation, which nothing is known for"
    )
    batch: int = Field(default=4, ge=1, le=100_000, description="designs trained a generation")
    explorers: int = Field(
        default=1, ge=0, le=100_000, description="of these, those that the predictor knows least about"
    )
    candidates: int = Field(default=20_000, ge=1000, le=10_000_000, description="designs screened a generation")
    halving: int = Field(
        default=4,
        ge=2,
        le=100,
        description="of so many designs that are trained as long as one of search.fidelities one goes on to the next",
    )
    least_correlation: float = Field(
        default=0.3,
        ge=-1,
        le=1,
        description="Kendall's tau on unseen designs below which a generation is plain NSGA-II's",
    )


class TwoPhaseSettings(Strict):
    """The table [search.two_phase]: XPert's phases, the network and its peripherals, then the precisions."""

    area_um2: float = Field(default=5e7, gt=0, le=1e15, description="of the chip that the first phase looks for")
    tolerance: float = Field(default=0.05, gt=0, lt=1, description="by how much the area may differ, a share")
    share: float = Field(default=0.5, gt=0, lt=1, description="of all trainings, those of the first phase")
    slack: float = Field(
        default=0.02, ge=0, lt=1, description="accuracy that the fastest network may lack of the most accurate one's"
    )


_NAMES: dict[str, Any] = {"anyOf": [{"enum": list(OBJECTIVES)}, {"type": "string"}]}


class SearchSettings(Strict):
    """How designs evolve and when the search stops: by counts, never by the clock."""

    algorithm: AlgorithmName = Field(
        default="surrogate",
        description="surrogate: a predictor of accuracy screens what is trained, and genes that accuracy doesn't "
        "depend on are solved; factored: NSGA-II without the predictor; nsga2: over all genes; random; two-phase: "
        "XPert's phases",
    )
    mode: Mode = Field(
        default="generation",
        description="generation: designs are chosen and trained batch by batch, bit-for-bit repeatable; steady "
        "(algorithm surrogate): whenever a worker is free, by all that is known then, which hangs on what ends first",
    )
    fidelities: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(
        default=(),
        description="epochs of the trainings that a design goes through, rising, the last those of the proxy: many "
        "short ones choose which few become long, and the front is of the longest (algorithm surrogate); left out: "
        "every training is as long as the proxy's",
    )
    functions: dict[str, str] | None = Field(
        default=None,
        description="functions of your own that may be objectives and stand in constraints, NAME = MODULE:FUNCTION, "
        "whose code is run",
    )
    objectives: Annotated[tuple[Annotated[str, Field(json_schema_extra=_NAMES)], ...], Field(min_length=1)] = (
        DEFAULT_OBJECTIVES
    )
    constraints: tuple[str, ...] = ()
    population: int = Field(default=32, ge=4, le=100_000, description="designs that survive a generation")
    offspring: int = Field(default=16, ge=2, le=100_000, description="new designs a generation")
    trainings: int = Field(
        default=100, ge=1, le=10_000_000, description="distinct trainings after which no generation begins"
    )
    generations: int = Field(
        default=200, ge=1, le=10_000_000, description="generations after which the search stops at the latest"
    )
    confirm_seeds: int = Field(
        default=3, ge=0, le=1_000, description="fresh seeds with which the reported front is measured again"
    )
    rivals: int = Field(
        default=3,
        ge=0,
        le=1_000,
        description="homogeneous designs that are trained at the end: those that a predictor takes for the cheapest at "
        "accuracies of the front, so that the front isn't held against chance ones alone",
    )
    confirmation_images: int = Field(
        default=10_000,
        ge=0,
        le=100_000_000,
        description="training images, at most, that fresh seeds and promotions are scored on, of those that the proxy "
        "doesn't use: they chose nothing; where none is left, the search's own held-out images",
    )
    promoted: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="most valuable designs of the front, trained for longer at the end",
    )
    promotion_factor: int = Field(default=10, ge=2, le=1000, description="so many times the proxy's epochs")
    deadline_s: float | None = Field(
        default=None,
        gt=0,
        le=1e9,
        description="seconds after which a worker's training is ended and tried again; left out: 20 times the longest "
        "so far, at least 600",
    )
    surrogate: SurrogateSettings = SurrogateSettings()
    two_phase: TwoPhaseSettings = TwoPhaseSettings()

    @field_validator("functions")
    @classmethod
    def _named(cls, functions: dict[str, str] | None) -> dict[str, str] | None:
        for name in functions or {}:
            taken = name in CONSTRAINED or _TAKEN.fullmatch(name)
            if taken or not _FUNCTION.fullmatch(name):
                raise ValueError(
                    f"{in_short(repr(name))} can't be the name of a function: small letters, digits and underscores "
                    "are wanted, and no column that tables have already"
                )
        return functions

    @field_validator("objectives")
    @classmethod
    def _known(cls, objectives: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        there = (*OBJECTIVES, *(info.data.get("functions") or ()))
        for name in objectives:
            if name not in there:
                raise ValueError(
                    f"{in_short(repr(name))} is unknown; valid are {', '.join(there)}{did_you_mean(name, there)}"
                )
        if len(set(objectives)) != len(objectives):
            raise ValueError("an objective stands twice")
        return objectives

    @field_validator("constraints")
    @classmethod
    def _readable(cls, constraints: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for text in constraints:
            parse_constraint(text, info.data.get("functions") or ())
        return constraints

    @model_validator(mode="after")
    def _error_is_known(self) -> Self:
        if self.algorithm in NEED_ERROR and ERROR not in self.objectives:
            valid = ", ".join(name for name in get_args(AlgorithmName) if name not in NEED_ERROR)
            raise ValueError(
                f"algorithm {self.algorithm!r} trades accuracy, and '{ERROR}' isn't among the objectives; add it, or "
                f"choose one of the algorithms {valid}"
            )
        return self

    @model_validator(mode="after")
    def _steady_by_a_surrogate(self) -> Self:
        if self.mode == "steady" and self.algorithm != "surrogate":
            raise ValueError(f"mode is 'steady', which algorithm {self.algorithm!r} doesn't have; valid is 'surrogate'")
        return self

    @model_validator(mode="after")
    def _fidelities_rise(self) -> Self:
        if not self.fidelities:
            return self
        if len(self.fidelities) < 2 or list(self.fidelities) != sorted(set(self.fidelities)):
            raise ValueError(f"fidelities: {list(self.fidelities)}; two or more epochs are wanted, each above the last")
        if self.algorithm != "surrogate" or self.mode != "generation":
            raise ValueError(
                f"fidelities: {list(self.fidelities)}, which algorithm {self.algorithm!r}, mode {self.mode!r} doesn't "
                "have; valid are 'surrogate' and 'generation'"
            )
        return self

    def parsed_constraints(self) -> tuple[Constraint, ...]:
        """The constraints, parsed."""
        return tuple(parse_constraint(text, self.functions or ()) for text in self.constraints)

    def judged_by(self) -> tuple[str, ...]:
        """Metrics and functions that objectives and constraints name, each once."""
        return tuple(dict.fromkeys([*self.objectives, *(each.metric for each in self.parsed_constraints())]))
