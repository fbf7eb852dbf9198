"""What `simulate` prints of designs that come some at a time: JSON, or tables, those of metrics first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from xpert_evo.cli.simulated_tables import breakdown_sheets, metrics_sheet
from xpert_evo.cli.written import Printed


class SimulatedOutput:
    """Standard output of `simulate`; nothing is seen before all designs are simulated.

    Args:
        tables: whether tables of metrics are printed.
        breakdown: whether layers are printed as well.
        as_json: JSON in place of tables: a row a design, with its layers in it.
    """

    def __init__(self, *, tables: bool, breakdown: bool, as_json: bool) -> None:
        self._metrics, self._layers = Printed(), Printed("--layers-csv FILE has them all")
        self._tables, self._breakdown, self._as_json = tables, breakdown, as_json

    def __enter__(self) -> SimulatedOutput:
        return self

    def add(self, metrics: pd.DataFrame, layers: pd.DataFrame | None) -> None:
        """More designs, and all of their layers."""
        shown = layers if self._breakdown else None
        if self._as_json:
            self._metrics.add_rows(_with_layers(metrics, shown))
            return
        if self._tables:
            self._metrics.add_sheet(metrics_sheet(metrics))
        if shown is not None:
            for sheet in breakdown_sheets(shown, len(metrics)):
                self._layers.add_sheet(sheet)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._metrics.close(show=kind is None)
        if kind is None and self._tables and self._breakdown and not self._as_json:
            print()
        self._layers.close(show=kind is None)


def _with_layers(metrics: pd.DataFrame, layers: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    """A row a design; its breakdown, where there is one, under `layers`."""
    rows = json.loads(metrics.to_json(orient="records"))
    if layers is None:
        yield from rows
        return
    parts, each = json.loads(layers.to_json(orient="records")), len(layers) // len(metrics)
    for number, row in enumerate(rows):
        yield {**row, "layers": parts[number * each : (number + 1) * each]}
