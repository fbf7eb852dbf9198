"""Sentences on what designs of a front gain over others that are as accurate within a margin."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from xpert_evo.analysis.front import nondominated, trusted_accuracy
from xpert_evo.analysis.noninferiority import (
    CONFIDENCE,
    PROXY_MARGIN,
    Answers,
    Match,
    cheapest_match,
    spread_over_seeds,
)
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.analysis.units import ADC_NAMES
from xpert_evo.analysis.words import accuracies_of, fresh, gains_of, percent, times

MOST_NAMED = 3  # homogeneous designs that a sentence holds the front against
WITHIN = f"{100 * PROXY_MARGIN:g} point"


def against_baseline(reference: pd.Series, plane: pd.DataFrame, kind: str, answers: Answers) -> str:
    """What the front gains over the homogeneous baseline with an ADC type.

    Args:
        reference: the baseline, a row of `front.evaluated`.
        plane: the front of error and EDAP, rows of `front.front_table` with their `accuracy_key`.
        answers: which images designs classified rightly, as far as that is known.
    """
    match = cheapest_match(plane, reference, answers, spread_over_seeds(answers))
    about = (
        f"The homogeneous VGG16 with {ADC_NAMES[kind]} ADCs (sharing 8, 6-bit ADC, 8-bit inputs) has a "
        f"{accuracies_of(reference)}"
    )
    if match.surely is None:
        return f"{about}; {_none(match)}."
    if match.surely["accuracy_key"] == reference["accuracy_key"]:
        return f"{about}; it stands on the front itself, and {_none(match)}."
    return f"{about}; {match.surely['id']} {_passes(match)}{gains_of(match.surely, kind)}{_more(match)}."


def against_homogeneous(table: pd.DataFrame, plane: pd.DataFrame, answers: Answers, names: Mapping[str, str]) -> str:
    """The front against the best homogeneous designs that the run trained.

    Args:
        table: see `front.evaluated`, with a column `homogeneous`.
        plane, answers: see `against_baseline`.
        names: what homogeneous designs are called, by id.
    """
    homogeneous = table[table["homogeneous"].astype(bool)]
    trusted = homogeneous.assign(error=1 - trusted_accuracy(homogeneous))
    best = trusted[nondominated(trusted, ("error", "edap_pj_ns_um2"))].sort_values("error", kind="stable")
    spread = spread_over_seeds(answers)
    parts = []
    for _, reference in best.iloc[evenly_spaced(len(best), MOST_NAMED)].iterrows():
        match = cheapest_match(plane, reference, answers, spread)
        name = f"against {names.get(reference['id'], reference['id'])} ({percent(*fresh(reference))})"
        if match.surely is None or match.surely["accuracy_key"] == reference["accuracy_key"]:
            parts.append(f"{name} none{_open(match)}")
        else:
            parts.append(f"{name} {times(match.edap_gain)} by {match.surely['id']}{_more(match)}")
    if not parts:
        return "No feasible homogeneous design was trained."
    return (
        f"Lower EDAP than the best of the {len(homogeneous)} homogeneous designs trained (every layer alike), at an "
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


def _none(match: Match) -> str:
    return f"no cheaper design on the front is surely less accurate by at most {WITHIN}{_open(match)}"


def _open(match: Match) -> str:
    """What errors leave open where nothing is sure."""
    return f" (errors leave open up to {times(match.perhaps_gain)} lower EDAP)" if match.perhaps_gain > 1 else ""


def _more(match: Match) -> str:
    """What errors leave open beside what is sure."""
    if times(match.perhaps_gain) == times(match.edap_gain):
        return ""
    return f" (errors leave open up to {times(match.perhaps_gain)})"
