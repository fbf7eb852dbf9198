"""The base of everything that is read from a file of the user's: no key unknown, no number that is none."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


class Strict(BaseModel):
    """Refuses unknown keys, infinite numbers, and true or false where a number is wanted; can't be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        truths = [one for one in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(one, bool)]
        if truths and not _may_be_true(cls, str(info.field_name)):
            raise ValueError(f"{str(truths[0]).lower()} is no valid value; true and false are no numbers")
        return value


@cache
def _may_be_true(model: type[BaseModel], field: str) -> bool:
    return bool in _parts(model.model_fields[field].annotation)


def _parts(annotation: Any) -> set[Any]:
    """The types that an annotation is made of, itself included."""
    parts = {annotation} if isinstance(annotation, type) else set()
    return parts.union(*(_parts(part) for part in get_args(annotation)))
