"""A run read back from its folder: its front, tables and pictures."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from xpert_evo.accuracy.answers import of_bits
from xpert_evo.analysis import indicators, outputs, summary
from xpert_evo.analysis.failures import failure_sentences
from xpert_evo.analysis.front import evaluated, front_table, nondominated
from xpert_evo.analysis.names import said
from xpert_evo.analysis.noninferiority import Answers
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError, in_short
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NetworkModel
from xpert_evo.search.figures import extra_names
from xpert_evo.search.objectives import Plane, plane_of
from xpert_evo.search.records.accuracies import FAILED, LOST
from xpert_evo.search.records.run_folder import ESTIMATOR_FACT, PROBLEM_FILE, existing_store, write_run_file
from xpert_evo.search.records.store import Store
from xpert_evo.whole import whole
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.resources import Resources

ROUNDS_FILE = "rounds.csv"
CONVERGENCE_FILE = "convergence.csv"


@dataclass(frozen=True)
class Run:
    """What a run has found so far.

    Attributes:
        table: all evaluated designs; see `analysis.front.evaluated`.
        baselines: ADC type -> id of the homogeneous baseline with it.
        folder: of the run.
        failures: what went wrong, in sentences.
        shorter: epochs -> trainings that were so short, and chose what was trained for longer.
    """

    problem: Problem
    table: pd.DataFrame
    baselines: dict[str, str]
    folder: Path
    failures: tuple[str, ...] = ()
    shorter: dict[int, int] = field(default_factory=dict)

    @property
    def plane(self) -> Plane:
        """The two objectives that its front is shown in."""
        return plane_of(self.problem.search.objectives)

    def designs(self, rows: pd.DataFrame) -> list[Design]:
        """The designs of some rows of the table, in their order.

        Raises:
            InputError: one of them is no design, or not that of its row.
        """
        store = existing_store(self.folder)
        try:
            return store.designs(rows["number"])
        finally:
            store.close()


def load_run(out: Path) -> Run:
    """The problem, all evaluated designs and the baselines' ids of a run.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    store = existing_store(out)
    try:
        table = evaluated(store.evaluations(), store.repeated_accuracies(), store.promotions())
        baselines = store.baselines()
        failures, shorter = tuple(failure_sentences(store.troubled_accuracies())), store.shorter()
        estimator = store.get(ESTIMATOR_FACT)
    finally:
        store.close()
    if table.empty:
        raise InputError(f"{out}: no design has an accuracy yet; continue the run with --resume")
    problem = load_problem(out / PROBLEM_FILE)
    if estimator is not None:  # of Python it may be another one than the file's
        problem = problem.with_accuracies_by(estimator, f"{store.path}: run")
    return Run(problem, table, baselines, out, failures, by_epochs(shorter))


def run_front(run: Run) -> pd.DataFrame:
    """The front, with what the other network model says of its designs."""
    problem, table, baselines = run.problem, run.table, run.baselines
    other: NetworkModel = "xpertsim" if problem.hardware.network_model == "chip" else "chip"
    on_front = nondominated(table, problem.search.objectives) | nondominated(table, run.plane)
    shown = table[on_front | table["id"].isin(list(baselines.values()))]
    designs = run.designs(shown)
    elsewhere: dict[str, pd.DataFrame] = {}
    try:
        encoding = problem.hardware.load().weight_encoding
        model = HardwareModel.from_preset(problem.hardware.content, other, encoding)
        if designs:
            elsewhere[other] = model.evaluate(stack(designs)).to_frame(list(shown["id"]))
    except InputError:  # `xpertsim` doesn't model all that `chip` does
        pass
    extra = extra_names(problem.search)
    return front_table(shown, problem.search.objectives, baselines, problem.labels(), elsewhere, extra)


def run_sentences(run: Run, front: pd.DataFrame) -> list[str]:
    """What a run found, in words."""
    problem, classes = run.problem, run.problem.image_info().classes
    store = existing_store(run.folder)
    try:
        table = run.table.assign(homogeneous=store.homogeneous(run.table))
        compared = table[table["id"].isin(front["id"]) | table["homogeneous"] | (table["repeats"] > 0)]
        answers = _right_answers(store, compared)
        alike = table[table["homogeneous"]]
        names = dict(zip(alike["id"], map(said, store.designs(alike["number"])), strict=True))
    finally:
        store.close()
    costs = problem.encoding_costs()
    objectives = problem.search.objectives
    found = summary.sentences(front, table, run.baselines, problem.labels(), costs, classes, answers, names, objectives)
    chose = summary.chosen_by(run.shorter, problem.proxy.epochs)
    ranking = [problem.ranking] if problem.ranking else []
    *told, valid = found  # what all of it is valid for stays last; it may stand alone
    return [*told[:1], *chose, *told[1:], *run.failures, *ranking, valid]


def run_convergence(run: Run) -> pd.DataFrame | None:
    """How a search converged, in units of its first baseline that has an accuracy; None where none has, or its figures
    are no units."""
    for identity in run.baselines.values():
        if (run.table["id"] == identity).any():
            classes = run.problem.image_info().classes
            baseline = indicators.units_of(run.table[run.table["id"] == identity].iloc[0], run.plane)
            if not indicators.has_scale(run.plane, baseline):
                return None
            return indicators.convergence(run.table, classes=classes, baseline=baseline, plane=run.plane)
    return None


def write_tables(out: Path) -> pd.DataFrame:
    """Writes a run's front, design files and what its algorithm reports from its store, and returns the front.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    run = load_run(out)
    front = run_front(run)
    write_tables_of(run, front)
    return front


def write_tables_of(run: Run, front: pd.DataFrame) -> None:
    """The same of a run that was read, with its front."""
    out = run.folder
    on_front = run.table[run.table["id"].isin(front["id"])]
    extra = extra_names(run.problem.search)
    outputs.write_tables(out, front, run.table, run.baselines, run.designs(on_front), run.plane, extra)
    rounds = _rounds(out)
    if not rounds.empty:
        with whole(out / ROUNDS_FILE) as file:
            rounds.to_csv(file, index=False)
    history = run_convergence(run)
    if history is not None:
        with whole(out / CONVERGENCE_FILE) as file:
            history.to_csv(file, index=False)


def record_run(out: Path, problem: Problem, seed: int, resources: Resources, generations: int) -> None:
    """Writes what a run that has ended was: `run.json`."""
    store = existing_store(out)
    accuracies, counts, shorter = store.accuracies(), store.counts(), store.shorter()
    seconds, waited, shared = (store.seconds(key) for key in ("seconds", "waited_seconds", "shared_seconds"))
    store.close()
    write_run_file(
        out,
        {
            "seed": seed,
            "date": date.today().isoformat(),
            "preset": problem.preset,
            **vars(problem.labels()),
            "resources": vars(resources),
            "seconds": round(seconds, 1),
            # All but waiting for accuracies; a search that was continued counts what it did again.
            "overhead_share": round(1 - waited / seconds, 4) if seconds else None,
            "training_seconds": round(float(accuracies["seconds"].sum() + shorter["seconds"].sum()), 1),
            "shared_training_seconds": round(shared, 1),
            "counts": {
                "generations": generations,
                **counts,
                "failed_trainings": int((accuracies["status"] == FAILED).sum()),
                "lost_trainings": int((accuracies["status"] == LOST).sum()),
                **({"shorter_trainings": by_epochs(shorter)} if len(shorter) else {}),
            },
        },
    )


def by_epochs(shorter: pd.DataFrame) -> dict[int, int]:
    """How many trainings there are of each length, see `Store.shorter`."""
    epochs, counts = np.unique(shorter["epochs"].to_numpy(dtype=int), return_counts=True)
    return dict(zip(epochs.tolist(), counts.tolist(), strict=True))


def _right_answers(store: Store, rows: pd.DataFrame) -> Answers:
    """Which images the trainings of some designs classified rightly, as far as the store knows."""
    repeated = store.repeated_accuracies().set_index(["key", "replicate"])["images"]
    images: dict[Hashable, float] = dict(repeated.to_dict())
    images |= {(key, 0): count for key, count in zip(rows["accuracy_key"], rows["images"], strict=True)}
    answers: dict[str, dict[int, np.ndarray]] = {}
    for key, trainings in store.answers(rows["accuracy_key"].unique()).items():
        for replicate, bits in trainings.items():
            try:
                answers.setdefault(key, {})[replicate] = of_bits(bits, int(images.get((key, replicate), 0)))
            except ValueError as error:
                name = f"{store.path}: answers, {in_short(key)}"
                raise InputError(f"{name}: {error}; a bit for each of its images is wanted") from error
    return answers


def _rounds(out: Path) -> pd.DataFrame:
    """What the run's algorithm reports of itself, a row a generation; empty if it reports nothing."""
    store = existing_store(out)
    try:
        return pd.DataFrame(store.rounds())
    finally:
        store.close()
