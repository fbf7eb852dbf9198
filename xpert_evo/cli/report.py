"""xpert-evo report"""

from __future__ import annotations

import json

from xpert_evo.cli.consoles import waiting
from xpert_evo.cli.options import Json, RunFolder


def report(run: RunFolder, as_json: Json = False) -> None:
    """Write a run's report.html: the front and every design to be looked into, in one page that works offline."""
    with waiting(f"reading {run}"):
        from xpert_evo.workflows.report import write_report

        path = write_report(run)
    print(json.dumps({"file": str(path)}) if as_json else path)
