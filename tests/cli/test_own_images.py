"""A folder of PNGs of three classes, from a problem file to an audited network, from the command line alone."""

import json
import shutil
from typing import ClassVar

import pytest

from tests.cli.refusals import refused
from tests.data.png_folders import CLASSES, arrays_of, write_images, write_patterns
from xpert_evo.cli import completion
from xpert_evo.workflows.problem_file import load_problem

SMALL = (
    *("--set", "proxy.epochs=1", "--set", "proxy.width_factor=0.0625", "--set", "search.population=4"),
    *("--set", "search.offspring=2", "--set", "search.trainings=4", "--set", "search.confirm_seeds=1"),
    *("--set", "search.rivals=0", "--set", "search.algorithm=nsga2", "--workers", 1, "--device", "cpu"),
)
FEW = ("--images", 4, "--chips", 0, "--threads", 1, "--device", "cpu")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_of_pngs_is_searched_and_its_design_trained_and_audited(place, run, without_pictures, few_candidates):
    write_patterns(place / "mine", {"train": 20, "test": 2})
    own = ("--dataset", "folder:mine")
    assert run("init", "mine.toml", *own)[0] == 0
    shutil.copytree("mine/test", "aside")
    for file in (place / "mine" / "test").rglob("*.png"):
        file.write_bytes(b"no image")  # no search looks at one
    code, out, said = run("search", "mine.toml", "--out", "run", *SMALL, "--json")
    shutil.copytree("aside", "mine/test", dirs_exist_ok=True)
    assert code == 0 and "folder:mine: 30 images to train on, 15 to score with" in said
    assert {row["dataset"] for row in json.loads(out)} == {"folder:mine"}
    assert tuple(load_problem("run/problem.toml").images.content.class_names) == CLASSES

    assert run("export", "run", "--pick", "knee", "--to", "chosen")[0] == 0
    design = json.loads((place / "chosen" / "design.json").read_text())
    assert (design["image"], design["classes"]) == ({"size": 16, "channels": 3}, 3)
    training = ("train", "chosen/design.json", *own, *FEW, "--epochs", 2, "--flip", "--out", "trained")
    code, out, _ = run(*training, "--json")
    trained = json.loads(out)
    assert code == 0 and trained["data"][1].startswith("mine, test: 3 classes x 2 images, fingerprint ")
    code, out, _ = run("audit", "chosen/design.json", *own, *FEW, "--weights", "trained/codes.safetensors", "--json")
    assert code == 0 and json.loads(out)["exact_accuracy"] == trained["exact_accuracy"]
    (place / "mine").rename("moved")
    moved = ("--dataset", "folder:moved")
    assert run("audit", "chosen/design.json", *moved, *FEW, "--weights", "trained/codes.safetensors")[0] == 0
    assert run("train", "chosen/design.json", *moved, *FEW, *training[-5:], "--resume")[0] == 0
    (place / "moved").rename("mine")

    (place / "mine" / "train" / "down" / "000.png").rename(place / "mine" / "train" / "down" / "zzz.png")
    code, _, told = run(*training, "--resume")
    assert code == 2 and "checkpoint.safetensors: is a training on other images, mine, train: 3 classes" in told
    for file in ("trained/codes.safetensors", "trained/checkpoint.safetensors"):
        others = run("audit", "chosen/design.json", *own, *FEW, "--weights", file)
        refused(others, f"{file}: was trained on mine, train: 3 classes", "not on mine, whose fingerprint is")
    refused(run("search", "mine.toml", "--out", "run", *SMALL, "--resume"), "images.content.fingerprint", "found on")


def test_init_suits_the_images(place, run):
    write_images(place / "photos", {"a": 500, "b": 100}, size=(20, 10))
    assert run("init", "photos.toml", "--dataset", "folder:photos")[0] == 0
    problem = load_problem("photos.toml")
    assert problem.images.size == 32 and problem.images.content.train_images == 480
    assert (problem.proxy.train_images, problem.proxy.validation_images) == (240, 120)  # as many again are left over
    assert (problem.proxy.epochs, problem.proxy.batch_size) == (50, 32)


def test_what_is_wrong_is_told_before_anything_is_written(place, run):
    refused(run("init", "x.toml", "--dataset", "folder:none"), "none: no such folder")
    write_images(place / "mine", {"a": 5, "b": 5})
    assert run("init", "mine.toml", "--dataset", "folder:mine")[0] == 0
    (place / "mine" / "b" / "000.png").write_bytes(b"no image")
    refused(run("search", "mine.toml", "--out", "run"), "mine.toml", "images", "b/000.png", "can't be read")
    write_images(place / "mine", {"b": 5, "c": 5}, size=(30, 20))
    refused(run("search", "mine.toml", "--out", "run"), "mine.toml", "2 sizes", "--set images.size=64")
    assert not (place / "x.toml").exists() and not (place / "run").exists()


def test_folders_and_files_are_completed(place):
    import numpy as np

    (place / "mine").mkdir()
    (place / "mine" / "train").mkdir()
    np.savez(place / "more.npz", **arrays_of(1))
    (place / "more.txt").touch()

    class Typed:
        params: ClassVar[dict] = {}

    assert completion.datasets(Typed(), "fo") == ["folder:"]
    assert completion.datasets(Typed(), "folder:m") == ["folder:mine/", "folder:more.npz"]
    assert completion.datasets(Typed(), "folder:mine/") == ["folder:mine/train/"]
