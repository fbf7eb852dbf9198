"""Designs of a run as folders of their own: composes the run, its hardware, a trained network and the exporters."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.networks.trained import trained_network
from xpert_evo.accuracy.settings import ArrayShape
from xpert_evo.data.identity import require_trained_on
from xpert_evo.design.design import Design
from xpert_evo.errors import InputError
from xpert_evo.export.folder import Chosen, accuracy_used, holds_export, require_place, write_folder
from xpert_evo.export.onnx_model import require_onnx
from xpert_evo.export.pick import default_pick, pick_designs
from xpert_evo.files import require_unused
from xpert_evo.hardware.preset import preset_names
from xpert_evo.search.crossbars import array_shape
from xpert_evo.search.records.run_lock import alone_in
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.results import load_run, run_front


def export_designs(
    run: Path,
    picks: Sequence[str],
    to: Path,
    *,
    weights: Path | None = None,
    onnx: bool = False,
    force: bool = False,
) -> list[dict[str, Any]]:
    """Writes designs of a run: one pick into the folder itself, several into a folder a design, named by its id.

    All is looked at before anything is written.

    Args:
        run: folder of the run.
        picks: see `export.pick.pick_design`; where none is given `export.pick.default_pick`.
        to: folder to be written.
        weights: checkpoint or codes of the one design's training.
        onnx: whether to write network.onnx as well.
        force: replace an earlier export; see `export.folder.write_folder`.

    Returns:
        A row a design: its id, the picks that name it, its folder, and with ONNX the largest difference of a logit.

    Raises:
        InputError: the folder holds no run, nothing fits a pick, `to` is in use, the checkpoint isn't the design's or
            of other images, or the optional extra for ONNX is missing.
    """
    found = load_run(run)
    problem, table = found.problem, found.table
    front = run_front(found)
    picks = picks or [default_pick(front, found.plane)]
    named = pick_designs(front, table, picks, found.plane)
    single = len(set(picks)) == 1
    places = {identity: to if single else to / identity for identity in named}
    if not single and not (force and to.is_dir() and all(holds_export(place) for place in to.iterdir())):
        require_unused(to)
    for place in places.values():
        require_place(place, force=force)
    if onnx:
        require_onnx()
    if weights is not None and len(named) > 1:
        raise InputError(f"--weights {weights}: --pick names {len(named)} designs; weights are of one")
    hardware = problem.hardware.load()
    picked = table[table["id"].isin(list(named))]
    rows = {str(row["id"]): row for _, row in picked.iterrows()}
    array = array_shape(hardware)
    there = {str(design.id): design for design in found.designs(picked)}
    designs = {identity: there[identity] for identity in named}
    trained = [_trained(weights, design, array, problem) for design in designs.values()] if weights else []
    chip = None if problem.hardware.preset in preset_names() else problem.hardware.content
    inside = run.resolve() in to.resolve().parents  # of the run's own folder, which one process at a time writes into
    written = []
    for identity, design in designs.items():
        network = trained[0] if trained else build_network(design, hardware=array)
        chosen = Chosen(design, named[identity], rows[identity], network, weights.name if weights else None)
        folder, labels = places[identity], problem.labels()
        with alone_in(run) if inside else nullcontext():
            difference = write_folder(
                folder, chosen, hardware=hardware, labels=labels, chip=chip, onnx=onnx, force=force
            )
        used = accuracy_used(rows[identity])
        row: dict[str, Any] = {
            "id": identity,
            "picks": list(named[identity]),
            "accuracy_used": used,
            "folder": str(folder),
        }
        written.append(row if difference is None else {**row, "onnx_difference": difference})
    return written


def _trained(weights: Path, design: Design, array: ArrayShape, problem: Problem) -> CrossbarNetwork:
    found = trained_network(weights, design, array)
    require_trained_on(weights, found.data, problem.dataset, problem.images)
    return found.network
