"""A run as one HTML page: composes its folder, its chip and the report."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xpert_evo.analysis.failures import failure_sentences
from xpert_evo.analysis.outputs import DESIGNS_FOLDER, FRONT_FILE
from xpert_evo.analysis.pictured import Pictured
from xpert_evo.analysis.report import page
from xpert_evo.analysis.report.content import most_wanted
from xpert_evo.analysis.report.facts import run_facts
from xpert_evo.analysis.report.found import Found
from xpert_evo.analysis.report.predictions import Predictions, predictions
from xpert_evo.analysis.report.sensitivity import MOST_TRAININGS, Sensitivity, sensitivity
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.design.design import Design
from xpert_evo.design.design_files import load_designs
from xpert_evo.design.designs import Designs, stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.crossbars import array_shape
from xpert_evo.search.records.run_folder import existing_store, read_run_file
from xpert_evo.workflows.plots import pictured, read_table, write_plots
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.results import (
    CONVERGENCE_FILE,
    ROUNDS_FILE,
    Run,
    by_epochs,
    run_convergence,
    run_sentences,
    write_tables,
)

ROUND_COLUMNS = (
    "generation",
    "trainings",
    "rank_correlation",
    "rank_correlation_low",
    "rank_correlation_high",
    "unseen_designs",
)
MOST_SHOWN = 5_000  # trainings of a huge run
HISTORY_COLUMNS = ("generation", "trainings", "hypervolume", "front_size")


def write_report(run: Path) -> Path:
    """Writes `report.html` of a run that has ended or was stopped, and returns its path.

    Of a folder without a store, as published runs are, the page shows what its tables and designs hold.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    problem, shown = pictured(run)
    info = problem.image_info()
    known = _of_store(run, problem, shown) if shown.whole else _of_tables(run, problem, shown)
    facts = run_facts(
        problem.model_dump(mode="json", exclude_none=True),
        read_run_file(run),
        shown.labels,
        seed=known.seed,
        seconds=known.seconds,
        trained=known.trainings,
    )
    designs = {str(design.id): design for design in known.designs}
    found = Found(
        title=f"Co-search on {info.label}, seed {known.seed}",
        valid_for=f"{shown.labels.sentence()}. {_accuracies(problem, info.image_size)}",
        facts=facts,
        # What they are valid for and what is known of the proxy stand on the page already.
        sentences=[line for line in known.sentences if shown.labels.sentence() not in line and line != problem.ranking],
        table=shown.table,
        front=shown.front,
        baselines=shown.baselines,
        network=shown.labels.network,
        designs=designs,
        layers=max((len(design.layers) for design in known.designs), default=1),
        layers_of=lambda ids: _layers([designs[identity] for identity in ids], problem.hardware.load()),
        trained=known.trained,
        fitted=known.fitted,
        sensitivity=known.sensitivity,
        predictions=known.predictions,
        rounds=known.rounds,
        history=known.history,
        whole=shown.whole,
        objectives=problem.search.objectives,
    )
    page.write_report(found, run / page.REPORT_FILE)
    return run / page.REPORT_FILE


def write_outputs(run: Path) -> pd.DataFrame:
    """Writes all that a run leaves for its reader - plots, tables, page - and returns the front.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    write_plots(run)
    front = write_tables(run)
    write_report(run)
    return front


def checked_rounds(rounds: list, source: Path) -> pd.DataFrame:
    """What the search's predictor was worth, a row a generation in which it had been tried.

    Args:
        rounds: what the algorithm reported of its generations, a list of objects.
        source: what holds them.

    Returns:
        Nothing of algorithms that have no predictor.

    Raises:
        InputError: it isn't what a search writes.
    """
    known = [row for row in rounds if isinstance(row, dict) and "rank_correlation" in row]
    frame = _numbers(pd.DataFrame(known, columns=list(ROUND_COLUMNS)), f"{source}: rounds")
    return frame[frame["unseen_designs"] > 0]


class _Known(NamedTuple):
    """What a page tells of a run beside its designs' figures."""

    seed: str
    seconds: float
    trainings: int
    designs: list[Design]
    trained: pd.DataFrame
    fitted: int
    sensitivity: Sensitivity | None
    predictions: Predictions | None
    rounds: pd.DataFrame
    history: pd.DataFrame | None
    sentences: list[str]


def _of_store(run: Path, problem: Problem, shown: Pictured) -> _Known:
    """Of a run with its store."""
    store = existing_store(run)
    try:
        seed, seconds, rounds = store.seed(), store.seconds("seconds"), store.rounds()
        failures, shorter = tuple(failure_sentences(store.troubled_accuracies())), by_epochs(store.shorter())
        trainings = shown.table.drop_duplicates("accuracy_key")
        trained = trainings.iloc[evenly_spaced(len(trainings), MOST_SHOWN)]
        foretold = store.foretold(trained["accuracy_key"])
    finally:
        store.close()
    found = Run(problem, shown.table, shown.baselines, run, failures, shorter)
    layers = problem.graph().layers
    designs = found.designs(most_wanted(shown.table, shown.front, shown.baselines, layers, shown.plane))
    fitted = trainings.iloc[evenly_spaced(len(trainings), MOST_TRAININGS)]
    array = array_shape(problem.hardware.load())
    fit = sensitivity(stack(found.designs(fitted)), fitted["accuracy"].to_numpy(), array)
    history = run_convergence(found)
    return _Known(
        seed="unknown" if seed is None else str(seed),
        seconds=seconds,
        trainings=len(trainings),
        designs=designs,
        trained=trained,
        fitted=len(fitted),
        sensitivity=fit,
        predictions=predictions(trained, foretold, fitted, fit),
        rounds=checked_rounds(rounds, run),
        history=None if history is None else history[list(HISTORY_COLUMNS)],
        sentences=run_sentences(found, shown.front),
    )


def _of_tables(run: Path, problem: Problem, shown: Pictured) -> _Known:
    """Of a run whose store is gone.

    Raises:
        InputError: a table isn't what a run writes.
    """
    _require_numbers(shown.front.drop(columns=["id", "accuracy_source", *vars(shown.labels)], errors="ignore"), run)
    _, references = modelled_baselines(problem.search_space(), problem.hardware.load())
    designs = {str(design.id): design for design in (references.design(row) for row in range(len(references)))}
    for path in sorted((run / DESIGNS_FOLDER).glob("*.json")):
        designs |= {str(design.named().id): design.named() for design in load_designs(path)}
    facts = read_run_file(run)
    rounds = _read(run / ROUNDS_FILE)
    history = _read(run / CONVERGENCE_FILE).reindex(columns=list(HISTORY_COLUMNS))
    history = _numbers(history, str(run / CONVERGENCE_FILE))
    return _Known(
        seed=str(facts["seed"]) if facts else "unknown",
        seconds=float(facts["seconds"]) if facts and isinstance(facts.get("seconds"), int | float) else 0.0,
        trainings=facts["counts"]["distinct_trainings"] if facts else 0,
        designs=[design for identity, design in designs.items() if identity in set(shown.table["id"])],
        trained=shown.table[:0],
        fitted=0,
        sensitivity=None,
        predictions=None,
        rounds=checked_rounds(rounds.to_dict("records"), run / ROUNDS_FILE),
        history=history if len(history) else None,
        sentences=[],
    )


def _read(path: Path) -> pd.DataFrame:
    """A table of a run's folder; an empty one where there is none."""
    return read_table(path) if path.is_file() else pd.DataFrame()


def _require_numbers(front: pd.DataFrame, run: Path) -> None:
    for column in front:
        if not pd.api.types.is_numeric_dtype(front[column]):
            raise InputError(f"{run / FRONT_FILE}: {column}: numbers are wanted, as a run writes them")


def _numbers(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """The rows that are whole."""
    try:
        return frame.astype(float).dropna()
    except (TypeError, ValueError) as error:
        raise InputError(f"{source}: numbers are wanted for {', '.join(map(str, frame))}") from error


def _accuracies(problem: Problem, image_size: int) -> str:
    """What this run's accuracies are, in two sentences, and what is known of how well they rank designs."""
    proxy = problem.proxy
    known = f" {problem.ranking}" if problem.ranking else ""
    if proxy.is_own:
        return (
            f"All accuracies here are proxy accuracies, those that {proxy.estimator} gives. They rank designs.{known}"
        )
    reduced = proxy.width_factor < 1 or proxy.resolution < image_size
    networks = "reduced networks" if reduced else "the networks themselves"
    return (
        f"All accuracies here are proxy accuracies: short trainings of {networks}, scored on held-out training images. "
        f"They rank designs and are no final accuracies.{known}"
    )


def _layers(designs: list[Design], hardware: HardwareModel) -> pd.DataFrame | None:
    """Genes and costs by layer of some designs; None of none."""
    if not designs:
        return None
    stacked: Designs = stack(designs)
    return breakdown_frame(stacked, hardware.costs(stacked))
