"""The tables of a run: its front, and the designs that were trained for longer."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from xpert_evo.analysis.units import ADC_NAMES, QUANTITIES
from xpert_evo.analysis.words import times
from xpert_evo.cli.tables import Column, Sheet
from xpert_evo.design.designs import ADC_TYPES


def figures(values: Iterable[float], factor: float = 1.0, digits: int = 3) -> list[str]:
    """Numbers as text, in another unit; a dash where there is none."""
    return ["-" if pd.isna(value) else f"{value * factor:.{digits}g}" for value in values]


def quantity(table: pd.DataFrame, name: str, rank: int, digits: int = 3) -> Column:
    """One of `analysis.units.QUANTITIES`, named and in the unit that pictures give it in."""
    return Column(QUANTITIES[name].label, figures(table[name], QUANTITIES[name].factor, digits), rank)


def front_sheet(front: pd.DataFrame) -> Sheet:
    """The designs on the front of error and EDAP; see `analysis.front.front_table`."""
    plane = front[front["on_error_edap_front"].astype(bool)]
    kind = _baseline(front)
    columns = [
        Column("id", [f"{row['id']} knee" if row["knee"] else row["id"] for _, row in plane.iterrows()], names=True),
        Column("proxy accuracy (%)", _accuracies(plane, "")),
    ]
    if plane["repeated_accuracy"].notna().any():
        columns.append(Column("fresh seeds (%)", _accuracies(plane, "repeated_"), 2))
    if plane["promoted_accuracy"].notna().any():
        columns.append(Column(f"{plane['promoted_epochs'].max():.0f} epochs (%)", _accuracies(plane, "promoted_"), 3))
    columns.append(quantity(plane, "edap_pj_ns_um2", 0, 4))
    remark = "accuracies with standard errors"
    if kind is not None:
        columns.append(Column("gain", [times(gain) for gain in plane[f"edap_gain_over_{kind}_baseline"]], 1))
        remark += f"; gain: how many times lower EDAP is than the {ADC_NAMES[kind]} baseline's"
    columns += [
        quantity(plane, "tops_per_w", 4),
        quantity(plane, "tops_per_mm2", 5),
        quantity(plane, "area_um2", 6),
        quantity(plane, "energy_pj", 7),
        quantity(plane, "latency_ns", 8),
    ]
    return Sheet("Front of proxy error and EDAP", columns, [remark])


def promoted_sheet(promoted: pd.DataFrame) -> Sheet:
    """Designs that were trained for longer, and the baselines; see `analysis.promotion.promoted_table`."""
    kind = _baseline(promoted)
    names = [
        row["id"] if pd.isna(row["baseline"]) else f"{row['id']} {ADC_NAMES[row['baseline']]} VGG16"
        for _, row in promoted.iterrows()
    ]
    columns = [
        Column("id", names, names=True),
        Column("trained longer (%)", _accuracies(promoted, "promoted_")),
        Column("proxy accuracy (%)", _accuracies(promoted, ""), 2),
        Column("fresh seeds (%)", _accuracies(promoted, "repeated_"), 3),
        quantity(promoted, "edap_pj_ns_um2", 0, 4),
    ]
    if kind is not None:
        columns.append(Column("gain", [times(gain) for gain in promoted[f"edap_gain_over_{kind}_baseline"]], 1))
    return Sheet(
        f"Trained once for {promoted['promoted_epochs'].max():.0f} epochs",
        columns,
        [
            "proxy accuracies with standard errors (of longer trainings the images' alone); EDAP of the cheapest "
            "design that shares the training" + (f", gain over the {ADC_NAMES[kind]} baseline's" if kind else "")
        ],
    )


def _baseline(table: pd.DataFrame) -> str | None:
    """The ADC type of the baseline that gains are told over."""
    return next((kind for kind in ADC_TYPES if f"edap_gain_over_{kind}_baseline" in table), None)


def _accuracies(table: pd.DataFrame, source: str) -> list[str]:
    pairs = zip(table[f"{source}accuracy"], table[f"{source}standard_error"], strict=True)
    return ["-" if pd.isna(value) else f"{100 * value:.1f} ± {100 * error:.1f}" for value, error in pairs]
