"""What was measured, as `study.table` summarises it: the reference, and all estimates of its designs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proxies.full_size.reference import problem
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.search.candidates.features import accuracy_features, capacity
from xpert_evo.search.candidates.predictor import AccuracyPredictor, cross_validated
from xpert_evo.search.crossbars import array_shape

SHORT = (1, 2, 4)  # epochs of the long trainings themselves, after which they are looked at


def estimates(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The reference, a row a design, and all estimates, rows of proxy, design, score, seconds.

    Formulas, which cost nothing; the presets' proxies; what the long trainings had come to after some epochs, of whose
    learning rate's fall nothing is in them yet; and what the search's predictor says of a design that has learned from
    the long trainings of the others, from nothing else or from what a preset's proxy says of all as well.
    """
    reference = pd.read_csv(folder / "reference.csv", dtype={"task": str}).set_index("task")
    designs = stack([Design.model_validate(json.loads(text)) for text in reference["design"]])
    reference["log_edap"] = np.log10(reference["edap_pj_ns_um2"])
    reference["most_input_bits"] = designs.input_bits.max(axis=1)
    rows = pd.read_csv(folder / "proxies.csv")
    rows[["proxy", "design"]] = rows["task"].str.rsplit("/", n=1, expand=True)
    rows = rows[rows["design"].isin(reference.index)]
    rows = rows.groupby("proxy").filter(lambda part: len(part) == len(reference))  # of some designs only: not yet
    counted: dict[str, tuple[np.ndarray, np.ndarray | float]] = {
        "parameters": (designs.parameters(), 0.0),
        "MACs": (designs.macs(), 0.0),
        "capacity": (capacity(designs, array_shape(problem().hardware.load())), 0.0),
    }
    curves = [json.loads(text) for text in reference["curve"]]
    each = reference["processor_seconds"].to_numpy() / len(curves[0])
    for epochs in SHORT:
        counted[f"long training after {epochs}"] = np.array([curve[epochs - 1] for curve in curves]), epochs * each
    features = accuracy_features(designs, array_shape(problem().hardware.load()))
    accuracy = reference["accuracy"].to_numpy()
    counted["predictor"] = -cross_validated(features, accuracy), 0.0
    for preset, part in rows.groupby("proxy"):
        score = part.set_index("design")["score"].reindex(reference.index)
        below = AccuracyPredictor(features, score.to_numpy())
        counted[f"predictor on {preset}"] = -cross_validated(features, accuracy, below), float(part["seconds"].mean())
    parts = [
        pd.DataFrame({"proxy": name, "design": reference.index, "score": score, "seconds": seconds})
        for name, (score, seconds) in counted.items()
    ]
    found = pd.concat([*parts, rows[["proxy", "design", "score", "seconds"]]], ignore_index=True)
    return reference, found.assign(shared_seconds=np.nan)
