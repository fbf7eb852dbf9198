"""What went wrong in a run, in sentences: the machine's part apart from the designs'."""

from __future__ import annotations

import pandas as pd

from xpert_evo.errors import in_short
from xpert_evo.search.records.accuracies import FAILED, LOST, OK

MOST_REASONS = 3
LONGEST_REASON = 100  # characters


def failure_sentences(accuracies: pd.DataFrame) -> list[str]:
    """Sentences about trainings that gave no accuracy, or not at once; none where all went well.

    Args:
        accuracies: `Store.troubled_accuracies()`, or more.
    """
    failed = accuracies.loc[accuracies["status"] == FAILED, "error"]
    lost = accuracies.loc[accuracies["status"] == LOST, "error"]
    again = accuracies.loc[(accuracies["status"] == OK) & accuracies["error"].notna(), "error"]
    lines = []
    if len(failed):
        verb = "design can't be trained and counts" if len(failed) == 1 else "designs can't be trained and count"
        lines.append(f"{len(failed)} {verb} as infeasible: {_reasons(failed)}.")
    if len(lost):
        lines.append(
            f"{_trainings(lost)} no answer from the machine, so the front may lack designs; --resume asks again: "
            f"{_reasons(lost)}."
        )
    if len(again):
        lines.append(f"{_trainings(again)} an accuracy only after the machine had failed: {_reasons(again)}.")
    return lines


def _trainings(errors: pd.Series) -> str:
    return "1 training got" if len(errors) == 1 else f"{len(errors)} trainings got"


def _reasons(errors: pd.Series) -> str:
    counts = errors.map(lambda error: in_short(str(error), LONGEST_REASON)).value_counts()
    parts = [f"{reason} ({count} times)" if count > 1 else str(reason) for reason, count in counts.items()]
    return "; ".join(parts[:MOST_REASONS]) + (" and others" if len(parts) > MOST_REASONS else "")
