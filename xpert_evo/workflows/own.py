"""What a user brings: an estimator, a function or a network, by name (MODULE:NAME) or as an object of Python.

Whatever is named is imported, which runs its code: only a file that its user has written or read may be searched.
Reading a run imports nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.errors import InputError, describe_validation_error, did_you_mean, in_short
from xpert_evo.search.figures import Function
from xpert_evo.search.settings import SearchSettings
from xpert_evo.workflows.problem import Problem


def imported(name: str, key: str) -> Any:
    """What a name stands for; modules are looked for in the current folder first.

    Args:
        name: MODULE:NAME, or FILE.py:NAME; what stands in parentheses behind it is of no account.
        key: of the problem file, that messages name.

    Raises:
        InputError: there is no such thing, or it can't be imported.
    """
    module, _, rest = name.partition(":")
    attribute = rest.partition("(")[0]
    if str(Path.cwd()) not in sys.path:  # workers get the same
        sys.path.insert(0, str(Path.cwd()))
    if module.endswith(".py") and not Path(module).is_file():
        raise InputError(f"{key}: {name}: there is no file {module}")
    try:
        found = _run_file(Path(module)) if module.endswith(".py") else importlib.import_module(module)
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
        why = f"there is no module {module} in {Path.cwd()} or installed" if missing else said(error)
        raise InputError(f"{key}: {name}: {why}; MODULE:NAME of what can be imported is wanted") from error
    if not hasattr(found, attribute):
        there = [known for known in dir(found) if not known.startswith("_")]
        raise InputError(
            f"{key}: {name}: {module} ({getattr(found, '__file__', None)}) holds no {attribute}"
            f"{did_you_mean(attribute, there)}"
        )
    return getattr(found, attribute)


def _run_file(path: Path) -> ModuleType:
    """The module that a file is; what it imports is looked for beside it, too."""
    if str(path.resolve().parent) not in sys.path:
        sys.path.insert(0, str(path.resolve().parent))
    name = f"own_{path.stem}"  # a file may be called as some library's module is
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


def named(thing: Any) -> str:
    """MODULE:NAME of a class or function; what it says it is where it has no name."""
    name = getattr(thing, "__qualname__", None) or type(thing).__qualname__
    return f"{getattr(thing, '__module__', None) or 'builtins'}:{name}"


def own_estimator(settings: ProxySettings) -> Estimator | None:
    """The user's own that the problem file names; None where it names one of the package.

    Raises:
        InputError: it can't be imported or made, or is none.
    """
    if not settings.is_own:
        return None
    name, key = settings.estimator, "proxy.estimator"
    make = imported(name, key)
    try:
        estimator: Estimator = make()
    except Exception as error:
        raise InputError(f"{key}: {name}: can't be made without arguments; {said(error)}") from error
    there = identity(estimator)
    if "(" in name and there != name:
        raise InputError(f"{key}: {name}: is {there} now")
    return estimator


def identity(estimator: Estimator) -> str:
    """What a run's folder calls an estimator: its class, and in parentheses what its attribute `identity` says.

    Raises:
        InputError: it has no method `estimate`, or `identity` is no short text.
    """
    name = named(type(estimator))
    if not callable(getattr(estimator, "estimate", None)):
        raise InputError(f"estimator: {name} has no method estimate(design, seed)")
    more = getattr(estimator, "identity", None)
    if more is None:
        return name
    text = f"{name}({more})"
    try:
        return ProxySettings(estimator=text).estimator
    except ValueError:
        raise InputError(
            f"estimator: {name}.identity is {in_short(repr(more))}; a text of at most 200 characters on one line, "
            "without parentheses, is wanted"
        ) from None


def with_functions(problem: Problem, objectives: Mapping[str, Function]) -> tuple[Problem, dict[str, Function]]:
    """A problem with objectives of the user's own, and all functions that it then names.

    Args:
        objectives: what Python adds to the problem's own.

    Raises:
        InputError: a function can't be imported or is none, a name can't be had, or the objectives are fewer than two.
    """
    search = problem.search
    texts = {name: named(function) for name, function in objectives.items()}
    if texts:
        added = {
            "functions": {**(search.functions or {}), **texts},
            "objectives": (*search.objectives, *(name for name in texts if name not in search.objectives)),
        }
        try:
            search = SearchSettings.model_validate({**search.model_dump(exclude_none=True), **added})
        except ValidationError as error:
            raise InputError(describe_validation_error(error, "objectives")) from error
    if len(search.objectives) < 2:
        raise InputError(f"search.objectives: {search.objectives[0]} alone; two or more are wanted")
    functions = dict(objectives)
    for name, text in (search.functions or {}).items():
        if name not in functions:
            functions[name] = imported(text, f"search.functions.{name}")
        if not callable(functions[name]):
            raise InputError(f"search.functions.{name}: {text} is no function")
    return problem.model_copy(update={"search": search}), functions


def require_sendable(estimator: Estimator) -> None:
    """Looks whether processes can be given an estimator.

    Raises:
        InputError: its class can't be imported there, or it holds what can't be sent.
    """
    name = named(type(estimator))
    if type(estimator).__module__ == "__main__" and not hasattr(sys.modules["__main__"], "__file__"):
        why = "it is written in a notebook or a prompt"
    else:
        try:
            pickle.dumps(estimator)
            return
        except Exception as error:
            why = said(error)
    raise InputError(
        f"estimator: {name} can't be sent to worker processes ({why}); put its class into a module, or use one worker "
        "without search.deadline_s"
    )


def said(error: Exception) -> str:
    """What an exception of the user's code is, for a message."""
    return in_short(f"{type(error).__name__}: {error}", 200)
