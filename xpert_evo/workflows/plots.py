"""A run as pictures: composes its folder, its chip and what is drawn of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xpert_evo.analysis.breakdown import Totals, layer_frame
from xpert_evo.analysis.front import front_column
from xpert_evo.analysis.medium import SCREEN, Medium
from xpert_evo.analysis.names import titled
from xpert_evo.analysis.outputs import BASELINES_FILE, DESIGNS_FOLDER, FRONT_FILE
from xpert_evo.analysis.pictured import Knee, Pictured, drawn, from_tables
from xpert_evo.design.design_files import load_designs
from xpert_evo.errors import InputError
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.objectives import PLANE, plane_of
from xpert_evo.search.records.run_folder import PROBLEM_FILE, STORE_FILE
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.results import CONVERGENCE_FILE, Run, load_run, run_convergence, run_front

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS_FOLDER = "plots"


def write_plots(out: Path, medium: Medium = SCREEN) -> list[Path]:
    """Draws a run's pictures into its `plots/`, and returns their paths.

    Of a folder without a store, as published runs are, that is drawn which its tables hold.

    Args:
        out: the run's folder.
        medium: how wide, and in which formats.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    from xpert_evo.analysis import pictures  # matplotlib takes as long to load as all the rest

    problem, run = pictured(out)
    return pictures.write_plots(out / PLOTS_FOLDER, run, _history(out, problem, run), _knee(out, problem, run), medium)


def plot_front(run: str | Path, ax: Axes | None = None) -> Axes:
    """Draws a run's proxy accuracy against EDAP, with the front, its knee and the homogeneous baselines.

    A search without one of the two has others in their place.

    ```python
    import matplotlib.pyplot as plt
    import xpert_evo

    plt.rcParams["font.size"] = 7
    figure, axes = plt.subplots(figsize=(3.5, 2.8), layout="constrained")
    xpert_evo.plot_front("results/published/cifar10-quick-1", ax=axes)
    axes.set_title("CIFAR-10")
    figure.savefig("front.pdf")
    ```

    Args:
        run: folder of a run, stopped ones too; or with front.csv and problem.toml alone, as published runs are.
        ax: matplotlib's axes to draw into; new ones by default.

    Returns:
        The axes: EDAP in mJ ms mm² against accuracy in %, with a legend. Letters are of the size that matplotlib is set
        to; what the figures are valid for (data set, preset, network model, weight encoding) is for a caption to say.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    from xpert_evo.analysis import plots

    _, found = pictured(Path(run))
    if ax is None:
        import matplotlib.pyplot as plt  # which chooses a backend: the user's matter, so only where none was chosen

        ax = plt.subplots(layout="constrained")[1]
    return plots.draw_front(found, ax)


def pictured(out: Path) -> tuple[Problem, Pictured]:
    """The problem of a run, and what it found: from its store, or from its tables where it has none.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    if not has_tables_alone(out):
        run = load_run(out)
        metrics = drawn(run.problem.search.objectives)
        found = Pictured(run.table, run_front(run), run.baselines, run.problem.labels(), metrics, run.plane)
        return run.problem, found
    problem = load_problem(out / PROBLEM_FILE)
    front = read_table(out / FRONT_FILE, ["id", "accuracy", "knee"])
    problem = _as_shown(problem, front)
    plane = plane_of(problem.search.objectives)
    own = [name for name in plane if name != ERROR]
    _require_columns(out / FRONT_FILE, front, [*own, front_column(plane)])
    for estimator in front.get("estimator", [])[:1]:
        problem = problem.with_accuracies_by(str(estimator), str(out / FRONT_FILE))
    hardware = problem.hardware.load()
    kinds, designs = modelled_baselines(problem.search_space(), hardware)
    references = hardware.evaluate(designs).to_frame(list(designs.ids)).assign(baseline=kinds)
    if not set(own) <= set(references):  # what a function of the user's own gives nobody knows any more
        references = references[:0].assign(**dict.fromkeys(own, np.nan))
    if (out / BASELINES_FILE).is_file():
        references = read_table(out / BASELINES_FILE, ["id", "baseline", "accuracy", *own])
    return problem, from_tables(front, references, problem.labels(), problem.search.objectives)


def has_tables_alone(out: Path) -> bool:
    """Whether a run's folder has no store but its front, as those of published runs do."""
    return not (out / STORE_FILE).is_file() and (out / FRONT_FILE).is_file()


def read_table(path: Path, wanted: Sequence[str] = ()) -> pd.DataFrame:
    """A table that a run writes.

    Raises:
        InputError: it isn't one, or one of the wanted columns is missing.
    """
    try:
        table = pd.read_csv(path, dtype={"id": str})
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is no table that a run writes ({error})") from error
    _require_columns(path, table, wanted)
    return table


def _require_columns(path: Path, table: pd.DataFrame, wanted: Sequence[str]) -> None:
    missing = [column for column in wanted if column not in table]
    if missing:
        raise InputError(f"{path}: the column {missing[0]} is missing; what a run writes is wanted")


def _as_shown(problem: Problem, front: pd.DataFrame) -> Problem:
    """The problem of a front: earlier versions showed those of any objectives in error and EDAP."""
    if front_column(plane_of(problem.search.objectives)) in front or front_column(PLANE) not in front:
        return problem
    objectives = tuple(dict.fromkeys([*PLANE, *problem.search.objectives]))
    return problem.model_copy(update={"search": problem.search.model_copy(update={"objectives": objectives})})


def _history(out: Path, problem: Problem, run: Pictured) -> pd.DataFrame | None:
    """How the search converged; None where nobody can say."""
    if run.whole:
        return run_convergence(Run(problem, run.table, run.baselines, out))
    path = out / CONVERGENCE_FILE
    return read_table(path, ["trainings", "hypervolume"]) if path.is_file() else None


def _knee(out: Path, problem: Problem, run: Pictured) -> Knee | None:
    """The layers of the front's knee beside the totals of the first baseline; None where there is no front."""
    hardware = problem.hardware.load()
    for identity in run.front.loc[run.front["knee"].astype(bool), "id"]:
        if run.whole:
            found = Run(problem, run.table, run.baselines, out)
            design = found.designs(run.table[run.table["id"] == identity])[0]
        else:
            design = load_designs(out / DESIGNS_FOLDER / f"{identity}.json")[0]
        kinds, designs = modelled_baselines(problem.search_space(), hardware)
        beside = Totals(kinds[0], run.labels.network, layer_frame(designs.design(0), hardware)) if kinds else None
        return Knee(titled(design, "the knee"), layer_frame(design, hardware), beside)
    return None
