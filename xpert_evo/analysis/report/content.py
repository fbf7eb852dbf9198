"""What a page's scripts are given: everything that was found, as plain values in a fixed order."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from xpert_evo.analysis.breakdown import PANELS
from xpert_evo.analysis.front import front_column, in_order
from xpert_evo.analysis.names import said
from xpert_evo.analysis.palette import COLOURS, PARTS, looks_of_adcs
from xpert_evo.analysis.report.breakdowns import WHOLE, has_shared_row, shares
from xpert_evo.analysis.report.found import Found
from xpert_evo.analysis.report.metrics import Metric, metrics_of, other_models, shown
from xpert_evo.analysis.report.names import called, gene_name, genes_in_short
from xpert_evo.analysis.report.predictions import Predictions
from xpert_evo.analysis.report.sensitivity import Sensitivity
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.analysis.units import ADC_NAMES, PART_NAMES
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import GENES
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.search.objectives import PLANE, Plane, in_words

DIGITS = 5  # of figures
# So that a page stays below 6 MB, of which plotly.js is 4.8:
MOST_LAYERS = 18_000  # of all designs of a page together: 1,400 designs of 13 layers
MOST_BROKEN_DOWN = 4_000  # layers whose parts a page holds: 300 designs
MOST_GENERATIONS = 1_000  # of a curve
MOST_FITTED = 1_000  # trainings, beside those of designs that the page holds
OTHER_LETTERS = "ABCDEGHIJKLMNOPQRTUVWXYZ"  # of ADCs of tables, beside F and S: digits would look like bits


def page_content(found: Found) -> dict[str, Any]:
    """Everything that the page shows but its sentences and facts."""
    elsewhere = other_models(found.front, found.baselines)
    metrics = metrics_of(found.table, elsewhere, found.objectives)
    kept = most_wanted(found.table, found.front, found.baselines, found.layers, found.plane)
    layers = found.layers_of([identity for identity in kept["id"] if identity in found.designs][: _many(found)])
    parts = {} if layers is None else shares(layers)
    genes = stack(list(found.designs.values())).telling_genes() if found.designs else GENES
    adcs = looks_of_adcs(kind for design in found.designs.values() for kind in design.gene("adc_type"))
    return {
        "plane": {
            "x": found.plane[1],
            "y": "accuracy" if found.plane[0] == ERROR else found.plane[0],
            "words": in_words(found.plane),
            "short": in_words(found.plane).replace(" and ", ", "),
        },
        "shown": list(shown(found.objectives)),
        "metrics": [metric.to_json() for metric in metrics],
        "genes": [{"key": gene, "name": gene_name(gene)} for gene in genes],
        "adcs": {kind: ADC_NAMES.get(kind, kind) for kind in adcs},
        "adc_types": list(adcs),
        "adc_letters": dict(zip(adcs, chain("FS", OTHER_LETTERS, map(str, count(1))), strict=False)),
        "quantities": [{"key": key, "parts": list(names), "label": label} for key, (names, label, _) in PANELS.items()],
        "parts": {part: {"name": PART_NAMES.get(part, part), "colour": colour} for part, colour in PARTS.items()},
        "whole": WHOLE,
        "shared": layers is not None and has_shared_row(layers),
        "colours": {**COLOURS, **{kind: COLOURS[look] for kind, look in adcs.items()}},
        "network": found.network,
        "baselines": found.baselines,
        "left_out": len(found.table) - len(kept),
        "whole_run": found.whole,
        "designs": _designs(found, kept, metrics, elsewhere, parts, genes, list(adcs)),
        "sensitivity": _sensitivity(found.sensitivity),
        "predictions": _predictions(found.predictions, set(kept["id"])),
        "rounds": rows(_some(found.rounds)),
        "history": [] if found.history is None else rows(_some(found.history)),
    }


def script_json(content: Any) -> Markup:
    """Content as JSON that can't end the script element that it stands in."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame of numbers as a list of objects."""
    return [{str(key): number(value) for key, value in row.items()} for row in frame.to_dict("records")]


def number(value: Any) -> float | int | None:
    """A figure with `DIGITS` digits; None where there is none."""
    if value is None or not math.isfinite(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def most_wanted(
    table: pd.DataFrame, front: pd.DataFrame, baselines: Mapping[str, str], layers: int, plane: Plane = PLANE
) -> pd.DataFrame:
    """The designs that a page holds: all, or the baselines, the front and as many of the latest others as fit.

    Args:
        table, front, baselines: see `analysis.front`.
        layers: convolutions of a design.
        plane: the two objectives that the front is shown in.
    """
    on_plane = front.loc[front[front_column(plane)].astype(bool), "id"]
    ranks = np.full(len(table), 3)
    for rank, ids in ((2, front["id"]), (1, on_plane), (0, list(baselines.values()))):
        ranks[table["id"].isin(ids).to_numpy()] = rank
    latest = np.lexsort([-np.arange(len(table)), ranks])
    return table.iloc[latest[: max(MOST_LAYERS // max(layers, 1), 1)]]


def _some(frame: pd.DataFrame) -> pd.DataFrame:
    """The generations of a curve that a page holds."""
    return frame.iloc[evenly_spaced(len(frame), MOST_GENERATIONS)]


def _many(found: Found) -> int:
    """How many designs a page may break down."""
    return MOST_BROKEN_DOWN // max(found.layers, 1)


def _designs(
    found: Found,
    kept: pd.DataFrame,
    metrics: list[Metric],
    elsewhere: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Any],
    genes: Sequence[str],
    adcs: Sequence[str],
) -> list[dict[str, Any]]:
    """The designs, see `front.in_order`; what one hasn't isn't told."""
    front = found.front.set_index("id")
    homogeneous = _homogeneous(found)
    trainings = dict(found.trained[["accuracy_key", "id"]].to_numpy()) if len(found.trained) else {}
    kinds = {identity: kind for kind, identity in found.baselines.items()}
    ordered = in_order(kept, found.plane, "id")
    described = []
    for row in ordered.to_dict("records"):
        identity = row["id"]
        there = front.loc[identity] if identity in front.index else None
        design = found.designs.get(identity)
        told = {
            "id": identity,
            "name": called(design, homogeneous=identity in homogeneous) if design else identity,
            "genes_in_short": genes_in_short(design) if design else "genes not in this folder",
            "baseline": kinds.get(identity),
            "feasible": bool(row["feasible"]),
            "front": there is not None,
            "plane": there is not None and bool(there[front_column(found.plane)]),
            "knee": there is not None and bool(there["knee"]),
            "repeats": int(row["repeats"]),
            "values": [number(value) for value in _values(row, metrics, elsewhere)],
            "errors": [number(100 * row[metric.error]) for metric in metrics if metric.error],
            "layers": _genes(design, genes, adcs) if design else None,
            "array": design.array.model_dump(exclude_none=True) if design and design.array else None,
            "parts": parts.get(identity),
            "short": said(design) if design and identity in homogeneous else None,
            "training": trainings.get(row.get("accuracy_key")),
        }
        described.append({key: value for key, value in told.items() if value})
    return described


def _values(row: dict[Any, Any], metrics: list[Metric], elsewhere: Mapping[str, pd.DataFrame]) -> Iterable[float]:
    for metric in metrics:
        model, _, key = metric.key.partition("_")
        if model not in elsewhere:
            yield row[metric.key] * metric.quantity.factor
        else:
            there = elsewhere[model]
            yield there[key][row["id"]] * metric.quantity.factor if row["id"] in there.index else math.nan


def _homogeneous(found: Found) -> set[str]:
    """Ids of the designs that are the same in every layer."""
    if not found.designs:
        return set()
    same = stack(list(found.designs.values())).homogeneous()
    return {identity for identity, alike in zip(found.designs, same, strict=True) if alike}


def _genes(design: Design, genes: Sequence[str], adcs: Sequence[str]) -> list[list[Any]]:
    """A list a gene with a value a layer; ADC types by their place in `adcs`."""
    kinds = [adcs.index(kind) for kind in design.gene("adc_type")]
    return [kinds if gene == "adc_type" else list(design.gene(gene)) for gene in genes]


def _sensitivity(fit: Sensitivity | None) -> dict[str, Any] | None:
    """What the page says of the fit; figures are rounded."""
    if fit is None:
        return None
    return {
        "genes": [gene_name(gene) for gene in fit.genes],
        "doubled": [gene == "channels" for gene in fit.genes],
        "worth": [[_points(value) for value in layers] for layers in fit.worth],
        "sure": fit.sure.tolist(),
        "every_layer": [[_points(value) for value in ends] for ends in fit.every_layer],
    }


def _predictions(found: Predictions | None, kept: set[str]) -> dict[str, Any] | None:
    """Those of designs that the page holds, and of some others."""
    if found is None:
        return None
    count = len(found.ids)
    held = [row for row, identity in enumerate(found.ids) if identity in kept]
    told = np.union1d(np.array(held, dtype=int), evenly_spaced(count, MOST_FITTED))
    return {
        "before": found.before,
        "designs": [
            {
                "id": found.ids[row],
                "predicted": round(100 * found.predicted[row], 2),
                "measured": round(100 * found.measured[row], 2),
            }
            for row in told
        ],
    }


def _points(share: float) -> float | None:
    return None if math.isnan(share) else round(100 * share, 2)
