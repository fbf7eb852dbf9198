"""The interactive figures of a report. Every one says which accuracy it shows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io
from plotly.subplots import make_subplots

from xpert_evo.analysis.breakdown import PANELS as PARTS_OF
from xpert_evo.analysis.breakdown import SHARED_LAYER, parts_of
from xpert_evo.analysis.front import nondominated
from xpert_evo.analysis.palette import COLOURS, PARTS
from xpert_evo.analysis.plots import PANELS
from xpert_evo.analysis.promotion import promoted_label
from xpert_evo.analysis.report.hover import brief_text, hover_text

ACCURACY = "proxy accuracy on held-out training images (%)"
_GRID = "#e8eaec"


def front_figure(
    metric: str, table: pd.DataFrame, front: pd.DataFrame, baselines: dict[str, str], *, legend: bool = True
) -> go.Figure:
    """Proxy accuracy against one metric of `plots.PANELS`, every evaluated design with its hover text.

    Args:
        table: see `analysis.front.evaluated`.
        front: see `analysis.front.front_table`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        legend: whether to name the marks.
    """
    title, scale = PANELS[metric]
    references = {kind: rows.iloc[0] for kind, rows in _rows(table, baselines).items()}
    feasible = table[table["feasible"].astype(bool)]
    plane = table[nondominated(table, ("error", metric))].sort_values("error")

    def points(
        rows: pd.DataFrame, label: str, accuracy: str = "accuracy", *, brief: bool = False, **style
    ) -> go.Scatter:
        errors = {
            "accuracy": "standard_error",
            "repeated_accuracy": "repeated_standard_error",
            "promoted_accuracy": "promoted_standard_error",
        }
        bars = style.pop("bars", False)
        return go.Scatter(
            x=rows[metric] * scale,
            y=100 * rows[accuracy],
            error_y={"array": 100 * rows[errors[accuracy]], "thickness": 1, "width": 0, "visible": bars},
            text=[brief_text(row) if brief else hover_text(row, references) for _, row in rows.iterrows()],
            hovertemplate="%{text}<br>proxy accuracy %{y:.1f} %<extra></extra>" if brief else "%{text}<extra></extra>",
            name=label,
            **{"mode": "markers", **style},
        )

    figure = go.Figure()
    others = feasible[~feasible["id"].isin(plane["id"])]
    figure.add_trace(points(others, "dominated here", brief=True, marker={"color": COLOURS["dominated"], "size": 6}))
    # By falling accuracy: what is short of one design's cost gets the accuracy of the next, so steps fall at once.
    joined: dict[str, Any] = {"line": {"color": COLOURS["front"], "width": 1.5, "shape": "vh"}, "marker": {"size": 8}}
    found = points(plane, "front, accuracy of the search (± s.e.)", mode="lines+markers", bars=True, **joined)
    figure.add_trace(found)
    hollow = {"color": "white", "size": 8, "line": {"color": COLOURS["repeated"], "width": 2}}
    repeated = plane[plane["repeats"] > 0]
    if len(repeated):
        fresh = points(repeated, "the same, fresh seeds (± s.e.)", "repeated_accuracy", bars=True, marker=hollow)
        figure.add_trace(fresh.update(error_y_color=COLOURS["repeated"]))
    baseline_rows = _rows(table, baselines)
    for rows, colour, name in (
        (plane, "promoted", "the same"),
        *((row, kind, f"homogeneous VGG16, {kind}") for kind, row in baseline_rows.items()),
    ):
        longer = rows[rows["promoted_accuracy"].notna()]
        if len(longer):
            diamond = {"symbol": "diamond", "size": 11, "color": COLOURS[colour]}
            diamond["line"] = {"width": 1, "color": COLOURS["text"]}
            called = f"{name}, {promoted_label(longer['promoted_epochs'].iloc[0])}"
            figure.add_trace(points(longer, called, "promoted_accuracy", bars=True, marker=diamond))
    knee = table[table["id"].isin(front.loc[front["knee"], "id"])]
    ring = {"symbol": "circle-open", "size": 20, "color": COLOURS["knee"], "line": {"width": 2.5}}
    figure.add_trace(points(knee, "knee of error and EDAP", marker=ring))
    for kind, rows in baseline_rows.items():
        star = {"symbol": "star", "size": 15, "color": COLOURS[kind]}
        figure.add_trace(points(rows, f"homogeneous VGG16, {kind}", marker=star))
    figure.update_xaxes(type="log", title=title, **_log_ticks(feasible[metric] * scale))
    figure.update_yaxes(title=ACCURACY)
    return _styled(figure, height=520 if legend else 420).update_layout(showlegend=legend)


def convergence_figure(history: pd.DataFrame) -> go.Figure:
    """Hypervolume of (proxy error, EDAP) against distinct trainings; see `indicators.convergence`."""
    hover = "%{y:.4f} after %{x} trainings<br>generation %{customdata[0]}, %{customdata[1]} designs on the front"
    line = go.Scatter(
        x=history["trainings"],
        y=history["hypervolume"],
        customdata=history[["generation", "front_size"]],
        hovertemplate=f"{hover}<extra></extra>",
        mode="lines+markers",
        line={"color": COLOURS["front"], "shape": "hv"},
    )
    figure = go.Figure(line)
    figure.update_xaxes(title="distinct trainings", rangemode="tozero")
    figure.update_yaxes(title="hypervolume (proxy error, log EDAP)", rangemode="tozero")
    return _styled(figure, height=360)


def breakdown_figure(layers: pd.DataFrame) -> go.Figure:
    """Energy, latency and area of one design layer by layer, stacked by part.

    Args:
        layers: see `hardware.metrics.breakdown_frame`.
    """
    figure = make_subplots(rows=len(PARTS_OF), cols=1, shared_xaxes=True, vertical_spacing=0.05)
    places = ["shared" if layer == SHARED_LAYER else str(layer) for layer in layers["layer"]]
    named: set[str] = set()
    for row, (quantity, (parts, label, _)) in enumerate(PARTS_OF.items(), start=1):
        frame = parts_of(layers, quantity)
        for part in parts:
            bar = go.Bar(
                x=places,
                y=frame[part],
                name=part,
                legendgroup=part,
                showlegend=part not in named,
                marker_color=PARTS[part],
                hovertemplate=f"convolution %{{x}}, {part}: %{{y:.3g}}<extra>{label}</extra>",
            )
            figure.add_trace(bar, row=row, col=1)
            named.add(part)
        figure.update_yaxes(title=label, row=row, col=1)
    figure.update_xaxes(type="category")
    figure.update_xaxes(title="convolution", row=len(PARTS_OF), col=1)
    return _styled(figure, height=640).update_layout(barmode="stack", bargap=0.3, legend_traceorder="normal")


def figure_html(figure: go.Figure, name: str) -> str:
    """A figure as a part of a page that holds plotly.js; `name` is its element's id."""
    options = {
        "displaylogo": False,
        "responsive": True,
        "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }
    return str(plotly.io.to_html(figure, full_html=False, include_plotlyjs=False, div_id=name, config=options))


def _rows(table: pd.DataFrame, baselines: dict[str, str]) -> dict[str, pd.DataFrame]:
    """The baselines that have an accuracy, a row each."""
    rows = {kind: table[table["id"] == identity] for kind, identity in baselines.items()}
    return {kind: row for kind, row in rows.items() if len(row)}


def _log_ticks(values: pd.Series) -> dict[str, Any]:
    """Marks at decades; at 1, 2 and 5 of each where values span less than one and a half, or the axis would be bare."""
    if values.empty or math.log10(values.max() / values.min()) >= 1.5:
        return {"dtick": 1}
    decades = range(math.floor(math.log10(values.min())), math.ceil(math.log10(values.max())) + 1)
    marks = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
    return {"tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks]}


def _styled(figure: go.Figure, *, height: int) -> go.Figure:
    axis = {"gridcolor": _GRID, "linecolor": COLOURS["text"], "showline": True, "zeroline": False, "ticks": "outside"}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure.update_layout(
        height=height,
        template="none",
        font={"family": "system-ui, sans-serif", "size": 13, "color": COLOURS["text"]},
        margin={"l": 70, "r": 20, "t": 20, "b": 60},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hoverlabel={"bgcolor": "white", "font_size": 12, "align": "left"},
    )
