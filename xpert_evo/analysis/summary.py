"""What a run found, in sentences."""

from __future__ import annotations

import math

import pandas as pd

from xpert_evo.analysis.front import GAINS, Labels, nondominated
from xpert_evo.analysis.promotion import promoted_table
from xpert_evo.analysis.units import ADC_NAMES

ABOVE_CHANCE = 4  # standard errors that the best of many networks of chance level stays below
ALIKE = 1.5  # times their standard error, by which the accuracies of equal networks deviate at most


def percent(value: float, error: float) -> str:
    """An accuracy and its standard error as text."""
    return f"{100 * value:.1f} +- {100 * error:.1f} %"


def times(ratio: float) -> str:
    """A ratio as text, such as 0.52x, 12.3x or 4,100x."""
    return f"{ratio:,.0f}x" if ratio >= 100 else f"{ratio:.3g}x"


def sentences(
    front: pd.DataFrame,
    table: pd.DataFrame,
    baselines: dict[str, str],
    labels: Labels,
    encoding_costs: dict[str, float] | None = None,
    classes: int = 0,
) -> list[str]:
    """What was found against the baselines, in words; proxy figures are called that.

    Args:
        front: see `analysis.front.front_table`.
        table: see `analysis.front.evaluated`, with a column `homogeneous`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        labels: what the figures are valid for.
        encoding_costs: ADC type -> EDAP of the baseline, of what it is with the offset encoding.
        classes: of the data set; 0 where chance isn't known.
    """
    valid = f"All of it: {labels.sentence()}; proxy accuracies rank designs and are no final accuracies."
    trained = table.loc[~table["accuracy_key"].duplicated(), ["accuracy", "standard_error"]]
    nothing = _nothing_learned(trained, classes)
    if nothing:
        return [nothing, valid]
    plane = front[front["on_error_edap_front"]]
    if plane.empty:
        return ["No feasible design was found; loosen search.constraints or train more designs."]
    span = plane["edap_pj_ns_um2"].max() / plane["edap_pj_ns_um2"].min()
    lines = [
        f"{len(trained)} distinct trainings and {len(table)} designs gave {len(front)} designs on "
        f"the front of all objectives, {len(plane)} of them on that of error and EDAP, spanning {times(span)} in EDAP."
    ]
    best = plane.iloc[0]
    lines.append(f"The most accurate, {best['id']}, reaches a {_accuracies(best)}.")
    chosen = plane[plane["knee"]].iloc[0]
    lines.append(f"The knee, {chosen['id']}, reaches a {_accuracies(chosen)}{_gains(chosen, next(iter(baselines)))}.")
    for kind, identity in baselines.items():
        reference = table[table["id"] == identity]
        if reference.empty:
            lines.append(f"The {ADC_NAMES[kind]} baseline could not be trained: there is nothing to compare with.")
            continue
        lines.append(_against(reference.iloc[0], plane, kind))
    lines.append(_against_homogeneous(table, plane))
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


def fresh(row: pd.Series) -> tuple[float, float]:
    """The repeated accuracy and its standard error where there is one, else the search's own."""
    if row["repeats"]:
        return float(row["repeated_accuracy"]), float(row["repeated_standard_error"])
    return float(row["accuracy"]), float(row["standard_error"])


def _accuracies(row: pd.Series) -> str:
    text = f"proxy accuracy of {percent(row['accuracy'], row['standard_error'])}"
    if row["repeats"]:
        seeds = f"{row['repeats']} fresh seed{'s' if row['repeats'] > 1 else ''}"
        text += f" ({percent(row['repeated_accuracy'], row['repeated_standard_error'])} over {seeds})"
    return text


def _gains(row: pd.Series, kind: str) -> str:
    names = [f"{metric.split('_pj')[0]}_gain_over_{kind}_baseline" for metric in GAINS]
    edap, watts, area = (row[name] for name in names)
    text = f" at {times(edap)} lower EDAP, {watts:.2f}x TOPS/W and {area:.2f}x TOPS/mm² of the {ADC_NAMES[kind]} VGG16"
    for column in row.index:
        if column.endswith(f"_{names[0]}"):
            model = column.removesuffix(f"_{names[0]}")
            edap, watts, area = (row[f"{model}_{name}"] for name in names)
            text += f" ({model}: {times(edap)}, {watts:.2f}x, {area:.2f}x)"
    return text


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


def _holding(reference: pd.Series, plane: pd.DataFrame) -> pd.DataFrame:
    """Designs whose accuracy isn't lower than the reference's by two standard errors of the difference."""
    wanted, wanted_error = fresh(reference)
    holds = []
    for _, row in plane.iterrows():
        value, error = fresh(row)
        holds.append(value >= wanted - 2 * math.hypot(error, wanted_error))
    return plane[holds]


def _against(reference: pd.Series, plane: pd.DataFrame, kind: str) -> str:
    holding = _holding(reference, plane)
    called = f"The homogeneous VGG16 with {ADC_NAMES[kind]} ADCs (sharing 8, 6-bit ADC, 8-bit inputs)"
    about = f"{called} has a {_accuracies(reference)}"
    if holding.empty:
        return f"{about}; no design on the front comes within two standard errors of it."
    row = holding.iloc[holding["edap_pj_ns_um2"].argmin()]
    return f"{about}; {row['id']} isn't worse than it by two standard errors{_gains(row, kind)}."


def _against_homogeneous(table: pd.DataFrame, plane: pd.DataFrame) -> str:
    """The front against the best homogeneous designs that this run trained."""
    homogeneous = table[table["homogeneous"].astype(bool)]
    best = homogeneous[nondominated(homogeneous, ("error", "edap_pj_ns_um2"))]
    ratios = []
    for _, reference in best.iterrows():
        better = plane[plane["accuracy"] >= reference["accuracy"]]
        if len(better):
            ratios.append(reference["edap_pj_ns_um2"] / better["edap_pj_ns_um2"].min())
    if not ratios:
        return f"None of the {len(homogeneous)} homogeneous designs that were trained is matched by the front."
    least, most = times(min(ratios)), times(max(ratios))
    gain = least if least == most else f"{least} to {most}"
    return (
        f"Against the best homogeneous designs of the {len(homogeneous)} that this run trained (any width, sharing, "
        f"type and precision), the front has {gain} lower EDAP at no lower proxy "
        "accuracy."
    )
