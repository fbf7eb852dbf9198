"""One search from a problem to a finished folder: composes the rooms in the order in which data flow."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from xpert_evo.accuracy.estimators import Estimator, FineTuning, ProxyTraining, Supernet
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread
from xpert_evo.analysis import outputs
from xpert_evo.analysis.front import Labels, evaluated, front_table
from xpert_evo.data import dataset_info, load_train, split
from xpert_evo.design.designs import Design, stack
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NetworkModel
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.progress import Progress, Silent
from xpert_evo.search.run_folder import PROBLEM_FILE, existing_store, open_run, write_run_file
from xpert_evo.search.sampling import modelled_baselines
from xpert_evo.search.workers import InProcess, LocalProcesses, Workers
from xpert_evo.workflows.generations import search
from xpert_evo.workflows.problem import Problem, load_problem, resolved_toml
from xpert_evo.workflows.supernet import prepare, supernet_designs

WEIGHTS_FOLDER = "weights"  # of a run, where designs share weights
ROUNDS_FILE = "rounds.csv"
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
    weights = out / WEIGHTS_FOLDER
    estimator = proxy_estimator(problem, hardware, resources, data_root, download, progress, weights, seed)
    store = open_run(out, resolved_toml(problem), seed=seed, resume=resume)
    workers = make_workers(estimator, resources)
    confirming = workers
    if problem.proxy.estimator == "supernet":  # how trainings spread over seeds is nothing that its weights know
        own = with_proxy(problem, estimator="training")
        confirming = make_workers(proxy_estimator(own, hardware, resources, data_root, download, Silent()), resources)
    started = time.monotonic()
    before, waited_before = (float(store.get(key) or 0.0) for key in ("seconds", "waited_seconds"))
    evaluator = Evaluator(hardware, problem.search, store, workers, progress, seed, confirming)
    try:
        shared = prepare(estimator, progress)
        evaluator.waited_seconds += shared
        store.put("shared_seconds", str(float(store.get("shared_seconds") or 0.0) + shared))
        generations = search(evaluator, problem.search_space())
        if problem.search.promoted:
            from xpert_evo.workflows.promotion import best_of, train_longer  # which load runs by this module

            workers.close()  # and their memory: longer trainings have workers of their own
            confirming.close()
            best, factor = best_of(problem, store, problem.search.promoted), problem.search.promotion_factor
            waited = train_longer(problem, store, best, factor, resources, data_root, download, progress)
            evaluator.waited_seconds += waited
    finally:
        workers.close()
        confirming.close()
        progress.close()
        store.put("seconds", str(before + time.monotonic() - started))
        store.put("waited_seconds", str(waited_before + evaluator.waited_seconds))
        store.close()
    _write_run_file(out, problem, hardware, seed, resources, generations)
    write_plots(out)
    front = write_tables(out)
    from xpert_evo.workflows.report import write_report  # which loads runs by this module

    write_report(out)
    return front


def make_workers(estimator: Estimator, resources: Resources) -> Workers:
    """Where an estimator's trainings run."""
    if resources.workers > 1:
        return LocalProcesses(estimator, resources.workers, resources.threads)
    return InProcess(estimator)


def with_proxy(problem: Problem, **changes: Any) -> Problem:
    """The same problem with another proxy."""
    return problem.model_copy(update={"proxy": problem.proxy.model_copy(update=changes)})


def write_tables(out: Path) -> pd.DataFrame:
    """Writes a run's front, design files and what its algorithm reports from its store, and returns the front.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    problem, table, references = load_run(out)
    front = run_front(problem, table, references)
    outputs.write_tables(out, front, table, references)
    rounds = _rounds(out)
    if not rounds.empty:
        rounds.to_csv(out / ROUNDS_FILE, index=False)
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
        table = evaluated(store.evaluations(), store.accuracies(), store.promotions())
        references = json.loads(store.get("baselines") or "{}")
    finally:
        store.close()
    if table.empty:
        raise InputError(f"{out}: no design has an accuracy yet; continue the run with --resume")
    return load_problem(out / PROBLEM_FILE), table, references


def _rounds(out: Path) -> pd.DataFrame:
    """What the run's algorithm reports of itself, a row a generation; empty if it reports nothing."""
    store = existing_store(out)
    try:
        return pd.DataFrame(json.loads(store.get("rounds") or "[]"))
    finally:
        store.close()


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
        estimator=problem.proxy.estimator,
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


def proxy_estimator(
    problem: Problem,
    hardware: HardwareModel,
    resources: Resources,
    data_root: Path | None,
    download: bool,
    progress: Progress,
    weights: Path | None = None,
    seed: int = 1,
) -> Estimator:
    """The proxy of a problem, with its images.

    Args:
        weights: where weights that designs share are kept, if the problem's proxy shares any.
        seed: of weights that all designs share.

    Raises:
        InputError: the images aren't there, or fewer than the problem asks for.
    """
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
    if problem.proxy.estimator == "supernet":
        widest, subnets = supernet_designs(problem, hardware, seed)
        return Supernet(problem.proxy, *arrays, widest=widest, subnets=subnets, seed=seed, weights=weights, **options)
    return ProxyTraining(problem.proxy, *arrays, **options)


def _write_run_file(
    out: Path, problem: Problem, hardware: HardwareModel, seed: int, resources: Resources, generations: int
) -> None:
    store = existing_store(out)
    accuracies, evaluations = store.accuracies(), store.evaluations()
    seconds, waited, shared = (float(store.get(key) or 0.0) for key in ("seconds", "waited_seconds", "shared_seconds"))
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
            # All but waiting for accuracies; a search that was continued counts what it did again.
            "overhead_share": round(1 - waited / seconds, 4) if seconds else None,
            "training_seconds": round(float(accuracies["seconds"].sum()), 1),
            "shared_training_seconds": round(shared, 1),
            "counts": {
                "generations": generations,
                "evaluations": len(evaluations),
                "distinct_trainings": int((accuracies["replicate"] == 0).sum()),
                "repeated_trainings": int((accuracies["replicate"] > 0).sum()),
                "failed_trainings": int((accuracies["status"] != "ok").sum()),
            },
        },
    )
