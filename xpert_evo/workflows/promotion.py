"""Promotion: designs of a run, and its baselines beside them, are trained for longer, whatever estimator it has.

What they reach is scored on training images that chose nothing, where the proxy leaves some over; else on the same
held-out ones as the search's accuracies.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from xpert_evo.accuracy.estimators.base import CanTrainLonger
from xpert_evo.analysis.front import evaluated, nondominated, trusted_accuracy
from xpert_evo.analysis.indicators import has_scale, unit_plane, units_of
from xpert_evo.analysis.promotion import most_valuable, promoted_table
from xpert_evo.data import ImageSource
from xpert_evo.errors import InputError
from xpert_evo.export.pick import pick_designs
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.search.evaluation import training_seed
from xpert_evo.search.objectives import in_words, plane_of
from xpert_evo.search.progress import Progress, Silent
from xpert_evo.search.records.accuracies import LOST
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.search.records.run_lock import alone_in
from xpert_evo.search.records.store import Store
from xpert_evo.search.workers.ray_cluster import joined
from xpert_evo.search.workers.tasks import AccuracyTask
from xpert_evo.workflows.confirmation import confirmation_images
from xpert_evo.workflows.estimator import make_workers, proxy_estimator
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.report import write_outputs
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, run_front

REPLICATE = -1  # these trainings have seeds of their own: designs were chosen by what the others gave


def promote_run(run: Path, picks: Sequence[str] = (), **options: Any) -> pd.DataFrame:
    """Trains designs of a run for longer, and writes its tables, plots and page anew; run again, it goes on.

    Args, return value and errors are those of `promote_designs`.
    """
    table = promote_designs(run, picks, **options)
    write_outputs(run)
    return table


def promote_designs(
    run: Path,
    picks: Sequence[str] = (),
    *,
    designs: int = 0,
    factor: int = 10,
    resources: Resources = Resources(),
    images: ImageSource = ImageSource(),
    progress: Progress = Silent(),
    estimator: CanTrainLonger | None = None,
) -> pd.DataFrame:
    """Trains designs of a run for longer.

    Args:
        run: folder of a run that has ended or was stopped.
        picks: see `export.pick.pick_design`.
        designs: so many of the most valuable ones of the front as well.
        factor: times the proxy's epochs.
        resources, images, progress, estimator: as in `search.run_search`.

    Returns:
        What `promoted.csv` holds: a row a design that was trained so long, the baselines among them.

    Raises:
        InputError: the folder holds no run, nothing fits a pick, nothing is picked, or the images aren't there.
        MachineError: the cluster can't be joined.
        KeyboardInterrupt: stopped; trainings that have ended are kept.
    """
    there = load_run(run)
    named = list(pick_designs(run_front(there), there.table, picks, there.plane))
    with joined(resources.ray, progress.say), alone_in(run):
        store = existing_store(run, read_only=False)
        try:
            chosen = list(dict.fromkeys([*named, *best_of(there.problem, store, designs)]))
            if not chosen:
                if designs:
                    raise InputError(
                        f"promote: no design of the front beats the baseline in {in_words(there.plane)}, so none is "
                        "worth it by hypervolume; name some with --pick"
                    )
                raise InputError("promote: names no design; give --pick or --designs")
            try:
                train_longer(there.problem, store, chosen, factor, resources, images, progress, estimator)
            finally:
                progress.close()
        finally:
            store.close()
    return promoted_table(load_run(run).table, there.baselines, there.plane[1])


def best_of(problem: Problem, store: Store, count: int) -> list[str]:
    """Ids of the most valuable designs on the run's front, by repeated accuracies where there are any; none where the
    baseline's figures are no units."""
    plane, evaluations = plane_of(problem.search.objectives), store.evaluations()
    table = evaluated(evaluations, store.repeated_accuracies())
    shown = table[nondominated(table, plane)]
    reference = evaluations[evaluations["id"] == next(iter(store.baselines().values()), None)]
    baseline = {} if reference.empty else units_of(reference.iloc[0], plane)
    if not baseline or not has_scale(plane, baseline):
        return []
    columns = {name: shown[name].to_numpy() for name in plane} | {ERROR: 1 - trusted_accuracy(shown).to_numpy()}
    classes = problem.image_info().classes
    points = unit_plane(columns, plane, classes=classes, baseline=baseline)
    return most_valuable(shown, points, count)


def train_longer(
    problem: Problem,
    store: Store,
    identities: Sequence[str],
    factor: int,
    resources: Resources,
    images: ImageSource,
    progress: Progress,
    estimator: CanTrainLonger | None = None,
) -> float:
    """Trains designs of a store, and the baselines, so many times as long as the proxy does; one training each.

    Trainings that the store holds already aren't done again.

    Args:
        estimator: whose longer trainings stand in place of the proxy's; it can train longer.

    Returns:
        Seconds that it took.
    """
    began = time.monotonic()
    table = evaluated(store.evaluations(), store.repeated_accuracies())
    baselines = store.baselines().values()
    chosen = table[table["id"].isin([*identities, *baselines])]
    designs = dict(zip(chosen["accuracy_key"], store.designs(chosen["number"]), strict=True))
    longer = longer_problem(problem, factor)
    epochs = longer.proxy.epochs
    promotions = store.promotions()
    done = set(promotions.loc[promotions["epochs"] == epochs, "key"])
    seed = store.seed() or 0
    tasks = [
        AccuracyTask(key, REPLICATE, design, training_seed(seed, key, REPLICATE))
        for key, design in designs.items()
        if key not in done
    ]
    progress.begin(f"training for {epochs} epochs", len(designs), done=len(designs) - len(tasks))
    if not tasks:
        return time.monotonic() - began
    progress.say(_foretold(store, problem, tasks, epochs, factor, resources))
    confirmation = 0 if estimator else confirmation_images(problem, store, images)
    trained = (
        estimator.longer(factor) if estimator else proxy_estimator(longer, resources, images, confirmation=confirmation)
    )
    deadline = problem.search.deadline_s
    workers = make_workers(trained, resources, deadline and factor * deadline)
    try:
        for result in workers.run(tasks):
            if result.status != LOST:  # else it is asked for again the next time
                store.add_promotion(epochs, result)
            progress.trained(result)
    finally:
        workers.close()
    return time.monotonic() - began


def longer_problem(problem: Problem, factor: int) -> Problem:
    """The problem whose proxy is a training of every design's own, so many times as long."""
    epochs, float_epochs = factor * problem.proxy.epochs, factor * problem.proxy.float_epochs
    return problem.with_proxy(estimator="training", epochs=epochs, float_epochs=float_epochs)


def _foretold(
    store: Store, problem: Problem, tasks: Sequence[AccuracyTask], epochs: int, factor: int, resources: Resources
) -> str:
    """How many trainings there are to come and, by what the designs' short ones took, for how long."""
    text = f"{len(tasks)} designs are trained for {epochs} epochs"
    accuracies = store.accuracies()
    trained = accuracies["replicate"] >= (1 if problem.proxy.estimator == "supernet" else 0)
    seconds = accuracies[trained & (accuracies["status"] == "ok")].groupby("key")["seconds"].mean()
    if seconds.empty or resources.ray:  # on a cluster it depends on who else uses it
        return text
    whole = factor * seconds.reindex([task.key for task in tasks]).fillna(seconds.mean()).sum()
    return f"{text}, which takes about {timedelta(seconds=round(whole / resources.workers))}"
