"""The page: what was searched, the fronts, the knee, how the search converged; it works without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from xpert_evo.analysis.breakdown import PANELS as QUANTITIES
from xpert_evo.analysis.breakdown import SHARED_LAYER, parts_of
from xpert_evo.analysis.front import Labels
from xpert_evo.analysis.indicators import DECADES
from xpert_evo.analysis.report.figures import breakdown_figure, convergence_figure, figure_html, front_figure
from xpert_evo.analysis.report.hover import UNITS, genes_in_short, plus_minus
from xpert_evo.analysis.summary import times
from xpert_evo.design.designs import GENES, Design
from xpert_evo.version import __version__

REPORT_FILE = "report.html"


@dataclass(frozen=True)
class Cell:
    """What a table shows, and the number that it is sorted by."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Report:
    """What a page is made of.

    Attributes:
        title: of the page.
        facts: what was searched and how, in words, by heading.
        sentences: what was found; see `analysis.summary.sentences`.
        table, front, baselines: see `analysis.front`.
        history: see `indicators.convergence`; None without a baseline.
        knee_layers: see `hardware.metrics.breakdown_frame`, of the knee; None without a feasible design.
        labels: what the figures are valid for.
    """

    title: str
    facts: Mapping[str, Mapping[str, str]]
    sentences: list[str]
    table: pd.DataFrame
    front: pd.DataFrame
    baselines: dict[str, str]
    history: pd.DataFrame | None
    knee_layers: pd.DataFrame | None
    labels: Labels


def write_report(report: Report, path: Path) -> None:
    """Writes the page; the same report gives the same page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    planes = {
        metric: front_figure(metric, report.table, report.front, report.baselines, legend=metric == "edap_pj_ns_um2")
        for metric in ("edap_pj_ns_um2", "tops_per_w", "tops_per_mm2")
    }
    figures = {metric: Markup(figure_html(figure, metric)) for metric, figure in planes.items()}
    if report.history is not None:
        figures["convergence"] = Markup(figure_html(convergence_figure(report.history), "convergence"))
    if report.knee_layers is not None:
        figures["breakdown"] = Markup(figure_html(breakdown_figure(report.knee_layers), "breakdown"))
    page = environment.get_template("page.html.jinja").render(
        report=report,
        figures=figures,
        front=front_cells(report.front, report.table),
        layers=layer_cells(report.knee_layers),
        decades=f"{10**DECADES:,.0f}",
        plotly=Markup(get_plotlyjs()),
        version=__version__,
    )
    path.write_text(page, encoding="utf-8")


def front_cells(front: pd.DataFrame, table: pd.DataFrame) -> list[dict[str, Cell]]:
    """The front as a table: column -> cell, a row a design."""
    designs = table.set_index("id")["design"]
    rows = []
    for _, row in front.iterrows():
        marks = [name for name, there in (("knee", row["knee"]), ("EDAP", row["on_error_edap_front"])) if there]
        cells = {
            "id": Cell(row["id"], row["id"]),
            "front": Cell(", ".join(marks), len(marks)),
            "proxy accuracy": Cell(plus_minus(row["accuracy"], row["standard_error"]), row["accuracy"]),
            "fresh seeds": Cell("–", -1.0),
        }
        if row["repeats"]:
            fresh = row["repeated_accuracy"]
            cells["fresh seeds"] = Cell(plus_minus(fresh, row["repeated_standard_error"]), fresh)
        if front["promoted_accuracy"].notna().any():
            cells[f"{front['promoted_epochs'].max():.0f} epochs"] = _promoted_cell(row)
        for metric, (name, scale) in UNITS.items():
            cells[name] = Cell(f"{row[metric] * scale:.3g}", row[metric])
        for column, name in _gain_columns(front).items():
            cells[name] = Cell("–" if pd.isna(row[column]) else times(row[column]), _number(row[column]))
        cells["genes"] = Cell(genes_in_short(Design.model_validate_json(designs[row["id"]])), "")
        rows.append(cells)
    return rows


def layer_cells(layers: pd.DataFrame | None) -> list[dict[str, str]]:
    """One design's layers: genes, tiles, and each quantity's share of the whole."""
    if layers is None:
        return []
    whole = {quantity: parts_of(layers, quantity).sum(axis=1) for quantity in QUANTITIES}
    rows = []
    for position, (_, row) in enumerate(layers.iterrows()):
        shared = row["layer"] == SHARED_LAYER
        cells = {"layer": "shared" if shared else str(row["layer"])}
        cells |= {name.replace("_", " "): "" if shared else str(row[name]) for name in (*GENES, "tiles")}
        for quantity, (_, label, _) in QUANTITIES.items():
            values = whole[quantity]
            cells[label] = f"{values.iloc[position]:.3g}"
            cells[f"% of {quantity.split('_')[0]}"] = f"{100 * values.iloc[position] / values.sum():.1f}"
        rows.append(cells)
    return rows


def _promoted_cell(row: pd.Series) -> Cell:
    if pd.isna(row["promoted_accuracy"]):
        return Cell("–", -1.0)
    return Cell(plus_minus(row["promoted_accuracy"], row["promoted_standard_error"]), row["promoted_accuracy"])


def _gain_columns(front: pd.DataFrame) -> dict[str, str]:
    """Columns of `front.csv` with ratios of EDAP, and what they are called."""
    names = {}
    for column in front:
        model, found, rest = str(column).partition("edap_gain_over_")
        if found:
            names[str(column)] = f"EDAP against {rest.removesuffix('_baseline')}" + (f", {model[:-1]}" if model else "")
    return names


def _number(value: Any) -> float:
    return -1.0 if pd.isna(value) else float(value)
