"""What a run found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from xpert_evo.analysis.against import against_baseline, against_homogeneous
from xpert_evo.analysis.front import Labels, front_column, gain_column, gains_told
from xpert_evo.analysis.noninferiority import NO_ANSWERS, Answers
from xpert_evo.analysis.promotion import promoted_table
from xpert_evo.analysis.units import ADC_NAMES, in_short
from xpert_evo.analysis.words import accuracies_of, figure_said, gain_said, gains_of, percent, times
from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.objectives import Plane, in_words, plane_of
from xpert_evo.search.settings import DEFAULT_OBJECTIVES

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
    objectives: Sequence[str] = DEFAULT_OBJECTIVES,
) -> list[str]:
    """What was found against the baselines, in words; proxy figures are called that.

    Args:
        front: see `analysis.front.front_table`.
        table: see `analysis.front.evaluated`, with a column `homogeneous`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        encoding_costs: ADC type -> what the baseline costs, of what it is with the offset encoding: EDAP, or what the
            search has in its place.
        classes: of the data set; 0 where chance isn't known.
        answers: which images designs classified rightly, as far as that is known.
        names: what homogeneous designs are called, by id; their ids where it isn't known.
        objectives: of the search.
    """
    plane_names = traded, cost = plane_of(objectives)
    valid = f"All of it: {labels.sentence()}; proxy accuracies rank designs and are no final accuracies."
    trained = table.loc[~table["accuracy_key"].duplicated(), ["accuracy", "standard_error"]]
    nothing = _nothing_learned(trained, classes) if traded == ERROR else None
    if nothing:
        return [nothing, valid]
    plane = front[front[front_column(plane_names)]]
    plane = plane.assign(accuracy_key=plane["id"].map(table.set_index("id")["accuracy_key"]))
    if plane.empty:
        return ["No feasible design was found; loosen search.constraints or train more designs."]
    lines = [
        f"{len(trained)} distinct trainings and {len(table)} designs gave {len(front)} designs on the front of all "
        f"objectives, {len(plane)} of them on that of {in_words(plane_names)}, {_span(plane[cost], cost)}.",
        _best(plane, plane_names),
    ]
    chosen = plane[plane["knee"]].iloc[0]
    gains = [gains_of(chosen, kind, labels.network, gains_told(objectives)) for kind in [*baselines][:1]]
    lines.append(f"The knee, {chosen['id']}, {_reached(chosen, plane_names, *gains)}.")
    for kind, identity in baselines.items():
        reference = table[table["id"] == identity]
        if reference.empty:
            lines.append(f"The {ADC_NAMES[kind]} baseline could not be trained: there is nothing to compare with.")
            continue
        lines.append(against_baseline(reference.iloc[0], plane, kind, labels.network, answers, objectives))
    if traded == ERROR:
        lines.append(against_homogeneous(table, plane, answers, names or {}, cost))
    lines += _promoted(table, baselines, cost, labels.network)
    if encoding_costs:
        each = " and ".join(f"{times(ratio)} with {ADC_NAMES[kind]} ADCs" for kind, ratio in encoding_costs.items())
        name = quantity_of(cost).name
        lines.append(
            f"Both sides hold weights in the {labels.weight_encoding} encoding, which makes the baselines' {name} "
            f"{each} of what it is with the offset encoding; against those the gains in {name} are lower by as much."
        )
    return [*lines, valid]


def chosen_by(shorter: Mapping[int, int], epochs: int) -> list[str]:
    """A sentence about trainings that chose what was trained for longer, if there were any.

    Args:
        shorter: epochs -> how many were so long.
        epochs: of the longest.
    """
    counts = [f"{count} of {each} epoch{'s' if each > 1 else ''}" for each, count in sorted(shorter.items())]
    if not counts:
        return []
    return [f"Shorter trainings, {' and '.join(counts)}, chose what was trained for {epochs}: figures are of those."]


def _span(values: pd.Series, metric: str) -> str:
    """How far a front reaches in a metric."""
    if quantity_of(metric).log:
        return f"spanning {times(values.max() / values.min())} in {quantity_of(metric).name}"
    return f"from {in_short(values.min())} to {in_short(values.max())} in {metric}"


def _best(plane: pd.DataFrame, names: Plane) -> str:
    """The design that stands first on the front."""
    best = plane.iloc[0]
    if names[0] == ERROR:
        return f"The most accurate, {best['id']}, reaches a {accuracies_of(best)}."
    most = {"lower": "least", "higher": "most"}[quantity_of(names[0]).better]
    return f"That of {most} {quantity_of(names[0]).name}, {best['id']}, {_reached(best, names)}."


def _reached(row: pd.Series, names: Plane, gains: str = "") -> str:
    """What a design comes to, and what it gains over a baseline, see `gains_of`."""
    own = [figure_said(name, row[name]) for name in names if name != ERROR]
    if names[0] != ERROR:
        return f"has {' and '.join(own)} with a {accuracies_of(row)}{',' if gains else ''}{gains}"
    apart = "" if quantity_of(names[1]).log else f" with {own[0]}"
    return f"reaches a {accuracies_of(row)}{apart}{gains}"


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


def _promoted(table: pd.DataFrame, baselines: dict[str, str], cost: str, network: str) -> list[str]:
    """What designs and baselines reach that were trained for longer; nothing where none was."""
    promoted = promoted_table(table, baselines, cost)
    if promoted.empty:
        return []
    kind = next(iter(baselines))
    parts = []
    for _, row in promoted.iterrows():
        reached = percent(row["promoted_accuracy"], row["promoted_standard_error"])
        gain = row.get(gain_column(cost, kind))
        if not pd.isna(row["baseline"]):
            parts.append(f"the {ADC_NAMES[row['baseline']]} {network} {reached}")
        elif gain is None:
            parts.append(f"{row['id']} {reached}")
        else:
            parts.append(f"{row['id']} {reached} at {gain_said(cost, gain)} than the {ADC_NAMES[kind]} {network}")
    epochs = promoted["promoted_epochs"].iloc[0]
    return [f"Trained once for {epochs:.0f} epochs (standard errors are the images' alone): {'; '.join(parts)}."]
