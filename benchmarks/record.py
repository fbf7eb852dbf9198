"""What benchmarks share: their arguments, measuring side by side with the time left, and run.json."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import torch

from xpert_evo.design.choices import ArrayChoices
from xpert_evo.machine import processor_name, usable_cores
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem

Task = TypeVar("Task")
IDEAL_WIRES = "xpert-rram-ideal-wires"  # the preset of studies that were published before wires resisted


def parser(doc: str | None) -> argparse.ArgumentParser:
    """A benchmark's arguments: `--out`, and what it adds. Its docstring is the help."""
    result = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--out", type=Path, required=True, help="folder to be written")
    return result


def as_published(path: str, preset: str | None = None, overrides: tuple[str, ...] = ()) -> Problem:
    """A problem file as it was for studies that are published: 8-bit weights on 64 x 64 crossbars with ideal wires."""
    pinned = ("space.weight_bits=[8]", f"hardware.preset={IDEAL_WIRES}")
    problem = load_problem(path, preset=preset, overrides=(*pinned, *overrides))
    space = problem.space.model_copy(update={"array": ArrayChoices()})
    return problem.model_copy(update={"space": space})


def side_by_side(measure: Callable[[Task], dict[str, Any]], tasks: Sequence[Task], what: str) -> list[dict[str, Any]]:
    """Rows of all tasks in their order, a process a core, with a line each that says how long the rest takes."""
    began, rows = time.monotonic(), []
    with ProcessPoolExecutor(usable_cores(), mp_context=get_context("spawn"), initializer=one_thread) as pool:
        for row in pool.map(measure, tasks):
            rows.append(row)
            left = (time.monotonic() - began) / len(rows) * (len(tasks) - len(rows))
            print(f"{len(rows)} of {len(tasks)} {what}, about {left / 60:.0f} minutes left", flush=True)
    return rows


def one_thread() -> None:
    """For worker processes: torch's own threads would get into each other's way."""
    torch.set_num_threads(1)


def write_run(out: Path, module: str, **facts: Any) -> None:
    """Writes run.json: the command as it was given, date and machine, then the facts.

    Args:
        module: of the benchmark, as `python -m` takes it.
    """
    record = {
        "command": " ".join(["python -m", module, *sys.argv[1:]]),
        "date": date.today().isoformat(),
        "machine": f"{processor_name()}; {usable_cores()} cores, torch {torch.__version__}",
        **facts,
    }
    (out / "run.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
