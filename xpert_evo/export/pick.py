"""Which design of a run is meant."""

import pandas as pd

from xpert_evo.errors import InputError

FORMS = "a design's id, knee, or best-edap@ACCURACY with an accuracy from 0 to 1"


def pick_design(front: pd.DataFrame, table: pd.DataFrame, pick: str) -> str:
    """The id of the design that `pick` names.

    Args:
        front: see `analysis.front.front_table`.
        table: all evaluated designs, see `analysis.front.evaluated`.
        pick: an id (or its beginning, where one design has it), `knee`, or `best-edap@ACCURACY`: the
            feasible design with the lowest EDAP whose proxy accuracy reaches ACCURACY (its repeated proxy
            accuracy where there is one).

    Raises:
        InputError: no design fits, or several ids begin so.
    """
    if pick == "knee":
        knees = front.loc[front["knee"], "id"]
        if knees.empty:
            raise InputError("--pick knee: the run has no feasible design")
        return str(knees.iloc[0])
    if pick.startswith("best-edap@"):
        return _best_edap(table, pick)
    fitting = table.loc[table["id"].str.startswith(pick), "id"]
    if len(fitting) != 1:
        found = "no design" if fitting.empty else f"{len(fitting)} designs"
        raise InputError(f"--pick {pick}: {found} of this id in the run; valid is {FORMS}")
    return str(fitting.iloc[0])


def _best_edap(table: pd.DataFrame, pick: str) -> str:
    text = pick.removeprefix("best-edap@")
    try:
        wanted = float(text)
    except ValueError:
        raise InputError(f"--pick {pick}: {text!r} is no number; valid is {FORMS}") from None
    if not 0 <= wanted <= 1:
        raise InputError(f"--pick {pick}: {text} is no accuracy; valid is {FORMS}")
    feasible = table[table["feasible"].astype(bool)]
    accuracy = feasible["repeated_accuracy"].fillna(feasible["accuracy"])
    reaching = feasible[accuracy >= wanted]
    if reaching.empty:
        raise InputError(f"--pick {pick}: no design reaches it; the best proxy accuracy is {accuracy.max():.4f}")
    return str(reaching["id"].iloc[reaching["edap_pj_ns_um2"].argmin()])
