"""xpert-evo report"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xpert_evo.cli.consoles import waiting
from xpert_evo.cli.options import Json


def report(run: Annotated[Path, typer.Argument(help="Folder of a run.")], as_json: Json = False) -> None:
    """Write a run's report.html: interactive fronts, the knee, convergence, in one page that works offline."""
    with waiting(f"reading {run}"):
        from xpert_evo.workflows.report import write_report

        path = write_report(run)
    print(json.dumps({"file": str(path)}) if as_json else path)
