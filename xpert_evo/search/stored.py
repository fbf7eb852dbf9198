"""Rows of a store, looked at before anything is made of them: a store may come from a stranger, or be damaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from xpert_evo.design.designs import Design
from xpert_evo.errors import InputError, describe_validation_error, in_short

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
Fits = Callable[[pd.Series], pd.Series]


def _whole(least: int) -> Fits:
    return lambda values: (values % 1 == 0) & (values >= least)


def _positive(values: pd.Series) -> pd.Series:
    return values > 0


def _not_negative(values: pd.Series) -> pd.Series:
    return values >= 0


def _share(values: pd.Series) -> pd.Series:
    return values.between(0, 1)


ACCURACY_COLUMNS: dict[str, tuple[Fits, str]] = {
    "accuracy": (_share, "a number from 0 to 1"),
    "standard_error": (_not_negative, "a number from 0 on"),
    "images": (_whole(1), "a whole number from 1 on"),
    "seconds": (_not_negative, "a number from 0 on"),
}
_STATUS = ("ok", "failed", "lost")


def checked_evaluations(frame: pd.DataFrame, metrics: tuple[str, ...], path: Path) -> pd.DataFrame:
    """Evaluations as the store gives them, with the types that they should have.

    Raises:
        InputError: names the file, the row's number and the column.
    """
    whole = _whole(0), "a whole number from 0 on"
    wanted = {"number": whole, "generation": whole, "feasible": (_share, "0 or 1")}
    frame = _checked_numbers(frame, {**wanted, **dict.fromkeys(metrics, (_positive, "a number above 0"))}, path)
    texts = frame["id"].map(lambda value: isinstance(value, str) and bool(_ID.fullmatch(value)) and value.strip("."))
    _refuse(~texts.astype(bool), frame, "id", "letters, digits, dots, dashes and underscores, at most 64", path)
    for column in ("accuracy_key", "design"):
        _refuse(~frame[column].map(lambda value: isinstance(value, str)), frame, column, "a text", path)
    trained = frame["status"].notna()
    _refuse(trained & ~frame["status"].isin(_STATUS), frame, "status", "ok, failed or lost", path)
    return _checked_accuracies(frame, ("accuracy", "standard_error", "images"), path)


def checked_accuracies(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Accuracies, or trainings for longer, as the store gives them, with the types that they should have.

    Raises:
        InputError: names the file, the row and the column.
    """
    _refuse(~frame["key"].map(lambda value: isinstance(value, str)), frame, "key", "a text", path)
    _refuse(~frame["status"].isin(_STATUS), frame, "status", "ok, failed or lost", path)
    counted = "replicate" if "replicate" in frame else "epochs"
    frame = _checked_numbers(frame, {counted: (_whole(0), "a whole number from 0 on")}, path)
    return _checked_accuracies(frame, tuple(ACCURACY_COLUMNS), path)


def stored_designs(table: pd.DataFrame, path: Path | str = "the store") -> list[Design]:
    """The designs of evaluations, each of the id that stands beside it.

    Raises:
        InputError: names the row's number and what is wrong with the design.
    """
    designs = []
    for identity, text in zip(table["id"], table["design"], strict=True):
        where = f"{path}: evaluation {identity}"
        try:
            design = Design.model_validate_json(text)
        except ValidationError as error:
            raise InputError(describe_validation_error(error, where)) from error
        if design.id != identity:
            raise InputError(f"{where}: its design is {design.id}")
        designs.append(design)
    return designs


def _checked_accuracies(frame: pd.DataFrame, columns: tuple[str, ...], path: Path) -> pd.DataFrame:
    ok = frame["status"] == "ok"
    numbers = _checked_numbers(frame[ok], {name: ACCURACY_COLUMNS[name] for name in columns}, path)
    return frame.assign(**{name: numbers[name].reindex(frame.index) for name in columns})


def _checked_numbers(frame: pd.DataFrame, wanted: Mapping[str, tuple[Fits, str]], path: Path) -> pd.DataFrame:
    numbers: dict[str, Any] = {}
    for column, (fits, valid) in wanted.items():
        values = pd.to_numeric(frame[column], errors="coerce")
        _refuse(~(values.astype(float).map(np.isfinite) & fits(values)), frame, column, f"{valid} is wanted", path)
        numbers[column] = values
    return frame.assign(**numbers)


def _refuse(wrong: pd.Series, frame: pd.DataFrame, column: str, valid: str, path: Path) -> None:
    if wrong.any():
        row = frame[wrong].iloc[0]
        name = next(f"{key} {_shown(row[key])}" for key in ("number", "key") if key in frame)
        raise InputError(f"{path}: {name}: {column} is {_shown(row[column])}; {valid}")


def _shown(value: Any) -> str:
    return in_short(repr(value.item() if isinstance(value, np.generic) else value))
