"""What a run found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from xpert_evo.analysis.against import against_baseline, against_homogeneous
from xpert_evo.analysis.front import Labels
from xpert_evo.analysis.noninferiority import NO_ANSWERS, Answers
from xpert_evo.analysis.promotion import promoted_table
from xpert_evo.analysis.units import ADC_NAMES
from xpert_evo.analysis.words import accuracies_of, gains_of, percent, times

ABOVE_CHANCE = 4  # standard errors that the best of many networks of chance level stays below
ALIKE = 1.5  # times their standard error, by which the accuracies of equal networks deviate at most


def sentences(
    front: pd.DataFrame,
    table: pd.DataFrame,
    baselines: dict[str, str],
    labels: Labels,
    encoding_costs: dict[str, float] | None = None,
    classes: int = 0,
    answers: Answers = NO_ANSWERS,
    names: Mapping[str, str] | None = None,
) -> list[str]:
    """What was found against the baselines, in words; proxy figures are called that.

    Args:
        front: see `analysis.front.front_table`.
        table: see `analysis.front.evaluated`, with a column `homogeneous`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        encoding_costs: ADC type -> EDAP of the baseline, of what it is with the offset encoding.
        classes: of the data set; 0 where chance isn't known.
        answers: which images designs classified rightly, as far as that is known.
        names: what homogeneous designs are called, by id; their ids where it isn't known.
    """
    valid = f"All of it: {labels.sentence()}; proxy accuracies rank designs and are no final accuracies."
    trained = table.loc[~table["accuracy_key"].duplicated(), ["accuracy", "standard_error"]]
    nothing = _nothing_learned(trained, classes)
    if nothing:
        return [nothing, valid]
    plane = front[front["on_error_edap_front"]]
    plane = plane.assign(accuracy_key=plane["id"].map(table.set_index("id")["accuracy_key"]))
    if plane.empty:
        return ["No feasible design was found; loosen search.constraints or train more designs."]
    span = plane["edap_pj_ns_um2"].max() / plane["edap_pj_ns_um2"].min()
    lines = [
        f"{len(trained)} distinct trainings and {len(table)} designs gave {len(front)} designs on "
        f"the front of all objectives, {len(plane)} of them on that of error and EDAP, spanning {times(span)} in EDAP."
    ]
    best = plane.iloc[0]
    lines.append(f"The most accurate, {best['id']}, reaches a {accuracies_of(best)}.")
    chosen = plane[plane["knee"]].iloc[0]
    lines.append(
        f"The knee, {chosen['id']}, reaches a {accuracies_of(chosen)}{gains_of(chosen, next(iter(baselines)))}."
    )
    for kind, identity in baselines.items():
        reference = table[table["id"] == identity]
        if reference.empty:
            lines.append(f"The {ADC_NAMES[kind]} baseline could not be trained: there is nothing to compare with.")
            continue
        lines.append(against_baseline(reference.iloc[0], plane, kind, answers))
    lines.append(against_homogeneous(table, plane, answers, names or {}))
    lines += _promoted(table, baselines)
    if encoding_costs:
        each = " and ".join(f"{times(cost)} with {ADC_NAMES[kind]} ADCs" for kind, cost in encoding_costs.items())
        lines.append(
            f"Both sides hold weights in the {labels.weight_encoding} encoding, which makes the baselines' EDAP {each} "
            "of what it is with the offset encoding; against those the gains in EDAP are lower by as much."
        )
    return [*lines, valid]


def _nothing_learned(trained: pd.DataFrame, classes: int) -> str | None:
    """Why a run's ratios mean nothing, where that is so; of a row a training."""
    errors = trained["standard_error"].to_numpy()
    best = trained.iloc[int(trained["accuracy"].argmax())]
    reached = percent(best["accuracy"], best["standard_error"])
    remedy = "ratios between such designs mean nothing; give the proxy more images, epochs or channels"
    if classes and best["accuracy"] - ABOVE_CHANCE * best["standard_error"] <= 1 / classes:
        return (
            f"Nothing was learned: the best of {len(trained)} networks reaches {reached}, and chance is "
            f"{100 / classes:.3g} %; {remedy}."
        )
    if len(trained) > 2 and trained["accuracy"].std() <= ALIKE * math.sqrt(float((errors**2).mean())):
        return (
            f"Nothing was learned of designs: the accuracies of {len(trained)} networks, at most {reached}, don't "
            f"differ by more than their errors; {remedy}."
        )
    return None


def _promoted(table: pd.DataFrame, baselines: dict[str, str]) -> list[str]:
    """What designs and baselines reach that were trained for longer; nothing where none was."""
    promoted = promoted_table(table, baselines)
    if promoted.empty:
        return []
    kind = next(iter(baselines))
    parts = []
    for _, row in promoted.iterrows():
        reached = percent(row["promoted_accuracy"], row["promoted_standard_error"])
        gain = row.get(f"edap_gain_over_{kind}_baseline")
        if not pd.isna(row["baseline"]):
            parts.append(f"the {ADC_NAMES[row['baseline']]} VGG16 {reached}")
        elif gain is None:
            parts.append(f"{row['id']} {reached}")
        else:
            parts.append(f"{row['id']} {reached} at {times(gain)} lower EDAP than the {ADC_NAMES[kind]} VGG16")
    epochs = promoted["promoted_epochs"].iloc[0]
    return [f"Trained once for {epochs:.0f} epochs (standard errors are the images' alone): {'; '.join(parts)}."]
