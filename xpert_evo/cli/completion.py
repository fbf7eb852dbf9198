"""What a shell is told when Tab is pressed behind an option. Nothing here may fail: a shell would show it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path

import typer

Completion = Callable[[typer.Context, str], list[str]]


def _never_failing(complete: Completion) -> Completion:
    @wraps(complete)
    def completed(ctx: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):
            return [name for name in complete(ctx, incomplete) if name.startswith(incomplete)]
        return []

    return completed


@_never_failing
def datasets(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of data sets; behind `folder:` folders and .npz files."""
    from xpert_evo.data import dataset_names
    from xpert_evo.data.settings import FOLDER

    if not incomplete.startswith(FOLDER):
        return [*dataset_names(), FOLDER]
    begun = incomplete.removeprefix(FOLDER)
    there = Path(begun) if begun.endswith("/") else Path(begun).parent
    paths = [path for path in sorted(there.iterdir()) if path.is_dir() or path.suffix.lower() == ".npz"]
    return [f"{FOLDER}{path}{'/' if path.is_dir() else ''}" for path in paths if not path.name.startswith(".")]


@_never_failing
def python_files(ctx: typer.Context, incomplete: str) -> list[str]:
    """Python files and folders; behind a file's colon the classes, functions and names at its top, none of it run."""
    file, colon, _ = incomplete.partition(":")
    if colon:
        body = ast.parse(Path(file).read_text(encoding="utf-8")).body
        names = [node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        given = [part for node in body if isinstance(node, ast.Assign) for part in node.targets]
        names += [part.id for part in given if isinstance(part, ast.Name)]
        return [f"{file}:{name}" for name in names if not name.startswith("_")]
    there = Path(file) if file.endswith("/") else Path(file).parent
    paths = [path for path in sorted(there.iterdir()) if not path.name.startswith(".")]
    return [f"{path}/" if path.is_dir() else f"{path}:" for path in paths if path.is_dir() or path.suffix == ".py"]


@_never_failing
def hardware_presets(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of hardware presets."""
    from xpert_evo.hardware.preset import preset_names

    return preset_names()


@_never_failing
def problem_files(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of the problem files that come with the package."""
    from xpert_evo.workflows import packaged_problems

    return list(packaged_problems.problem_files())


@_never_failing
def problem_presets(ctx: typer.Context, incomplete: str) -> list[str]:
    """Presets of the problem file that the command line names."""
    text = _argument(ctx, "problem").read_text(encoding="utf-8")
    return list(tomllib.loads(text).get("presets", {}))


@_never_failing
def problem_keys(ctx: typer.Context, incomplete: str) -> list[str]:
    """Keys of a problem file, such as search.population."""
    from xpert_evo.workflows.problem import Problem

    return [f"{key}=" for key in Problem.dotted_keys()]


@_never_failing
def picks(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of a run's front, and words for a pick."""
    from xpert_evo.export.pick import BEST

    designs = sorted(path.stem for path in (_argument(ctx, "run") / "designs").glob("*.json"))
    return ["knee", "knee@", *(f"{form}@" for form in BEST), *designs]


def _argument(ctx: typer.Context, name: str) -> Path:
    """The command's one argument, which isn't parsed behind an option whose value is still to come."""
    return Path(ctx.params.get(name) or ctx.args[0])
