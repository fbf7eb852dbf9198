"""What designs are judged by beside their accuracy: the hardware's metrics, and functions of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from xpert_evo.design.designs import Designs
from xpert_evo.errors import InputError, in_short
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.quantities import ERROR, QUANTITIES
from xpert_evo.search.records.evaluations import METRIC_COLUMNS
from xpert_evo.search.settings import SearchSettings

# Of a table with a row a design and a column for each of `QUANTITIES`: a number a row, to be small
Function = Callable[[pd.DataFrame], Any]
Extra = Mapping[str, Function]  # figures that aren't among `METRIC_COLUMNS`, by name
NO_EXTRA: Extra = MappingProxyType({})


def extra_names(settings: SearchSettings) -> tuple[str, ...]:
    """What objectives and constraints name beside `METRIC_COLUMNS` and accuracies."""
    return tuple(name for name in settings.judged_by() if name not in (*METRIC_COLUMNS, ERROR, "accuracy"))


def extra_figures(settings: SearchSettings, functions: Mapping[str, Function]) -> dict[str, Function]:
    """The same with what gives them: functions of the user's, or a column of their table.

    Args:
        functions: all that `settings.functions` names.
    """
    return {name: functions.get(name) or itemgetter(name) for name in extra_names(settings)}


def hardware_columns(hardware: HardwareModel, designs: Designs, extra: Extra = NO_EXTRA) -> dict[str, np.ndarray]:
    """All of `QUANTITIES`, and what is `extra`, float64 (P,) each.

    Raises:
        InputError: a function fails, or gives something else than a finite number a row.
    """
    metrics = hardware.evaluate(designs)
    sizes = {"macs": designs.macs().astype(float), "parameters": designs.parameters().astype(float)}
    columns = {name: sizes[name] if name in sizes else getattr(metrics, name) for name in QUANTITIES}
    if not extra:
        return columns
    table = pd.DataFrame(columns)
    return columns | {name: _values(name, function, table) for name, function in extra.items()}


def _values(name: str, function: Function, table: pd.DataFrame) -> np.ndarray:
    try:
        values = np.asarray(function(table.copy()), dtype=float)
    except Exception as error:
        said = in_short(f"{type(error).__name__}: {error}", 200)
        raise InputError(
            f"search.functions.{name}: {said}; a function of the metrics table is wanted, whose columns are "
            f"{', '.join(QUANTITIES)}"
        ) from error
    if values.shape != (len(table),) or not np.isfinite(values).all():
        given = f"an array of shape {values.shape}" if values.shape != (len(table),) else "a number that isn't finite"
        raise InputError(f"search.functions.{name}: gives {given} for {len(table)} designs; finite numbers are wanted")
    return values
