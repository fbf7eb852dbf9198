"""A run's folder: made or recognised, and what says which run it is."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from xpert_evo.errors import InputError, describe_validation_error, in_short
from xpert_evo.files import parse_toml, read_json
from xpert_evo.machine import processor_name
from xpert_evo.search.records.budget import Allowance, give
from xpert_evo.search.records.extension import changes, require_extension
from xpert_evo.search.records.facts import MOST_SECONDS
from xpert_evo.search.records.run_lock import HOLDER_FILE, LOCK_FILE
from xpert_evo.search.records.store import Store
from xpert_evo.version import __version__
from xpert_evo.whole import UNFINISHED, discard_unfinished, write_whole

PROBLEM_FILE = "problem.toml"
RUN_FILE = "run.json"
STORE_FILE = "store.sqlite"
ESTIMATOR_FACT = "estimator"  # of a run's store: whose accuracies it holds

Resolve = Callable[[Path], str]


def require_free(
    out: Path, resolved_problem: str, *, seed: int, resume: bool, resolve: Resolve, estimator: str | None = None
) -> None:
    """Looks whether a run may begin or go on in a folder; nothing is written.

    Args:
        resolve: gives a problem file's content with all that it leaves out, as `resolved_problem` is; runs of earlier
            versions leave out more.
        estimator: what gives accuracies, if that is known; runs of earlier versions don't say which theirs was, and go
            on with any.

    Raises:
        InputError: the folder is in use and `resume` is off, or it holds something else, another problem than one that
            may follow (see `extension`), another seed or estimator; the message names the first key that differs.
    """
    used = out.exists() and (not out.is_dir() or not _holds_nothing(out))
    problem_file = out / PROBLEM_FILE
    if used and not problem_file.is_file():
        raise InputError(f"{out}: is in use and holds no run ({PROBLEM_FILE} is missing); name a new folder")
    if used and not resume:
        raise InputError(f"{out}: holds a run already; continue it with --resume or name a new folder")
    if not used:
        return
    there = parse_toml(resolve(problem_file), str(problem_file))
    require_extension(there, parse_toml(resolved_problem, "problem"), problem_file)
    if (out / STORE_FILE).is_file():
        store = existing_store(out)
        known, whose = store.seed(), store.get(ESTIMATOR_FACT)
        store.close()
        if known not in (None, seed):
            raise InputError(f"{out}: was begun with seed {known}, not {seed}; name a new folder")
        if None not in (whose, estimator) and whose != estimator:
            raise InputError(
                f"{out}: holds accuracies by the estimator {in_short(str(whose))}, not {estimator}, and they don't "
                "mix; name a new folder"
            )


def open_run(out: Path, resolved_problem: str, *, seed: int, resolve: Resolve) -> tuple[Store, str]:
    """The store of a new run, or of the run in `out` that is to be continued, and how it is extended, in words.

    See `require_free`, which is to be asked first.

    Raises:
        InputError: the folder can't be written.
    """
    problem_file, given = out / PROBLEM_FILE, parse_toml(resolved_problem, "problem")
    try:
        out.mkdir(parents=True, exist_ok=True)
        discard_unfinished(out)
        there = parse_toml(resolve(problem_file), str(problem_file)) if problem_file.is_file() else None
        if there not in (None, given) and _holds_nothing(out):
            discard_if_empty(out)
            there = None
        # First what says which run it is, then what it found: a run that died in between is one without results.
        if there is None:
            out.mkdir(parents=True, exist_ok=True)
            write_whole(problem_file, resolved_problem)
            there = given
        store = Store(out / STORE_FILE)
        store.put("seed", str(seed))
        give(store, Allowance.of(there), Allowance.of(given))
        if there != given:
            write_whole(problem_file, resolved_problem)
    except OSError as error:
        raise InputError(f"{out}: {error.strerror or error}; a folder that can be written is wanted") from error
    return store, changes(there, given)


def discard_if_empty(out: Path) -> None:
    """Takes away a run that holds nothing yet, so that its folder can be used again."""
    if out.is_dir() and _holds_nothing(out):
        for name in (STORE_FILE, PROBLEM_FILE):
            (out / name).unlink(missing_ok=True)
        if not any(out.iterdir()):
            out.rmdir()


def _holds_nothing(out: Path) -> bool:
    """Whether a folder is as good as new: empty, or of a run that died before anything was found.

    One that holds a problem alone isn't: it may be its user's.
    """
    there = {path.name for path in out.iterdir() if not path.name.startswith(UNFINISHED)} - {LOCK_FILE, HOLDER_FILE}
    store_files = {STORE_FILE, f"{STORE_FILE}-journal"}
    if not there & store_files:
        return not there
    if there - store_files - {PROBLEM_FILE}:
        return False
    if (out / STORE_FILE).stat().st_size == 0:
        return True
    store = existing_store(out)
    try:
        return store.empty()
    finally:
        store.close()


def existing_store(run: Path, *, read_only: bool = True) -> Store:
    """The store of a run that was begun.

    Raises:
        InputError: the folder holds no run.
    """
    if not (run / STORE_FILE).is_file():
        raise InputError(f"{run}: holds no run ({STORE_FILE} is missing)")
    return Store(run / STORE_FILE, read_only=read_only)


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", allow_inf_nan=False)


class _Counts(_Part):
    generations: int = Field(ge=0)
    evaluations: int = Field(ge=0)
    distinct_trainings: int = Field(ge=0)
    repeated_trainings: int = Field(ge=0)
    failed_trainings: int = Field(ge=0)
    lost_trainings: int = Field(default=0, ge=0)


class _Machine(_Part):
    platform: str
    processor: str
    cores: int | None
    python: str


class _Resources(_Part):
    device: str
    workers: int = Field(ge=1)
    threads: int = Field(ge=1)
    ray: str | None = None


class _RunFile(_Part):
    """What of `run.json` is read again."""

    version: str
    seed: int
    date: str = "not noted"
    training_seconds: float = Field(ge=0, le=MOST_SECONDS)
    counts: _Counts
    machine: _Machine
    resources: _Resources


def read_run_file(out: Path) -> dict[str, Any] | None:
    """The content of `run.json`; None where the run hasn't ended.

    Raises:
        InputError: it isn't what a run writes.
    """
    path = out / RUN_FILE
    if not path.exists():
        return None
    try:
        return _RunFile.model_validate(read_json(path, "what a run writes")).model_dump()
    except ValidationError as error:
        raise InputError(describe_validation_error(error, str(path))) from error


def write_run_file(out: Path, facts: dict[str, Any]) -> None:
    """Writes `run.json`: the facts, the version and the machine."""
    machine = {
        "platform": platform.platform(),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    content = {"version": __version__, **facts, "machine": machine}
    write_whole(out / RUN_FILE, json.dumps(content, indent=1) + "\n")
