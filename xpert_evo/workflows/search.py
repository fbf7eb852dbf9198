"""One search from a problem to a finished folder: composes the rooms in the order in which data flow."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from xpert_evo.accuracy.estimators.base import CanTrainLonger, CanTrainShorter, Estimator
from xpert_evo.data import ImageSource
from xpert_evo.data.listener import Lines
from xpert_evo.errors import InputError
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.figures import Function, extra_figures
from xpert_evo.search.progress import Progress, Silent, shown_progress
from xpert_evo.search.records.run_folder import ESTIMATOR_FACT, discard_if_empty, open_run, require_free
from xpert_evo.search.records.run_lock import alone_in
from xpert_evo.search.workers.ray_cluster import joined
from xpert_evo.workflows.confirmation import confirmation_images
from xpert_evo.workflows.estimator import WEIGHTS_FOLDER, make_workers, proxy_estimator
from xpert_evo.workflows.generations import search
from xpert_evo.workflows.own import identity, own_estimator, with_functions
from xpert_evo.workflows.own_images import GivenImages, with_images
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem, resolved_toml
from xpert_evo.workflows.promotion import best_of, train_longer
from xpert_evo.workflows.report import write_outputs
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import record_run
from xpert_evo.workflows.supernet import prepare


def run_search(
    problem: Problem | str | Path,
    out: str | Path,
    *,
    seed: int = 1,
    resume: bool = False,
    resources: Resources = Resources(),
    images: GivenImages = ImageSource(),
    progress: Progress | bool = False,
    estimator: Estimator | None = None,
    objectives: Mapping[str, Function] | None = None,
) -> pd.DataFrame:
    """Runs or continues a search and writes the run's folder.

    Arguments and errors are those of `evolve`, but that `progress=True` shows a bar with the time left, in a terminal
    and in a notebook (there with ipywidgets; lines now and then without), and False nothing.

    Returns:
        The front, as `front.csv` holds it.
    """
    evolve(
        problem,
        out,
        seed=seed,
        resume=resume,
        resources=resources,
        images=images,
        progress=shown_progress(progress),
        estimator=estimator,
        objectives=objectives,
    )
    return write_outputs(Path(out))


def evolve(
    problem: Problem | str | Path,
    out: str | Path,
    *,
    seed: int = 1,
    resume: bool = False,
    resources: Resources = Resources(),
    images: GivenImages = ImageSource(),
    progress: Progress = Silent(),
    estimator: Estimator | None = None,
    objectives: Mapping[str, Function] | None = None,
) -> None:
    """Runs or continues a search to its end; what it found is in the run's store.

    Args:
        problem: a Problem or the path of a problem file.
        out: the run's folder.
        seed: of the run; every training's seed comes from it and from the design.
        resume: continue the run in `out` if there is one.
        resources: device, threads a worker, workers; or a cluster.
        images: where the data set is looked for; or images in place of the problem's data set, the path of a folder or
            an .npz, or arrays as `register_dataset` takes them, which are then the data set `arrays`.
        progress: hears what happens; default: nobody.
        estimator: gives accuracies in place of the problem's proxy; for `search.promoted` it must be able to train
            longer. The run's store says which one it was, so that no other goes on with it; see `own.identity`.
        objectives: of the caller's own, beside those of the problem: name -> a function of a table with a row a design
            and the metrics as columns, see `hardware.quantities`, which gives a number a row, to be small.

    Raises:
        InputError: anything the user gave is wrong; the folder is as it was.
        MachineError: the machine fails again and again; what was evaluated is in the store, as when stopped. Or the
            cluster can't be joined; the folder is as it was.
        KeyboardInterrupt: stopped; what was evaluated is in the store and `resume` goes on from there.
    """
    if not isinstance(problem, Problem):
        problem = load_problem(problem, listener=Lines(progress.say))
    problem, images = with_images(problem, images, Lines(progress.say))
    problem, functions = with_functions(problem, objectives or {})
    out, hardware = Path(out), problem.hardware.load()
    estimator = estimator or own_estimator(problem.proxy)
    name = problem.proxy.estimator if estimator is None else identity(estimator)
    longer = estimator if isinstance(estimator, CanTrainLonger) else None
    if problem.search.promoted and estimator is not None and longer is None:
        raise InputError(
            f"search.promoted: {problem.search.promoted}, but the given estimator has no method `longer`; 0 is valid"
        )
    if problem.search.fidelities and estimator is not None and not isinstance(estimator, CanTrainShorter):
        raise InputError(
            f"search.fidelities: {list(problem.search.fidelities)}, but the given estimator has no method `of_epochs`; "
            "leave it out"
        )
    resolved = resolved_toml(problem)
    require_free(out, resolved, seed=seed, estimator=name, resume=resume, resolve=_resolved)
    with joined(resources.ray, progress.say), alone_in(out):
        for remark in problem.remarks():
            progress.say(remark)
        proxy = estimator or proxy_estimator(
            problem, resources, images, progress, weights=out / WEIGHTS_FOLDER, seed=seed
        )
        deadline = problem.search.deadline_s
        workers = make_workers(proxy, resources, deadline)
        store, change = open_run(out, resolved, seed=seed, resolve=_resolved)
        store.put(ESTIMATOR_FACT, name)
        confirmation = confirmation_images(problem, store, images) if estimator is None else 0
        confirming = workers
        if estimator is None and (confirmation or problem.proxy.estimator == "supernet"):
            # How trainings spread over seeds is nothing that a supernet's weights know.
            own = problem.with_proxy(estimator="training") if problem.proxy.estimator == "supernet" else problem
            fresh = proxy_estimator(
                own, resources, images, confirmation=confirmation, weights=out / WEIGHTS_FOLDER, seed=seed
            )
            confirming = make_workers(fresh, resources, deadline)
        if change:
            progress.say(f"the run is extended: {change}")
        forgotten = store.forget_lost()
        if forgotten:
            progress.say(f"{forgotten} trainings that the machine gave no answer to are asked for again")
        started = time.monotonic()
        before, waited_before = (store.seconds(key) for key in ("seconds", "waited_seconds"))
        evaluator = Evaluator(
            hardware,
            problem.search,
            store,
            workers,
            progress,
            seed,
            confirming,
            extra_figures(problem.search, functions),
        )

        def settle() -> None:
            """Ends what runs and notes the time that it took."""
            workers.close()
            confirming.close()
            progress.close()
            store.put("seconds", str(before + time.monotonic() - started))
            store.put("waited_seconds", str(waited_before + evaluator.waited_seconds))
            store.close()

        try:
            shared = prepare(proxy, progress)
            evaluator.waited_seconds += shared
            store.put("shared_seconds", str(store.seconds("shared_seconds") + shared))
            if store.counts()["distinct_trainings"] < problem.search.trainings:
                workers.start()
            generations = search(evaluator, problem.search_space())
            if problem.search.promoted:
                workers.close()  # and their memory: longer trainings have workers of their own
                confirming.close()
                best, factor = best_of(problem, store, problem.search.promoted), problem.search.promotion_factor
                waited = train_longer(problem, store, best, factor, resources, images, progress, longer)
                evaluator.waited_seconds += waited
        except BaseException as error:
            with suppress(Exception):  # what goes wrong now mustn't hide what went wrong
                settle()
            if isinstance(error, InputError):
                with suppress(Exception):
                    discard_if_empty(out)
            raise
        settle()
        record_run(out, problem.with_proxy(estimator=name), seed, resources, generations)


def _resolved(problem_file: Path) -> str:
    return resolved_toml(load_problem(problem_file))
