"""Sentences on what designs of a front gain over others that are as accurate within a margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from xpert_evo.analysis.front import gains_told, matrix_of, nondominated, trusted_accuracy
from xpert_evo.analysis.noninferiority import (
    CONFIDENCE,
    PROXY_MARGIN,
    Answers,
    Match,
    cheapest_match,
    spread_over_seeds,
)
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.analysis.units import ADC_NAMES, in_short
from xpert_evo.analysis.words import accuracies_of, figure_said, fresh, gain_said, gains_of, percent, times
from xpert_evo.hardware.quantities import ERROR, quantity_of
from xpert_evo.search.objectives import Plane, plane_of

MOST_NAMED = 3  # homogeneous designs that a sentence holds the front against
_BETTER = {"lower": "Lower", "higher": "Higher"}
WITHIN = f"{100 * PROXY_MARGIN:g} point"


def against_baseline(
    reference: pd.Series, plane: pd.DataFrame, kind: str, network: str, answers: Answers, objectives: Sequence[str]
) -> str:
    """What the front gains over the homogeneous baseline with an ADC type.

    Args:
        reference: the baseline, a row of `front.evaluated`.
        plane: the run's front in its plane, rows of `front.front_table` with their `accuracy_key`.
        network: what the baseline is of, see `front.Labels`.
        answers: which images designs classified rightly, as far as that is known.
        objectives: of the search.
    """
    traded, cost = plane_of(objectives)
    about = (
        f"The homogeneous {network} with {ADC_NAMES[kind]} ADCs (sharing 8, 6-bit ADC, 8-bit inputs) has a "
        f"{accuracies_of(reference)}"
    )
    if traded != ERROR:
        return about + _beside(reference, plane, (traded, cost))
    match = cheapest_match(plane, reference, answers, spread_over_seeds(answers), cost=cost)
    if not quantity_of(cost).log:
        about += f" and {figure_said(cost, reference[cost])}"
    if match.surely is None:
        return f"{about}; {_none(match, cost)}."
    if match.surely["accuracy_key"] == reference["accuracy_key"]:
        return f"{about}; it stands on the front itself, and {_none(match, cost)}."
    gains = gains_of(match.surely, kind, network, gains_told(objectives))
    if not quantity_of(cost).log:
        gains = f" with {figure_said(cost, match.surely[cost])}{',' if gains else ''}{gains}"
    return f"{about}; {match.surely['id']} {_passes(match)}{gains}{_more(match)}."


def against_homogeneous(
    table: pd.DataFrame, plane: pd.DataFrame, answers: Answers, names: Mapping[str, str], cost: str
) -> str:
    """The front against the best homogeneous designs that the run trained.

    Args:
        table: see `front.evaluated`, with a column `homogeneous`.
        plane, answers: see `against_baseline`.
        names: what homogeneous designs are called, by id.
        cost: what is traded against error.
    """
    homogeneous = table[table["homogeneous"].astype(bool)]
    trusted = homogeneous.assign(error=1 - trusted_accuracy(homogeneous))
    best = trusted[nondominated(trusted, (ERROR, cost))].sort_values("error", kind="stable")
    spread = spread_over_seeds(answers)
    parts = []
    for _, reference in best.iloc[evenly_spaced(len(best), MOST_NAMED)].iterrows():
        match = cheapest_match(plane, reference, answers, spread, cost=cost)
        name = f"against {names.get(reference['id'], reference['id'])} ({percent(*fresh(reference))})"
        if match.surely is None or match.surely["accuracy_key"] == reference["accuracy_key"]:
            parts.append(f"{name} none{_open(match, cost)}")
        else:
            parts.append(f"{name} {_how_much(match, reference, cost)} by {match.surely['id']}{_more(match)}")
    if not parts:
        return "No feasible homogeneous design was trained."
    quantity = quantity_of(cost)
    return (
        f"{_BETTER[quantity.better]} {quantity.name} than the best of the {len(homogeneous)} homogeneous designs "
        "trained (every layer alike), at an "
        f"accuracy less by at most {WITHIN} ({100 * CONFIDENCE:g} % sure): {'; '.join(parts)}."
    )


def _passes(match: Match) -> str:
    found = match.difference
    assert found is not None
    how = "image by image" if found.paired else "not paired"
    trainings = f"{found.trainings} training{'s' if found.trainings > 1 else ''} each"
    unknown = "" if found.of_seeds else ", how seeds spread isn't known"
    return (
        f"is less accurate by at most {WITHIN} ({100 * CONFIDENCE:g} % sure; "
        f"{100 * found.mean:+.1f} +- {100 * found.standard_error:.1f} points, {how}, {trainings}{unknown})"
    )


def _beside(reference: pd.Series, plane: pd.DataFrame, traded: Plane) -> str:
    """The figures of a baseline in two metrics of the hardware, and how many designs are better in both."""
    own = matrix_of(reference.to_frame().T, traded)[0]
    better = int((matrix_of(plane, traded) < own).all(axis=1).sum())
    figures = " and ".join(figure_said(metric, reference[metric]) for metric in traded)
    return f", {figures}; {better} of the {len(plane)} designs on the front are better in both."


def _how_much(match: Match, reference: pd.Series, cost: str) -> str:
    """A gain; of what has no ratios both figures."""
    assert match.surely is not None
    if quantity_of(cost).log:
        return times(match.gain)
    return f"{in_short(match.surely[cost])} in place of {in_short(reference[cost])}"


def _none(match: Match, cost: str) -> str:
    return f"no cheaper design on the front is surely less accurate by at most {WITHIN}{_open(match, cost)}"


def _open(match: Match, cost: str) -> str:
    """What errors leave open where nothing is sure."""
    return f" (errors leave open up to {gain_said(cost, match.perhaps_gain)})" if match.perhaps_gain > 1 else ""


def _more(match: Match) -> str:
    """What errors leave open beside what is sure."""
    if times(match.perhaps_gain) == times(match.gain):
        return ""
    return f" (errors leave open up to {times(match.perhaps_gain)})"
