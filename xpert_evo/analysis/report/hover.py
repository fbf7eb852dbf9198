"""What a design's point says under the pointer: its genes in short, both accuracies, ratios to the baselines."""

from __future__ import annotations

import pandas as pd

from xpert_evo.analysis.front import GAINS
from xpert_evo.analysis.summary import times
from xpert_evo.design.designs import Design

UNITS = {  # metric: name, factor
    "edap_pj_ns_um2": ("EDAP (mJ ms mm²)", 1e-21),
    "tops_per_w": ("TOPS/W", 1.0),
    "tops_per_mm2": ("TOPS/mm²", 1.0),
    "area_um2": ("area (mm²)", 1e-6),
}


def genes_in_short(design: Design) -> str:
    """The range of every gene over the layers, such as `16–128 channels, 7-bit inputs, 4–6-bit flash, 8–16 col/ADC`."""
    text = (
        f"{_range(design, 'channels')} channels, {_range(design, 'input_bits')}-bit inputs, "
        f"{_range(design, 'adc_bits')}-bit {'/'.join(sorted(set(design.gene('adc_type'))))}, "
        f"{_range(design, 'column_sharing')} col/ADC"
    )
    chosen = design.array.model_dump(exclude_none=True) if design.array else {}
    return ", ".join([text, *(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())])


def plus_minus(value: float, error: float) -> str:
    """An accuracy with its standard error, in percent."""
    return f"{100 * value:.1f} ± {100 * error:.1f} %"


def ratios(row: pd.Series, reference: pd.Series) -> str:
    """By how much a design is better than a baseline, metric by metric; above one is better."""
    parts = []
    for metric, more_is_better in GAINS.items():
        ratio = row[metric] / reference[metric]
        parts.append(f"{times(ratio if more_is_better else 1 / ratio)} {UNITS[metric][0].split(' (')[0]}")
    return ", ".join(parts)


def brief_text(row: pd.Series) -> str:
    """The lines of one of many designs, as plotly's HTML: its id and its genes; pages stay small."""
    return f"<b>{row['id']}</b><br>{genes_in_short(Design.model_validate_json(row['design']))}"


def hover_text(row: pd.Series, references: dict[str, pd.Series]) -> str:
    """The lines of one design, as plotly's HTML.

    Args:
        row: of `analysis.front.evaluated`.
        references: ADC type -> row of the homogeneous baseline with it.
    """
    lines = [
        f"<b>{row['id']}</b>",
        f"proxy accuracy {plus_minus(row['accuracy'], row['standard_error'])} in the search",
    ]
    if row["repeats"]:
        fresh = plus_minus(row["repeated_accuracy"], row["repeated_standard_error"])
        lines.append(f"proxy accuracy {fresh} over {row['repeats']:.0f} fresh seed{'s' if row['repeats'] > 1 else ''}")
    if not pd.isna(row["promoted_accuracy"]):
        longer = plus_minus(row["promoted_accuracy"], row["promoted_standard_error"])
        lines.append(f"proxy accuracy {longer} trained for {row['promoted_epochs']:.0f} epochs")
    lines += [f"{name} {row[metric] * scale:.3g}" for metric, (name, scale) in UNITS.items()]
    lines += [f"against the {kind} VGG16: {ratios(row, reference)}" for kind, reference in references.items()]
    lines.append(genes_in_short(Design.model_validate_json(row["design"])))
    return "<br>".join(lines)


def _range(design: Design, gene: str) -> str:
    values = design.gene(gene)
    return f"{min(values)}–{max(values)}" if min(values) < max(values) else str(values[0])
