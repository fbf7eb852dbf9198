"""The base of everything that is read from a file of the user's: no key unknown, no number that is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, get_args, get_origin

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

    @classmethod
    def keys_at(cls, place: Sequence[str | int], /) -> list[str]:
        """Keys of the table at a place in this one; numbers of a list and names of a user's own lead no deeper."""
        table: type[BaseModel] = cls
        for part in place:
            if str(part) in table.model_fields:
                tables = _tables(table, str(part))
                if len(tables) != 1:
                    return []
                (table,) = tables
        return list(table.model_fields)

    @classmethod
    def dotted_keys(cls) -> list[str]:
        """All keys of this table and of the tables in it, such as search.population; not those of tables in lists."""
        keys = []
        for name, field in cls.model_fields.items():
            several = get_origin(field.annotation) in (dict, list, tuple)
            inner = [table for table in _tables(cls, name) if issubclass(table, Strict) and not several]
            keys += [f"{name}.{key}" for table in inner for key in table.dotted_keys()] or [name]
        return keys


@cache
def _may_be_true(model: type[BaseModel], field: str) -> bool:
    return bool in _parts(model.model_fields[field].annotation)


def _parts(annotation: Any) -> set[Any]:
    """The types that an annotation is made of, itself included."""
    parts = {annotation} if isinstance(annotation, type) else set()
    return parts.union(*(_parts(part) for part in get_args(annotation)))


def _tables(model: type[BaseModel], field: str) -> set[type[BaseModel]]:
    """The tables that may stand at a key."""
    return {part for part in _parts(model.model_fields[field].annotation) if issubclass(part, BaseModel)}
