"""Layers repeat: whatever depends on a few discrete values is computed once for each distinct combination."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from xpert_evo.hardware.process.technology import Technology

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


def distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of values.

    Args:
        columns: non-negative integers, (N,) each; the product of their largest values fits in 63 bits.

    Returns:
        Positions of one layer of each combination (U,), and the combination of every layer (N,).
    """
    key = np.zeros(columns[0].shape, dtype=np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
    _, first, combination = np.unique(key, return_index=True, return_inverse=True)
    return first, combination.reshape(-1)


def taken(record: Record, positions: np.ndarray) -> Record:
    """A dataclass with every array in it, however deep, taken at some positions; scalars stay."""

    def of(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.ndim:
            return np.take(value, positions)
        nested = is_dataclass(value) and not isinstance(value, type | Technology)
        return taken(value, positions) if nested else value

    values = {field.name: of(getattr(record, field.name)) for field in fields(record)}
    return replace(record, **values)


def put_together(parts: list[tuple[np.ndarray, Record]]) -> Record:
    """Dataclasses of arrays for some rows each, as one for all rows; the arrays in them may be dataclasses again."""
    if len(parts) == 1:
        return parts[0][1]
    count = sum(len(rows) for rows, _ in parts)
    first = parts[0][1]
    values: dict[str, Any] = {}
    for field in fields(first):
        pieces = [(rows, getattr(record, field.name)) for rows, record in parts]
        if is_dataclass(pieces[0][1]):
            values[field.name] = put_together(pieces)
            continue
        whole = np.empty((count, *pieces[0][1].shape[1:]))
        for rows, piece in pieces:
            whole[rows] = piece
        values[field.name] = whole
    return replace(first, **values)
