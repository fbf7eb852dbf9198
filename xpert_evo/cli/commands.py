"""What every command has besides its own options: -q and -v, and examples under its help."""

from __future__ import annotations

import functools
import inspect
import platform
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from xpert_evo.cli.consoles import detail
from xpert_evo.cli.loudness import ask_for
from xpert_evo.version import __version__

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print all settings and the time taken, and where an error comes from.")
]


def with_loudness(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes -q and -v, too, and tells its settings where -v asks for it."""
    signature = inspect.signature(command, eval_str=True)
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        for name, annotation in (("quiet", Quiet), ("verbose", Verbose))
    ]

    @functools.wraps(command)
    def heard(*, quiet: bool, verbose: bool, **settings: Any) -> None:
        ask_for(quiet, verbose)
        began = time.monotonic()
        detail(f"xpert-evo {__version__}, Python {platform.python_version()} on {platform.platform()}")
        detail("; ".join(f"{name} = {value}" for name, value in settings.items()))
        command(**settings)
        detail(f"{time.monotonic() - began:.1f} seconds")

    heard.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *more])  # type: ignore[attr-defined]  # typer reads it
    return heard


def epilog(*examples: str) -> str:
    """Command lines under a command's help."""
    shown = [f"xpert-evo {example}".replace("[", r"\[") for example in examples]
    return "\n\n".join(("Examples:" if len(shown) > 1 else "Example:", *shown))
