"""A run as one HTML page: composes its folder, its chip and the report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from xpert_evo.analysis import indicators
from xpert_evo.analysis.breakdown import layer_frame
from xpert_evo.analysis.report import page
from xpert_evo.analysis.report.facts import run_facts
from xpert_evo.data import dataset_info
from xpert_evo.design.designs import Design
from xpert_evo.search.run_folder import existing_store, read_run_file
from xpert_evo.workflows.results import load_run, run_front, run_sentences, write_plots, write_tables


def write_report(run: Path) -> Path:
    """Writes `report.html` of a run that has ended or was stopped, and returns its path.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    found = load_run(run)
    problem, table, references = found
    front, info, valid = run_front(found), dataset_info(problem.dataset), problem.labels()
    store = existing_store(run)
    try:
        seed, seconds = store.seed(), store.seconds("seconds")
    finally:
        store.close()
    reference = table[table["id"] == next(iter(references.values()), None)]
    history = None
    if len(reference):
        edap = float(reference["edap_pj_ns_um2"].iloc[0])
        history = indicators.convergence(table, classes=info.classes, baseline_edap=edap)
    knees = table[table["id"].isin(front.loc[front["knee"], "id"])]
    knee = Design.model_validate_json(knees["design"].iloc[0]) if len(knees) else None
    report = page.Report(
        title=f"Co-search on {info.label}, seed {'unknown' if seed is None else seed}",
        facts=run_facts(
            problem.model_dump(mode="json", exclude_none=True),
            read_run_file(run),
            valid,
            seed="unknown" if seed is None else str(seed),
            seconds=seconds,
            trained=table["accuracy_key"].nunique(),
        ),
        sentences=run_sentences(found, front),
        table=table,
        front=front,
        baselines=references,
        history=history,
        knee_layers=layer_frame(knee, problem.hardware.load()) if knee else None,
        labels=valid,
    )
    page.write_report(report, run / page.REPORT_FILE)
    return run / page.REPORT_FILE


def write_outputs(run: Path) -> pd.DataFrame:
    """Writes all that a run leaves for its reader - plots, tables, page - and returns the front.

    Raises:
        InputError: the folder holds no run, or nothing was evaluated yet.
    """
    write_plots(run)
    front = write_tables(run)
    write_report(run)
    return front
