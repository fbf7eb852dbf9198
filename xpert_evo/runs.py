"""One search from a problem to a finished folder: composes the rooms in the order in which data flow."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xpert_evo.accuracy.estimators import Estimator, FineTuning, ProxyTraining
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.analysis import outputs
from xpert_evo.analysis.front import Labels, evaluated, front_table, nondominated
from xpert_evo.config import Problem, load_problem, resolved_toml
from xpert_evo.data import dataset_info, load_train, split
from xpert_evo.design.designs import ADC_TYPES, Design, Designs, stack
from xpert_evo.design.space import SearchSpace
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NetworkModel
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.evolved import EVOLVED
from xpert_evo.search.progress import Progress, Silent
from xpert_evo.search.pymoo_problem import evolve
from xpert_evo.search.run_folder import PROBLEM_FILE, existing_store, open_run, write_run_file
from xpert_evo.search.sampling import baselines, first_population
from xpert_evo.search.store import Store
from xpert_evo.search.workers import InProcess, LocalProcesses, Workers

WEIGHTS_FOLDER = "weights"  # of a run, where designs share weights
SPLIT_SEED = 0  # the same validation images in every run of a data set, so that runs can be compared


@dataclass(frozen=True)
class Resources:
    """What a search may use. Equal seed and threads give equal results, whatever the number of workers."""

    device: str = "cpu"
    threads: int = 1
    workers: int = 1

    @classmethod
    def choose(cls, device: str = "auto", threads: int = 1, workers: int | None = None) -> Resources:
        """The device that is there, and by default one worker a core (one in all on a GPU).

        Raises:
            InputError: the device isn't there.
        """
        chosen = resolve_device(device)
        if workers is None:
            workers = max(1, usable_cores() // threads) if chosen == "cpu" else 1
        return cls(chosen, threads, workers)


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def resolve_device(device: str) -> str:
    """`auto` as the best device there is.

    Raises:
        InputError: the device isn't there.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, available in there.items() if available)
    if not there.get(device):
        raise InputError(f"--device {device}: not there; valid are auto, {', '.join(n for n, a in there.items() if a)}")
    return device


def run_search(
    problem: Problem | str | Path,
    out: str | Path,
    *,
    seed: int = 1,
    resume: bool = False,
    resources: Resources = Resources(),
    data_root: Path | None = None,
    download: bool = True,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Runs or continues a search and writes the run's folder.

    Args:
        problem: a Problem or the path of a problem file.
        out: the run's folder.
        seed: of the run; every training's seed comes from it and from the design.
        resume: continue the run in `out` if there is one.
        resources: device, threads a worker, workers.
        data_root: folder of the data sets; default: XPERT_EVO_DATA, then ./data.
        download: whether a missing data set may be downloaded.
        progress: hears what happens; default: nobody.

    Returns:
        The front, as `front.csv` holds it.

    Raises:
        InputError: anything the user gave is wrong; the folder is as it was.
        KeyboardInterrupt: stopped; what was evaluated is in the store and `resume` goes on from there.
    """
    if not isinstance(problem, Problem):
        problem = load_problem(problem)
    progress = progress or Silent()
    out = Path(out)
    hardware = hardware_of(problem)
    estimator = _estimator(problem, hardware, resources, data_root, download, progress, out / WEIGHTS_FOLDER)
    store = open_run(out, resolved_toml(problem), seed=seed, resume=resume)
    workers: Workers = (
        LocalProcesses(estimator, resources.workers, resources.threads)
        if resources.workers > 1
        else InProcess(estimator)
    )
    started = time.monotonic()
    before = float(store.get("seconds") or 0.0)
    try:
        generations = _search(problem, hardware, store, workers, progress, seed)
    finally:
        workers.close()
        progress.close()
        store.put("seconds", str(before + time.monotonic() - started))
        store.close()
    _write_run_file(out, problem, hardware, seed, resources, generations)
    write_plots(out)
    front = write_tables(out)
    from xpert_evo.reports import write_report  # which loads runs by this module

    write_report(out)
    return front


def write_tables(out: Path) -> pd.DataFrame:
    """Writes a run's front and design files from its store, and returns the front.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    problem, table, references = load_run(out)
    front = run_front(problem, table, references)
    outputs.write_tables(out, front, table)
    return front


def write_plots(out: Path) -> list[Path]:
    """Draws a run's pictures from its store, and returns their paths.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    problem, table, references = load_run(out)
    return outputs.write_plots(
        out,
        front=run_front(problem, table, references),
        table=table,
        baselines=references,
        classes=dataset_info(problem.dataset).classes,
        hardware=hardware_of(problem),
        labels=labels(problem),
    )


def load_run(out: Path) -> tuple[Problem, pd.DataFrame, dict[str, str]]:
    """The problem, all evaluated designs and the baselines' ids of a run.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    store = existing_store(out)
    try:
        table = evaluated(store.evaluations(), store.accuracies())
        references = json.loads(store.get("baselines") or "{}")
    finally:
        store.close()
    if table.empty:
        raise InputError(f"{out}: no design has an accuracy yet; continue the run with --resume")
    return load_problem(out / PROBLEM_FILE), table, references


def run_front(problem: Problem, table: pd.DataFrame, references: dict[str, str]) -> pd.DataFrame:
    """The front, with what the other network model says of its designs."""
    other: NetworkModel = "xpertsim" if problem.hardware.network_model == "chip" else "chip"
    designs = stack([Design.model_validate_json(text) for text in table["design"]])
    elsewhere: dict[str, pd.DataFrame] = {}
    try:
        encoding = hardware_of(problem).weight_encoding
        metrics = HardwareModel.from_preset(problem.hardware.preset, other, encoding).evaluate(designs)
        elsewhere[other] = metrics.to_frame(list(table["id"]))
    except InputError:  # `xpertsim` doesn't model all that `chip` does
        pass
    return front_table(table, problem.search.objectives, references, labels(problem), elsewhere)


def modelled_baselines(space: SearchSpace, hardware: HardwareModel) -> tuple[list[str], Designs]:
    """The homogeneous baselines of the ADC types that a chip has: at 65 nm there is no flash."""
    references = baselines(space)
    there = []
    for row in range(len(references)):
        try:
            hardware.evaluate(references[row : row + 1])
            there.append(row)
        except InputError:
            continue
    return [ADC_TYPES[row] for row in there], references[np.array(there, dtype=int)]


def encoding_costs(problem: Problem) -> dict[str, float]:
    """EDAP of the baselines, of what it is with the offset encoding, by ADC type; nothing where that is theirs."""
    hardware = hardware_of(problem)
    if hardware.weight_encoding == "offset":
        return {}
    offset = HardwareModel.from_preset(problem.hardware.preset, problem.hardware.network_model, "offset")
    kinds, references = modelled_baselines(problem.search_space(), hardware)
    costs = hardware.evaluate(references).edap_pj_ns_um2 / offset.evaluate(references).edap_pj_ns_um2
    return dict(zip(kinds, costs.tolist(), strict=True))


def hardware_of(problem: Problem) -> HardwareModel:
    """The chip that a problem names."""
    chosen = problem.hardware
    return HardwareModel.from_preset(chosen.preset, chosen.network_model, chosen.weight_encoding)


def labels(problem: Problem) -> Labels:
    """What a problem's figures are valid for."""
    hardware = hardware_of(problem)
    return Labels(
        dataset=problem.dataset,
        hardware_preset=hardware.name,
        network_model=hardware.network_model,
        weight_encoding=hardware.weight_encoding,
        activity="default",
    )


def array_shape(hardware: HardwareModel) -> ArrayShape:
    """What accuracy needs to know of a chip's crossbars."""
    return ArrayShape(
        crossbar_size=hardware.crossbar_size,
        bits_per_cell=hardware.bits_per_cell,
        weight_encoding=hardware.weight_encoding,
    )


def device_spread(hardware: HardwareModel) -> DeviceSpread:
    """How a chip's devices deviate."""
    preset = hardware.preset
    return DeviceSpread(
        cell_variation=preset.cell_variation,
        mirror_mismatch=preset.mirror_mismatch,
        on_off_ratio=preset.on_off_ratio,
    )


def _estimator(
    problem: Problem,
    hardware: HardwareModel,
    resources: Resources,
    data_root: Path | None,
    download: bool,
    progress: Progress,
    weights: Path,
) -> Estimator:
    images = load_train(problem.dataset, root=data_root, download=download, say=progress.say)
    train, validation = split(
        images, train=problem.proxy.train_images, validation=problem.proxy.validation_images, seed=SPLIT_SEED
    )
    progress.say(f"{problem.dataset}: {len(train)} images to train on, {len(validation)} to score with")
    arrays = (train.pixels, train.labels, validation.pixels, validation.labels)
    options: dict[str, Any] = {
        "array": array_shape(hardware),
        "spread": device_spread(hardware),
        "flip": dataset_info(problem.dataset).flip,
        "device": resources.device,
        "threads": resources.threads,
    }
    if problem.proxy.estimator == "fine-tuning":
        return FineTuning(problem.proxy, *arrays, weights=weights, **options)
    return ProxyTraining(problem.proxy, *arrays, **options)


def _search(
    problem: Problem,
    hardware: HardwareModel,
    store: Store,
    workers: Workers,
    progress: Progress,
    seed: int,
) -> int:
    settings = problem.search
    space = problem.search_space()
    evolved = EVOLVED[settings.algorithm](space, hardware, settings)
    evaluator = Evaluator(hardware, settings, store, workers, progress, seed)
    generator = np.random.default_rng(seed)
    log_edap, allowed = evolved.log_edap, partial(evolved.allowed, evaluator.allowed)
    first = first_population(evolved.genomes, settings.population, generator, log_edap, allowed)
    if not len(first):
        raise InputError(f"search.constraints: no design that fulfils {list(settings.constraints)} was found")

    known = int((store.accuracies()["replicate"] == 0).sum())
    progress.begin("search", settings.trainings, done=known)
    kinds, references = modelled_baselines(space, hardware)
    evaluator.evaluate(references, generation=0, train_all=True)
    store.put("baselines", json.dumps(dict(zip(kinds, references.ids, strict=True))))
    for kind in sorted(set(ADC_TYPES) - set(kinds)):
        progress.say(f"no baseline with {kind} ADCs: {hardware.name} doesn't model them")

    def evaluate(genomes: np.ndarray, generation: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        which, designs = evolved.designs(genomes)
        result = evaluator.evaluate(designs, generation)
        progress.say(_generation_line(store, generation, len(evaluator.trainings)))
        return which, *result

    def go_on(generation: int) -> bool:
        return generation < settings.generations and len(evaluator.trainings) < settings.trainings

    generations = evolve(evolved.genomes, settings, first, evaluate, go_on, seed=seed)
    _confirm(evaluator, references.ids, settings.confirm_seeds)
    return generations


def _confirm(evaluator: Evaluator, baseline_ids: tuple[str, ...], seeds: int) -> None:
    """Trains the front of error and EDAP and the baselines again with fresh seeds."""
    store = evaluator.store
    table = evaluated(store.evaluations(), store.accuracies())
    chosen = table[nondominated(table, ("error", "edap_pj_ns_um2")) | table["id"].isin(baseline_ids)]
    designs = {
        key: Design.model_validate_json(design)
        for key, design in zip(chosen["accuracy_key"], chosen["design"], strict=True)
    }
    replicates = tuple(range(1, seeds + 1))
    accuracies = store.accuracies()
    done = int((accuracies["key"].isin(list(designs)) & accuracies["replicate"].isin(replicates)).sum())
    evaluator.progress.begin("front again, fresh seeds", len(designs) * seeds, done=done)
    evaluator.accuracies(designs, replicates)


def _generation_line(store: Store, generation: int, trainings: int) -> str:
    table = evaluated(store.evaluations(), store.accuracies())
    if table.empty:
        return f"generation {generation}: no design has an accuracy yet"
    plane = table[nondominated(table, ("error", "edap_pj_ns_um2"))]
    if plane.empty:
        return f"generation {generation}: {trainings} trainings, no feasible design yet"
    return (
        f"generation {generation}: {trainings} trainings, {len(plane)} designs on the front of error and EDAP, "
        f"proxy accuracy {100 * plane['accuracy'].min():.1f} to {100 * plane['accuracy'].max():.1f} %"
    )


def _write_run_file(
    out: Path, problem: Problem, hardware: HardwareModel, seed: int, resources: Resources, generations: int
) -> None:
    store = existing_store(out)
    accuracies, evaluations = store.accuracies(), store.evaluations()
    seconds = float(store.get("seconds") or 0.0)
    store.close()
    write_run_file(
        out,
        {
            "seed": seed,
            "date": date.today().isoformat(),
            "preset": problem.preset,
            **vars(labels(problem)),
            "resources": vars(resources),
            "seconds": round(seconds, 1),
            "training_seconds": round(float(accuracies["seconds"].sum()), 1),
            "counts": {
                "generations": generations,
                "evaluations": len(evaluations),
                "distinct_trainings": int((accuracies["replicate"] == 0).sum()),
                "repeated_trainings": int((accuracies["replicate"] > 0).sum()),
                "failed_trainings": int((accuracies["status"] != "ok").sum()),
            },
        },
    )
