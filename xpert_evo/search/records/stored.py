"""Rows of a store, looked at before anything is made of them: a store may come from a stranger, or be damaged.

There may be millions: they are read in portions, and held as arrays of numbers.
"""

from __future__ import annotations

import gc
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from xpert_evo.design.design import Design
from xpert_evo.errors import InputError, describe_validation_error, in_short

PORTION = 500  # rows that stand in memory as Python's objects: as many as a processor has near at hand

# A line an id, so that many are looked at at once.
_IDS = re.compile(r"(?:(?!\.+\n)[A-Za-z0-9._-]{1,64}\n)*")
Fits = Callable[[np.ndarray], np.ndarray]
Columns = dict[str, Sequence[Any]]


def _whole(least: int) -> Fits:
    return lambda values: (values % 1 == 0) & (values >= least)


def _positive(values: np.ndarray) -> np.ndarray:
    return values > 0


def _not_negative(values: np.ndarray) -> np.ndarray:
    return values >= 0


def _share(values: np.ndarray) -> np.ndarray:
    return (values >= 0) & (values <= 1)


def _zero_or_one(values: np.ndarray) -> np.ndarray:
    return (values == 0) | (values == 1)


ACCURACY_COLUMNS: dict[str, tuple[Fits, str]] = {
    "accuracy": (_share, "a number from 0 to 1"),
    "standard_error": (_not_negative, "a number from 0 on"),
    "images": (_whole(1), "a whole number from 1 on"),
    "seconds": (_not_negative, "a number from 0 on"),
}
_STATUS = ("ok", "failed", "lost")
_ONE_TEXT = {status: status for status in _STATUS}  # for all rows of a status
_WHOLE = _whole(0), "a whole number from 0 on"
_METRIC = _positive, "a number above 0"


def checked_evaluations(
    rows: sqlite3.Cursor, metrics: tuple[str, ...], known: Sequence[str], path: Path
) -> pd.DataFrame:
    """Evaluations as the store gives them, with the types that they should have.

    Args:
        rows: the columns number, generation, feasible, id, accuracy_key and `metrics`; in `design` the kind of value
            that stands for the design.
        known: accuracy keys.

    Returns:
        The columns but `design`, with `accuracy_row`, the place of a key among those that are known; -1: nowhere.

    Raises:
        InputError: names the file, the row's number and the column.
    """
    wanted = {"number": _WHOLE, "generation": _WHOLE, "feasible": (_zero_or_one, "0 or 1")}
    row_of, same_texts = dict(zip(known, range(len(known)), strict=True)), np.array([*known, None], dtype=object)
    parts: list[dict[str, Any]] = []
    for columns in _portions(rows):
        keys = _texts(columns, "accuracy_key", path)
        places = np.fromiter(map(row_of.get, keys, repeat(-1)), np.int64, len(keys))
        parts.append(
            {
                **{name: _numbers(columns, name, *fits, path).astype(np.int64) for name, fits in wanted.items()},
                "id": _checked_ids(columns, path),
                # Keys stand in memory once, however often they come.
                "accuracy_key": np.where(places < 0, np.array(keys, dtype=object), same_texts[places]),
                "accuracy_row": places,
                **{name: _numbers(columns, name, *_METRIC, path) for name in metrics},
            }
        )
        if set(columns["design"]) - {"text"}:
            _refuse([kind != "text" for kind in columns["design"]], columns, "design", "a text", path)
    return _joined(parts)


def checked_accuracies(rows: sqlite3.Cursor, path: Path) -> pd.DataFrame:
    """Accuracies, or trainings for longer, as the store gives them, with the types that they should have.

    Args:
        rows: key, replicate or epochs, status, and any of the other columns.

    Raises:
        InputError: names the file, the row and the column.
    """
    parts: list[dict[str, Any]] = []
    for columns in _portions(rows):
        keys = _texts(columns, "key", path)
        status = list(map(_ONE_TEXT.get, columns["status"]))
        _refuse([value is None for value in status], columns, "status", "ok, failed or lost", path)
        counted = "replicate" if "replicate" in columns else "epochs"
        ok = np.array([value == "ok" for value in status], dtype=bool)
        parts.append(
            {
                "key": keys,
                counted: _numbers(columns, counted, *_WHOLE, path).astype(np.int64),
                "status": status,
                **{
                    name: _numbers(columns, name, *fits, path, among=ok)
                    for name, fits in ACCURACY_COLUMNS.items()
                    if name in columns
                },
                **({"error": list(columns["error"])} if "error" in columns else {}),
            }
        )
    frame = _joined(parts)
    whole = len(frame) and frame["images"].notna().all()
    return frame.astype({"images": np.int64}) if whole else frame


def checked_metrics(rows: Sequence[Sequence[Any]], names: tuple[str, ...], path: Path) -> np.ndarray:
    """Metrics of evaluations whose number comes first in a row, float64 (N, metrics).

    Raises:
        InputError: names the file, the row's number and the column.
    """
    try:
        numbers = np.array(rows, dtype=float)[:, 1:]
    except (ValueError, TypeError):
        numbers = np.full((len(rows), len(names)), np.nan)
    if not (np.isfinite(numbers) & _positive(numbers)).all():
        columns = dict(zip(("number", *names), zip(*rows, strict=True), strict=True))
        numbers = np.stack([_numbers(columns, name, *_METRIC, path) for name in names], axis=1)
    return numbers


def stored_designs(rows: Iterable[tuple[str, Any]], path: Path) -> list[Design]:
    """The designs of evaluations, each of the id that stands beside it.

    Args:
        rows: ids and designs as JSON.

    Raises:
        InputError: names the evaluation's id and what is wrong with the design.
    """
    designs = []
    for identity, text in rows:
        where = f"{path}: evaluation {in_short(str(identity))}"
        try:
            design = Design.model_validate_json(text)
        except ValidationError as error:
            raise InputError(describe_validation_error(error, where)) from error
        if design.id != identity:
            raise InputError(f"{where}: its design is {design.id}")
        designs.append(design)
    return designs


def layers_differ(text: str) -> bool:
    """Whether a design's text says at first sight that its layers have different peripherals."""
    try:
        layers = json.loads(text)["layers"]
        return any({**layer, "channels": 0} != {**layers[0], "channels": 0} for layer in layers)
    except (ValueError, LookupError, TypeError):  # whoever parses it says what is wrong with it
        return False


def _portions(rows: sqlite3.Cursor) -> Iterator[Columns]:
    """At least one, which may be empty."""
    names, full = [name for name, *_ in rows.description], True
    with _no_circles():
        while full:
            portion = rows.fetchmany(PORTION)
            full = len(portion) == PORTION
            yield dict(zip(names, zip(*portion, strict=True) if portion else repeat(()), strict=False))


@contextmanager
def _no_circles() -> Iterator[None]:
    """Without the search for circles of objects: rows form none, and it would go through all of them time and again."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _joined(parts: list[dict[str, Any]]) -> pd.DataFrame:
    """Portions as one table."""

    def column(name: str) -> Any:
        values = [part[name] for part in parts]
        return np.concatenate(values) if isinstance(values[0], np.ndarray) else [one for some in values for one in some]

    return pd.DataFrame({name: column(name) for name in parts[0]})


def _numbers(
    columns: Mapping[str, Sequence[Any]],
    name: str,
    fits: Fits,
    valid: str,
    path: Path,
    *,
    among: np.ndarray | None = None,
) -> np.ndarray:
    """A column of finite numbers that fit, float64 (N,); nan for rows that aren't `among` those that count."""
    values = columns[name]
    try:
        numbers = np.fromiter(values, float, len(values))
    except (ValueError, TypeError):
        numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(float)
    right = np.isfinite(numbers)
    right[right] = fits(numbers[right])
    counting = np.ones(len(right), dtype=bool) if among is None else among
    _refuse(counting & ~right, columns, name, f"{valid} is wanted", path)
    return np.where(counting, numbers, np.nan)


def _texts(columns: Mapping[str, Sequence[Any]], name: str, path: Path) -> list[str]:
    values = columns[name]
    if set(map(type, values)) - {str}:
        _refuse([not isinstance(value, str) for value in values], columns, name, "a text", path)
    return list(values)


def _checked_ids(columns: Mapping[str, Sequence[Any]], path: Path) -> list[str]:
    values = columns["id"]
    if set(map(type, values)) - {str} or not _are_ids(values):
        wrong = [not isinstance(value, str) or not _are_ids([value]) for value in values]
        _refuse(wrong, columns, "id", "letters, digits, dots, dashes and underscores, at most 64", path)
    return list(values)


def _are_ids(values: Sequence[str]) -> bool:
    lines = "\n".join([*values, ""])
    return lines.count("\n") == len(values) and bool(_IDS.fullmatch(lines))


def _refuse(
    wrong: np.ndarray | list[bool], columns: Mapping[str, Sequence[Any]], column: str, valid: str, path: Path
) -> None:
    if np.any(wrong):
        row = int(np.argmax(wrong))
        name = next(f"{key} {_shown(columns[key][row])}" for key in ("number", "key") if key in columns)
        raise InputError(f"{path}: {name}: {column} is {_shown(columns[column][row])}; {valid}")


def _shown(value: Any) -> str:
    return in_short(repr(value))
