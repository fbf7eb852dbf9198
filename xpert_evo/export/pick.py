"""Which designs of a run are meant."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xpert_evo.analysis.front import front_column, knee, matrix_of, trusted_accuracy
from xpert_evo.errors import InputError, did_you_mean
from xpert_evo.search.objectives import PLANE, Plane

BEST = {  # form of a pick: the metric that is best, and whether more of it is better
    "best-edap": ("edap_pj_ns_um2", False),
    "best-tops-per-w": ("tops_per_w", True),
    "best-tops-per-mm2": ("tops_per_mm2", True),
}
FORMS = (
    f"a design's id, knee, or {', '.join(f'{form}@ACCURACY' for form in ('knee', *BEST))} with an accuracy from 0 to 1"
)
FLOOR_SHARE = (
    0.9  # of the best accuracy, that a design picked by default has at least: a knee alone may lie near chance
)


def default_pick(front: pd.DataFrame, plane: Plane = PLANE) -> str:
    """The pick where none is given: the knee of designs that aren't much less accurate than the best.

    Args:
        front: see `analysis.front.front_table`.
        plane: the two objectives that it is shown in.
    """
    shown = front[front[front_column(plane)].astype(bool)]
    return f"knee@{FLOOR_SHARE * trusted_accuracy(shown).max():.3f}" if len(shown) else "knee"


def pick_designs(
    front: pd.DataFrame, table: pd.DataFrame, picks: Sequence[str], plane: Plane = PLANE
) -> dict[str, tuple[str, ...]]:
    """The ids of the designs that `picks` name, in their order, each with all the picks that name it.

    Arguments and errors as in `pick_design`.
    """
    named: dict[str, tuple[str, ...]] = {}
    for pick in dict.fromkeys(picks):
        identity = pick_design(front, table, pick, plane)
        named[identity] = (*named.get(identity, ()), pick)
    return named


def pick_design(front: pd.DataFrame, table: pd.DataFrame, pick: str, plane: Plane = PLANE) -> str:
    """The id of the design that `pick` names.

    Args:
        front: see `analysis.front.front_table`.
        table: all evaluated designs, see `analysis.front.evaluated`.
        pick: an id (or its beginning, where one design has it), `knee`, or a form of `BEST` with an accuracy,
            such as `best-edap@0.9`: the best of the feasible designs that reach it, see `front.trusted_accuracy`.
            `knee@0.9` is the knee of those on the front of the plane that do.
        plane: the two objectives that the front is shown in.

    Raises:
        InputError: no design fits, or several ids begin so.
    """
    if pick == "knee":
        knees = front.loc[front["knee"], "id"]
        if knees.empty:
            raise InputError("--pick knee: the run has no feasible design")
        return str(knees.iloc[0])
    form, at, accuracy = pick.partition("@")
    if at and form in BEST:
        return _best(table, pick, form, accuracy)
    if at and form == "knee":
        return _knee(front, pick, accuracy, plane)
    fitting = table.loc[table["id"].str.startswith(pick), "id"]
    if len(fitting) != 1:
        found = "no design" if fitting.empty else f"{len(fitting)} designs"
        instead = did_you_mean(form, ["knee", *BEST, *table["id"]]) if fitting.empty else ""
        raise InputError(f"--pick {pick}: {found} of this id in the run; valid is {FORMS}{instead}")
    return str(fitting.iloc[0])


def _best(table: pd.DataFrame, pick: str, form: str, text: str) -> str:
    reaching = _reaching(table[table["feasible"].astype(bool)], pick, text)
    metric, more_is_better = BEST[form]
    values = reaching[metric]
    return str(reaching["id"].iloc[values.argmax() if more_is_better else values.argmin()])


def _knee(front: pd.DataFrame, pick: str, text: str, plane: Plane) -> str:
    shown = _reaching(front[front[front_column(plane)].astype(bool)], pick, text)
    trusted = shown.assign(error=1 - trusted_accuracy(shown))
    return str(shown["id"].iloc[knee(matrix_of(trusted, plane))])


def _reaching(designs: pd.DataFrame, pick: str, text: str) -> pd.DataFrame:
    """Those that reach an accuracy."""
    try:
        wanted = float(text)
    except ValueError:
        raise InputError(f"--pick {pick}: {text!r} is no number; valid is {FORMS}") from None
    if not 0 <= wanted <= 1:
        raise InputError(f"--pick {pick}: {text} is no accuracy; valid is {FORMS}")
    accuracy = trusted_accuracy(designs)
    reaching = designs[accuracy >= wanted]
    if reaching.empty:
        raise InputError(
            f"--pick {pick}: no design reaches it; the best proxy accuracy is {accuracy.max():.4f} (over fresh seeds, "
            "or else the search's less a standard error)"
        )
    return reaching
