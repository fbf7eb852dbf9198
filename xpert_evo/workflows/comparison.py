"""Several runs held against each other: composes their folders, looks whether they can be compared, and compares."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from xpert_evo.analysis import comparison
from xpert_evo.analysis.comparison import ComparedRun, Scale
from xpert_evo.analysis.front import Labels, front_column, nondominated
from xpert_evo.analysis.indicators import DECADES
from xpert_evo.analysis.pictured import Pictured
from xpert_evo.analysis.words import listed
from xpert_evo.errors import InputError
from xpert_evo.files import require_unused
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.objectives import PLANE, in_words
from xpert_evo.search.records.run_folder import existing_store, read_run_file
from xpert_evo.workflows.plots import pictured
from xpert_evo.workflows.problem import Problem


@dataclass(frozen=True)
class Comparison:
    """What came out; see `analysis.comparison`.

    Attributes:
        coverages: what the accuracy is called -> coverage; without those that no search has.
    """

    indicators: pd.DataFrame
    coverages: dict[str, pd.DataFrame]
    scale: Scale
    labels: Labels

    def sentence(self) -> str:
        """What hypervolumes are measured with, in words."""
        return (
            f"Hypervolume in (proxy error, log10 EDAP): the reference point is the error of chance, "
            f"{100 * (1 - 1 / self.scale.classes):.3g} %, and the EDAP of the homogeneous {self.scale.network} with "
            f"{self.scale.baseline} ADCs, {self.scale.baseline_edap * 1e-21:.4g} mJ ms mm2; 1 would be no error at "
            f"{10**DECADES:,.0f}x less EDAP."
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values; what isn't there is null."""
        coverages = {name: json.loads(frame.to_json(orient="index")) for name, frame in self.coverages.items()}
        runs = json.loads(self.indicators.to_json(orient="records"))
        return {"runs": runs, "coverage": coverages, "scale": asdict(self.scale), **vars(self.labels)}


def compare_runs(folders: Sequence[Path], out: Path | None = None) -> Comparison:
    """Compares the fronts of proxy error and EDAP of runs, of one network or of several.

    Args:
        folders: of runs, stopped ones too; or with front.csv and problem.toml alone, as published runs are.
        out: folder for the tables (CSV) and a picture; written only where it is given.

    Raises:
        InputError: fewer than two runs, one of them twice, a folder without a run, runs of another data set, chip or
            proxy, or `out` is in use.
    """
    if len(folders) < 2:
        raise InputError("compare: give at least two folders of runs")
    twice = [folder for folder, times in Counter(folder.resolve() for folder in folders).items() if times > 1]
    if twice:
        raise InputError(f"{twice[0]}: is given twice")
    if out is not None:
        require_unused(out)
    short = Counter(folder.resolve().name for folder in folders)
    names = [name if short[name := folder.resolve().name] == 1 else str(folder) for folder in folders]
    loaded = [_load(folder, name) for folder, name in zip(folders, names, strict=True)]
    problem = loaded[0][0]
    for folder, (other, _) in zip(folders[1:], loaded[1:], strict=True):
        _require_alike(folders[0], problem, folder, other)
    networks = list(dict.fromkeys(one.labels().network for one, _ in loaded))
    kinds, references = modelled_baselines(problem.search_space(), problem.hardware.load())
    scale = Scale(
        classes=problem.image_info().classes,
        baseline_edap=float(problem.hardware.load().evaluate(references).edap_pj_ns_um2[0]),
        baseline=kinds[0],
        network=networks[0],
    )
    runs = [run for _, run in loaded]
    coverages = {called: comparison.coverage(runs, accuracy) for accuracy, called in comparison.ACCURACIES.items()}
    result = Comparison(
        indicators=comparison.indicators(runs, scale),
        coverages={called: shares for called, shares in coverages.items() if shares.notna().any(axis=None)},
        scale=scale,
        labels=replace(problem.labels(), network=listed(networks)),
    )
    if out is not None:
        _write(result, runs, out)
    return result


def _load(folder: Path, name: str) -> tuple[Problem, ComparedRun]:
    """A run from its store; from its tables where it has none."""
    seed: int | None
    trainings: int | None
    problem, found = pictured(folder)
    if found.whole:
        trainings = found.table["accuracy_key"].nunique()
        store = existing_store(folder)
        seed = store.seed()
        store.close()
    else:
        facts = read_run_file(folder)
        seed, trainings = (facts["seed"], facts["counts"]["distinct_trainings"]) if facts else (None, None)
    designs = _front(folder, found)
    run = ComparedRun(name, seed, problem.search.algorithm, trainings, designs, found.baseline_rows)
    return problem, run


def _front(folder: Path, found: Pictured) -> pd.DataFrame:
    """The designs on a run's front of error and EDAP, whatever it was searched for.

    Raises:
        InputError: its tables alone are there, and they hold another front.
    """
    if found.plane == PLANE:
        return found.front[found.front[front_column(PLANE)].astype(bool)]
    if not found.whole:
        raise InputError(
            f"{folder}: has no store, and its front is of {in_words(found.plane)}; fronts of {in_words(PLANE)} are "
            "compared"
        )
    return found.table[nondominated(found.table, PLANE)]


def _require_alike(folder: Path, problem: Problem, other_folder: Path, other: Problem) -> None:
    """Raises InputError where something differs that errors and EDAP depend on, but for the search."""
    here, there = _conditions(problem), _conditions(other)
    for key in {**here, **there}:
        if here.get(key) != there.get(key):
            raise InputError(
                f"{other_folder}: {key} is {there.get(key)}, but {here.get(key)} in {folder}; only runs of one data "
                "set, chip and proxy can be compared"
            )


def _conditions(problem: Problem) -> dict[str, Any]:
    """Dotted key -> value of all that errors and EDAP depend on, but for the network, the search and its space."""
    preset = problem.hardware.load().preset.model_dump(mode="json")
    own = problem.images.content if problem.images else None  # the same wherever they are
    whole = {
        "dataset": problem.dataset if own is None else f"images {own.fingerprint}",
        "image size": problem.image_info().image_size,
        **{f"hardware.{key}": preset.pop(key) for key in ("name", "network_model", "weight_encoding")},
        **{f"hardware.{key}": value for key, value in preset.items()},
    }
    return whole | {f"proxy.{key}": value for key, value in problem.proxy.model_dump(mode="json").items()}


def _write(result: Comparison, runs: list[ComparedRun], out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out}: {error.strerror or error}; a folder that can be written is wanted") from error
    result.indicators.to_csv(out / "indicators.csv", index=False)
    for called, shares in result.coverages.items():
        shares.to_csv(out / f"coverage_{called}.csv", index_label="covers")
    comparison.picture(runs, result.scale, result.labels, out / "fronts.png")
