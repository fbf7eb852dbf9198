"""Designs taken out of a run: what is in their folders, and that nothing is written where something is wrong."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest
import torch

from xpert_evo.accuracy.audit import Audit
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.full import CODES, FullTraining, train_design
from xpert_evo.data import Images
from xpert_evo.design.design_files import load_designs
from xpert_evo.errors import InputError
from xpert_evo.export.plain_network import import_network
from xpert_evo.export.xpertsim import read_table
from xpert_evo.hardware.simulate import simulate
from xpert_evo.search.crossbars import array_shape, device_spread
from xpert_evo.search.records.run_lock import alone_in
from xpert_evo.workflows.export import export_designs
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.search import evolve

FILES = {
    "design.json",
    "metrics.json",
    "layers.csv",
    "design.png",
    "README.md",
    "network.py",
    "xpertsim.csv",
    "timeloop",
}


def test_a_design_is_the_same_there_and_back(tmp_path, finished_run):
    front = pd.read_csv(finished_run / "front.csv")
    (written,) = export_designs(finished_run, ["knee"], tmp_path / "out")
    folder = tmp_path / "out"
    used = "mean over 2 fresh seeds"
    identity = front.loc[front["knee"], "id"].item()
    assert written == {"id": identity, "picks": ["knee"], "accuracy_used": used, "folder": str(folder)}
    assert json.loads((folder / "metrics.json").read_text())["accuracy_used"] == used
    assert {path.name for path in folder.iterdir()} == FILES
    there = load_designs(finished_run / "designs" / f"{written['id']}.json")
    assert load_designs(folder / "design.json") == there
    assert [read_table(folder / "xpertsim.csv").model_copy(update={"id": written["id"]})] == there


def test_figures_and_readme_explain_the_folder(tmp_path, finished_run, without_pictures):
    front = pd.read_csv(finished_run / "front.csv")
    (written,) = export_designs(finished_run, ["best-edap@0.4"], tmp_path / "out")
    metrics = json.loads((tmp_path / "out/metrics.json").read_text())
    assert metrics["id"] == written["id"] and metrics["picks"] == ["best-edap@0.4"]
    layers = pd.read_csv(tmp_path / "out/layers.csv")
    for column in ("energy_pj", "latency_ns", "area_um2"):
        assert layers[column].sum() == pytest.approx(metrics[column])
    cheaper = front[(front["edap_pj_ns_um2"] < metrics["edap_pj_ns_um2"]) & front["on_error_edap_front"]]
    assert (cheaper["repeated_accuracy"] < 0.4).all()
    readme = (tmp_path / "out/README.md").read_text()
    for said in ("simulate design.json", "train design.json", "audit design.json", "random weights", "levels", "{{"):
        assert (said in readme) == (said != "{{")
    assert "After every convolution stands a filler row" in readme
    assert len((tmp_path / "out/xpertsim.csv").read_text().splitlines()) == 2 * 13


def test_several_picks_give_a_folder_a_design(tmp_path, finished_run, without_pictures):
    knee = export_designs(finished_run, ["knee"], tmp_path / "out")[0]["id"]
    cheapest = "best-edap@0"
    rows = export_designs(finished_run, ["knee", cheapest, knee], tmp_path / "several")
    assert {row["id"]: row["picks"] for row in rows}[knee] == ["knee", knee]
    assert {path.name for path in (tmp_path / "several").iterdir()} == {row["id"] for row in rows}
    for row in rows:
        folder = tmp_path / "several" / row["id"]
        assert {path.name for path in folder.iterdir()} == FILES
        assert ", ".join(row["picks"]) in (folder / "README.md").read_text()
    assert len(rows) == 2


def test_trained_weights_go_with_the_network(tmp_path, finished_run, problem, without_pictures):
    identity = pd.read_csv(finished_run / "front.csv").sort_values("macs")["id"].iloc[0]
    design = load_designs(finished_run / "designs" / f"{identity}.json")[0]
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (40, 1, 32, 32), dtype=torch.uint8, generator=generator).numpy()
    images = Images(pixels, torch.randint(10, (40,), generator=generator).numpy())
    settings = TrainingSettings(epochs=1, batch_size=16, crop_padding=0)
    hardware = problem.hardware.load()
    training = FullTraining(
        settings=settings,
        array=array_shape(hardware),
        spread=device_spread(hardware),
        flip=False,
        audit=Audit(images=2, chips=0),
    )
    train_design(design, images, images, training, out_dir=tmp_path / "training")
    weights = tmp_path / "training" / CODES

    export_designs(finished_run, [identity], tmp_path / "out", weights=weights)

    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == FILES | {"weights.safetensors"}
    network = import_network(folder / "network.py", folder / "weights.safetensors")
    assert not network.training and network.normalisations[0].running_var[0] != 1
    assert f"made from {weights.name}" in (folder / "README.md").read_text()

    with pytest.raises(InputError, match="2 designs; weights are of one"):
        export_designs(finished_run, [identity, "best-tops-per-w@0"], tmp_path / "other", weights=weights)
    with pytest.raises(InputError, match="another design"):
        export_designs(finished_run, ["best-tops-per-w@0"], tmp_path / "other", weights=weights)
    elsewhere = replace(images, source="CIFAR-10, 40 training images")
    train_design(design, elsewhere, images, training, out_dir=tmp_path / "elsewhere")
    with pytest.raises(InputError, match=f"{CODES}: was trained on CIFAR-10, 40 training images, not on Digits"):
        export_designs(finished_run, [identity], tmp_path / "other", weights=tmp_path / "elsewhere" / CODES)
    assert not (tmp_path / "other").exists()


def test_nothing_is_written_where_a_pick_or_the_folder_is_wrong(tmp_path, finished_run):
    with pytest.raises(InputError, match=r"--pick best-edap@0.999"):
        export_designs(finished_run, ["knee", "best-edap@0.999"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="run: is in use"):
        export_designs(finished_run, ["knee"], finished_run)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file/out"):
        export_designs(finished_run, ["knee"], tmp_path / "file" / "out")


def test_a_folder_is_whole_or_empty(tmp_path, finished_run, monkeypatch):
    def full_disk(*_args, **_kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("xpert_evo.export.folder.save_design", full_disk)
    with pytest.raises(OSError, match="no space"):
        export_designs(finished_run, ["knee"], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_onnx_goes_with_it_where_the_extra_is_installed(tmp_path, finished_run, without_pictures):
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    (row,) = export_designs(finished_run, ["best-edap@0"], tmp_path / "out", onnx=True)
    assert row["onnx_difference"] <= 1e-4
    assert "network.onnx" in (tmp_path / "out/README.md").read_text()
    assert (tmp_path / "out/network.onnx").stat().st_size > 10_000


def test_a_chip_of_ones_own_goes_with_the_design(tmp_path, plain, estimator, pytestconfig, without_pictures):
    chip = tmp_path / "elsewhere" / "mine.toml"
    chip.parent.mkdir()
    preset = (pytestconfig.rootpath / "xpert_evo/hardware/presets/xpert-rram.toml").read_text()
    chip.write_text(preset.replace('name = "xpert-rram"', 'name = "mine"'))
    content = plain.model_dump(mode="json", exclude_none=True)
    content["hardware"] = {"preset": str(chip)}
    evolve(Problem.model_validate(content), tmp_path / "run", estimator=estimator)
    chip.unlink()
    (written,) = export_designs(tmp_path / "run", ["knee"], tmp_path / "out")
    text = (tmp_path / "out/README.md").read_text()
    assert "--hardware hardware.toml" in text and str(tmp_path) not in text
    again = simulate(load_designs(tmp_path / "out/design.json"), hardware=tmp_path / "out/hardware.toml")
    figures = json.loads((tmp_path / "out/metrics.json").read_text())
    assert again["edap_pj_ns_um2"].item() == pytest.approx(figures["edap_pj_ns_um2"], rel=1e-12)
    assert written["id"] == figures["id"]


def test_an_export_into_a_run_waits_for_nobody_who_writes_there(tmp_path, finished_run, without_pictures):
    run = shutil.copytree(finished_run, tmp_path / "run")
    with alone_in(run):
        with pytest.raises(InputError, match="run: in use by another xpert-evo"):
            export_designs(run, ["knee"], run / "chosen")
        assert not (run / "chosen").exists()
        export_designs(run, ["knee"], tmp_path / "beside")
    export_designs(run, ["knee"], run / "chosen")
    assert (run / "chosen" / "design.json").is_file()
